"""Purposes that some people see only because everybody does."""

from collections.abc import Iterator

from purposeapp.domain.findings.model import Entity, Finding, FindingKind, Severity, counted, subjects_of
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.model import PUBLIC_GROUP, Purpose, Via
from purposeapp.domain.snapshot.naming import EMPTY
from purposeapp.domain.snapshot.seen import union


def find(tenant: Tenant) -> Iterator[Finding]:
    for entry in tenant.entries:
        by_via = tenant.audience(entry).by_via
        everybody = by_via.get(Via.PUBLIC, EMPTY)
        otherwise = union([users for via, users in by_via.items() if via is not Via.PUBLIC])
        if only := everybody - otherwise:
            yield _finding(entry.purpose, len(everybody), len(only))


def _finding(purpose: Purpose, everybody: int, only: int) -> Finding:
    expect = {"/total": everybody, "/counts/public": everybody}
    return Finding(
        FindingKind.PUBLIC,
        Severity.HIGH,
        Entity.of(purpose),
        f"{counted(everybody, 'user')} can see it through the group {PUBLIC_GROUP!r}, {only:,} by nothing else",
        lambda: [subjects_of(purpose, expect, via=Via.PUBLIC)],
        {"users": everybody, "onlyPublic": only},
    )
