"""Reading an exported tenant."""

import gzip
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from purposeapp.domain.errors import InvalidRequest
from purposeapp.domain.model import Group, Persona, Policy, Purpose, Role
from purposeapp.domain.realm import Member, Realm
from purposeapp.domain.schedule import Window
from purposeapp.management.access.export.directory import RealmDirectory
from purposeapp.management.access.export.writing import HEAD, VERSION

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exported:
    """A tenant as it was `at` a moment (epoch seconds)."""

    tenant: str
    at: float
    directory: RealmDirectory
    purposes: list[Purpose]
    policies: list[Policy]
    personas: list[Persona]


def read_export(file: Path) -> Exported:
    """Raises InvalidRequest for what is no export, is cut or spoilt, or is of another version; OSError when there is no file."""
    try:
        with gzip.open(file, "rb") as lines:
            return _exported(file, lines)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InvalidRequest(f"{file} is no export of access, or it was cut; make it anew") from None


def _exported(file: Path, lines: Any) -> Exported:
    head = _json(file, 1, next(lines, b""))
    if not isinstance(head, dict) or HEAD not in head:
        raise InvalidRequest(f"{file} is no export of access; `access export-snapshot` makes one")
    if head[HEAD] != VERSION:
        raise InvalidRequest(
            f"{file} is of version {head[HEAD]}, and this service reads {VERSION}; make it anew"
        )
    found = _read(file, lines)
    realm = Realm(
        groups={group.id: group for group in found["group"]},
        roles={role.id: role for role in found["role"]},
        **next(iter(found["realm"]), {}),
    )
    directory = RealmDirectory(realm, found["member"])
    kinds = (found["purpose"], found["policy"], found["persona"])
    return Exported(str(head["tenant"]), float(head["at"]), directory, *kinds)


def _read(file: Path, lines: Iterator[bytes]) -> Mapping[str, list[Any]]:
    """By kind; only a file that ends as it should was whole."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for count, raw in enumerate(lines):
        number = count + 2
        line = _json(file, number, raw)
        if line == {"end": count}:
            return found
        if isinstance(line, dict):
            break
        try:
            kind, fields = line
            found[kind].append(_MAKERS[kind](fields))
        except (KeyError, TypeError, ValueError):
            raise _spoilt(file, number) from None
    raise InvalidRequest(f"{file} was cut; make it anew")


def _json(file: Path, number: int, raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise _spoilt(file, number) from None


def _spoilt(file: Path, number: int) -> InvalidRequest:
    return InvalidRequest(f"{file}, line {number}: cannot be read; make the export anew")


def _realm(fields: Fields) -> Fields:
    return {
        "parents": fields["parents"],
        "group_roles": {id_: tuple(roles) for id_, roles in fields["group_roles"].items()},
        "composites": {id_: tuple(roles) for id_, roles in fields["composites"].items()},
        "default_roles": tuple(fields["default_roles"]),
    }


def _purpose(fields: Fields) -> Purpose:
    return Purpose(**{**fields, "classifications": tuple(fields["classifications"])})


def _persona(fields: Fields) -> Persona:
    return Persona(**{**fields, "users": frozenset(fields["users"]), "groups": frozenset(fields["groups"])})


def _policy(fields: Fields) -> Policy:
    names = {name: frozenset(fields[name]) for name in ("users", "groups", "roles", "actions")}
    windows = tuple(Window(**window) for window in fields["schedule"])
    return Policy(**{**fields, **names, "resources": tuple(fields["resources"]), "schedule": windows})


def _member(fields: Fields) -> Member:
    return Member(**{**fields, "groups": tuple(fields["groups"]), "roles": tuple(fields["roles"])})


_MAKERS: Mapping[str, Callable[[Fields], Any]] = {
    "realm": _realm,
    "group": lambda fields: Group(**fields),
    "role": lambda fields: Role(**fields),
    "member": _member,
    "purpose": _purpose,
    "policy": _policy,
    "persona": _persona,
}
