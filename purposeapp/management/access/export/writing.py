"""Writing a tenant into a file."""

import gzip
import os
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from purposeapp.directory.base import Directory
from purposeapp.domain.model import Persona, Policy, Purpose, Role
from purposeapp.domain.realm import Member, Realm
from purposeapp.policyindex.base import PolicyIndex

VERSION = 1
HEAD = "access-export"

_CHUNK = 2_000
"""Members read at once."""

Line = tuple[str, dict[str, Any]]


def write_export(file: Path, *, tenant: str, policies: PolicyIndex, directory: Directory, now: float) -> int:
    """Writes everything that decides access, for nobody but the owner to read; gives how many lines.

    The file is there when it is whole: what was there before stays when a source fails (Unavailable) or the disk does (OSError).
    """
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=int(now)) as out:
                count = _write(out, {HEAD: VERSION, "tenant": tenant, "at": now}, _lines(policies, directory))
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _write(out: gzip.GzipFile, head: dict[str, Any], lines: Iterator[Line]) -> int:
    out.write(_bytes(head))
    count = 0
    for line in lines:
        out.write(_bytes(line))
        count += 1
    out.write(_bytes({"end": count}))
    return count


def _lines(policies: PolicyIndex, directory: Directory) -> Iterator[Line]:
    return chain(_structure(directory.realm()), _members(directory), map(_entity, policies.scan()))


def _structure(realm: Realm) -> Iterator[Line]:
    edges = ("parents", "group_roles", "composites", "default_roles")
    yield "realm", {name: getattr(realm, name) for name in edges}
    for group in realm.groups.values():
        yield "group", asdict(group)
    for role in realm.roles.values():
        yield "role", _bare(role)


def _bare(role: Role) -> dict[str, Any]:
    return {"id": role.id, "name": role.name, "client": role.client}


def _members(directory: Directory) -> Iterator[Line]:
    after = ""
    while members := directory.members(after, limit=_CHUNK):
        yield from (("member", _memberships(member)) for member in members)
        after = members[-1].username


def _memberships(member: Member) -> dict[str, Any]:
    return {name: getattr(member, name) for name in ("id", "username", "enabled", "groups", "roles")}


def _entity(entity: Purpose | Persona | Policy) -> Line:
    return type(entity).__name__.lower(), asdict(entity)


def _bytes(line: Any) -> bytes:
    return orjson.dumps(line, default=_listed, option=orjson.OPT_APPEND_NEWLINE)


def _listed(value: Any) -> Any:
    """Sets in an order, so that equal tenants make equal files."""
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError
