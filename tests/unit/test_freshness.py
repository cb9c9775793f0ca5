"""Which ports answer a question, and what is waited for before."""

import math
from dataclasses import dataclass, field, replace

import pytest

from purposeapp.directory.memory import MemoryDirectory
from purposeapp.discovery.freshness import Consistency, Still
from purposeapp.domain.errors import InvalidRequest, PoliciesUnavailable, Unavailable
from purposeapp.domain.model import Purpose
from purposeapp.domain.revision import Revision
from purposeapp.domain.snapshot import Change
from purposeapp.policyindex.memory import MemoryPolicyIndex
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex
from purposeapp.wiring import Sources, TenantServices


@dataclass
class Tail:
    """The changes that are there to be seen, as revisions in the order of their coming."""

    changes: list[Revision] = field(default_factory=list)
    at: Revision = field(default_factory=lambda: Revision(5, 5))
    broken: bool = False
    caught_up: int = 0

    def revision(self) -> Revision:
        return self.at

    def present(self) -> Revision:
        return self.changes[-1] if self.changes else self.at

    def reaches(self, revision: Revision) -> bool:
        return self.at.includes(revision)

    def catch_up(self) -> None:
        if self.broken:
            raise PoliciesUnavailable
        self.caught_up += 1
        self.at = self.changes[-1] if self.changes else self.at


def tenant(tail: Tail) -> TenantServices:
    return TenantServices(
        slug="acme",
        policies=MemoryPolicyIndex(),
        directory=MemoryDirectory(),
        issuers=(),
        local_issuer=None,
        auditor_role="access-auditor",
        sources=Sources(MemoryPolicyIndex(), MemoryDirectory()),
        freshness=tail,
    )


def test_fast_waits_for_nothing() -> None:
    tail = Tail([Revision(9, 9)], broken=True)
    acme = tenant(tail)
    ports = acme.at(Consistency())
    assert (ports.policies, ports.directory) == (acme.policies, acme.directory)
    assert (ports.slug, ports.revision) == ("acme", Revision(5, 5))


def test_full_asks_the_sources_and_names_how_far_they_are() -> None:
    acme = tenant(Tail([Revision(9, 9)], broken=True))
    ports = acme.at(Consistency.parse("full"))
    assert acme.sources is not None
    assert (ports.policies, ports.directory) == (acme.sources.policies, acme.sources.directory)
    assert ports.revision == Revision(9, 9)


@pytest.mark.parametrize("wanted", [Revision(5, 5), Revision(5, 1), Revision()])
def test_a_revision_that_is_here_is_not_waited_for(wanted: Revision) -> None:
    ports = tenant(Tail(broken=True)).at(Consistency.parse(f"at-least:{wanted}"))
    assert ports.revision == Revision(5, 5)


@pytest.mark.parametrize("wanted", [Revision(6, 5), Revision(5, 6), Revision(9, 9)])
def test_a_revision_that_is_not_here_is_caught_up_with(wanted: Revision) -> None:
    tail = Tail([Revision(6, 5), Revision(9, 9)])
    acme = tenant(tail)
    ports = acme.at(Consistency(at_least=wanted))
    assert ports.policies is acme.policies
    assert (ports.revision, tail.caught_up) == (Revision(9, 9), 1)


def test_catching_up_once_is_enough_whatever_another_process_counted() -> None:
    tail = Tail()
    assert tenant(tail).at(Consistency(at_least=Revision(7, 7))).revision == Revision(5, 5)
    assert tail.caught_up == 1


def test_who_cannot_catch_up_does_not_answer() -> None:
    with pytest.raises(Unavailable):
        tenant(Tail(broken=True)).at(Consistency(at_least=Revision(9, 9)))


def test_ports_that_always_ask_have_nothing_to_catch_up_with() -> None:
    acme = TenantServices(
        slug="acme",
        policies=MemoryPolicyIndex(),
        directory=MemoryDirectory(),
        issuers=(),
        local_issuer=None,
        auditor_role="access-auditor",
    )
    for text in ("fast", "full", f"at-least:{Revision(9, 9)}"):
        assert acme.at(Consistency.parse(text)).policies is acme.policies
    assert Still().revision() == Still().present() == Revision()


@pytest.mark.parametrize(
    "text", ["", "FULL", "sometimes", "at-least", "at-least:", "at-least:abc", "at-least: 1.1"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        Consistency.parse(text)
    assert set(refused.value.fields) == {"consistency"}


def test_a_question_is_answered_from_one_snapshot_however_long_it_takes() -> None:
    sales = Purpose("s", "Sales")
    index = SnapshotPolicyIndex(MemoryPolicyIndex([sales]), max_age=math.inf)
    index.refresh()
    acme = replace(tenant(Tail()), policies=index)
    begun = acme.at(Consistency())
    index.update(Change(deleted=frozenset({"s"})))
    assert begun.policies.purpose("s") == sales
    assert list(begun.policies.scan()) == list(begun.policies.entities(["s"])) == [sales]
    assert begun.policies.check() == index.check()
    assert acme.at(Consistency()).policies.purpose("s") is None
