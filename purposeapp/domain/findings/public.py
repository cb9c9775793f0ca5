"""Purposes that some people see only because everybody does."""

from collections.abc import Iterator

from purposeapp.domain.findings.model import Entity, Finding, FindingKind, Severity, subjects_of
from purposeapp.domain.findings.tenant import Tenant
from purposeapp.domain.model import PUBLIC_GROUP, Purpose, Via
from purposeapp.domain.phrase import Phrase, counted


def find(tenant: Tenant) -> Iterator[Finding]:
    for entry in tenant.entries:
        sight = tenant.sight(entry)
        if sight.only_public:
            yield _finding(entry.purpose, sight.public, sight.only_public)


def _finding(purpose: Purpose, everybody: int, only: int) -> Finding:
    expect = {"/total": everybody, "/counts/public": everybody}
    return Finding(
        FindingKind.PUBLIC,
        Severity.HIGH,
        Entity.of(purpose),
        Phrase(
            "%(users)s can see it through the group %(group)s, %(only)s by nothing else",
            users=counted("%(count)s user", "%(count)s users", everybody),
            group=repr(PUBLIC_GROUP),
            only=only,
        ),
        lambda: [subjects_of(purpose, expect, via=Via.PUBLIC)],
        {"users": everybody, "onlyPublic": only},
    )
