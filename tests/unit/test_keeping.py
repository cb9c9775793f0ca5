"""Members on their way to the shared cache: together, after the answer, and never newer than they are."""

from collections.abc import Callable, Sequence

import pytest

from purposeapp.directory.cached import keeping
from purposeapp.directory.cached.era import Mark
from purposeapp.directory.cached.keeping import Keeping
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.domain.realm import Member

ANA, BO, CY = (Member(number, name) for number, name in (("1", "ana"), ("2", "bo"), ("3", "cy")))
Stored = list[tuple[list[str], Mark]]


@pytest.fixture
def later() -> list[Callable[[], None]]:
    return []


@pytest.fixture
def stored() -> Stored:
    return []


@pytest.fixture
def kept(later: list[Callable[[], None]], stored: Stored) -> Keeping:
    def store(members: Sequence[Member], mark: Mark) -> None:
        stored.append(([member.username for member in members], mark))
        if "cy" in stored[-1][0]:
            raise DirectoryUnavailable

    return Keeping(later.append, store)


def test_members_are_stored_together_with_the_first_of_their_marks(kept, later, stored):
    for member, tick in ((ANA, 7), (BO, 5)):
        kept.add(member, Mark(b"era", tick))
    kept.add(CY, Mark(b"another", 1))
    assert stored == []
    (work,) = later
    work()
    assert sorted(stored) == [(["ana", "bo"], Mark(b"era", 5)), (["cy"], Mark(b"another", 1))]


def test_who_comes_after_the_work_begins_it_anew_and_a_failure_ends_nothing(kept, later, stored):
    for member in (CY, ANA):
        kept.add(member, Mark(b"era", 1))
        later.pop()()
    assert [names for names, _ in stored] == [["cy"], ["ana"]]


def test_who_comes_while_it_works_needs_no_further_thread(later):
    seen = []

    def store(members: Sequence[Member], mark: Mark) -> None:
        if not seen:
            kept.add(BO, mark)
        seen.extend(members)

    kept = Keeping(later.append, store)
    kept.add(ANA, Mark(b"era", 1))
    later.pop()()
    assert (seen, later) == ([ANA, BO], [])


def test_without_a_thread_the_next_one_tries_again(stored):
    def refused(_work: Callable[[], None]) -> None:
        tried.append(1)
        raise RuntimeError("can't start new thread")

    tried: list[int] = []
    kept = Keeping(refused, lambda members, mark: stored.append((members, mark)))
    kept.add(ANA, Mark(b"era", 1))
    kept.add(BO, Mark(b"era", 1))
    assert len(tried) == 2
    assert stored == []


def test_no_more_wait_than_find_room(kept, later, stored, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 2)
    for member in (ANA, BO, CY):
        kept.add(member, Mark(b"era", 1))
    later.pop()()
    assert stored == [(["ana", "bo"], Mark(b"era", 1))]
