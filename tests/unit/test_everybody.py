"""The people of a tenant are counted when somebody asks, and kept for a while."""

from collections.abc import Callable, Sequence
from threading import Event, Thread

import pytest

from purposeapp.directory.memory import MemoryDirectory
from purposeapp.discovery import everybody
from purposeapp.discovery.everybody import IDLE, OLDEST, REST, YOUNGEST, Everybody, Work
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.domain.model import Person
from purposeapp.domain.realm import Member
from tests import world


class Counting(MemoryDirectory):
    """Counts how often everybody is read; reading takes `takes` seconds of the clock, or fails."""

    def __init__(self, *usernames: str) -> None:
        super().__init__([world.person(name, "eng") for name in usernames])
        self.reads, self.takes, self.now, self.fails = 0, 0.0, 100.0, False

    def members(self, after: str = "", *, limit: int) -> Sequence[Member]:
        if not after:
            self.reads += 1
            self.now += self.takes
        if self.fails:
            raise DirectoryUnavailable
        return super().members(after, limit=limit)

    def put(self, *people: Person) -> None:
        for person in people:
            self._by_id[person.id] = self._by_username[person.username] = person

    def drop(self, username: str) -> None:
        del self._by_id[self._by_username.pop(username).id]

    def clock(self) -> float:
        return self.now


class Waiting(Counting):
    """Says when it is being read, and goes on when it is told to."""

    def __init__(self, *usernames: str) -> None:
        super().__init__(*usernames)
        self.entered, self.go_on = Event(), Event()

    def members(self, after: str = "", *, limit: int) -> Sequence[Member]:
        self.entered.set()
        assert self.go_on.wait(10)
        return super().members(after, limit=limit)


@pytest.fixture
def directory() -> Counting:
    return Counting("ana", "bo", "cy")


@pytest.fixture
def later() -> list[Work]:
    """Work that was put into the background."""
    return []


@pytest.fixture
def people(directory: Counting, later: list[Work]) -> Everybody:
    return Everybody(directory, background=later.append, clock=directory.clock)


def test_everybody_comes_whatever_the_size_of_a_chunk(
    people: Everybody, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in (1, 2, 3, 4):
        monkeypatch.setattr(everybody, "CHUNK", size)
        assert list(people.counted(anew=True).population.usernames) == ["ana", "bo", "cy"]


def test_quick_counts_are_made_again_after_the_least_age(people: Everybody, directory: Counting) -> None:
    first = people.counted()
    directory.now += YOUNGEST
    assert people.counted() is first
    directory.now += 0.1
    assert people.counted() is not first
    assert directory.reads == 2


def test_a_long_count_is_good_for_longer_and_renewed_behind_the_callers_backs(
    people: Everybody, directory: Counting, later: list[Work]
) -> None:
    directory.takes = 2.0
    first = people.counted()
    directory.now = first.began + REST * 2.0
    assert people.counted() is first
    assert later == []
    directory.now += 1.0
    assert people.counted() is first
    later.pop()()
    assert people.counted() is not first
    assert directory.reads == 2


def test_nobody_is_told_what_is_older_than_twice_its_age(people: Everybody, directory: Counting) -> None:
    directory.takes = 60.0
    first = people.counted()
    directory.now = first.began + 2 * OLDEST + 1.0
    assert people.counted() is not first


def test_anew_is_anew_after_the_call(people: Everybody, directory: Counting) -> None:
    first = people.counted()
    directory.now += 0.001
    assert people.counted(anew=True) is not first


def test_a_directory_that_fails_spoils_nothing_that_is_still_good(
    people: Everybody, directory: Counting, later: list[Work], caplog: pytest.LogCaptureFixture
) -> None:
    directory.takes = 2.0
    first = people.counted()
    directory.fails = True
    directory.now = first.began + 21.0
    assert people.counted() is first
    later.pop()()
    assert "could not count" in caplog.text
    with pytest.raises(DirectoryUnavailable):
        people.counted(anew=True)
    directory.now = first.began + 60.0
    with pytest.raises(DirectoryUnavailable):
        people.counted()


def test_who_comes_during_a_count_waits_for_it_and_shares_it() -> None:
    directory = Waiting("ana")
    people = Everybody(directory, background=lambda _work: None, clock=directory.clock)
    answers: list[int] = []
    threads = [Thread(target=lambda: answers.append(len(people.counted().population))) for _ in range(20)]
    for thread in threads:
        thread.start()
    assert directory.entered.wait(10)
    directory.go_on.set()
    for thread in threads:
        thread.join(10)
    assert (answers, directory.reads) == ([1] * 20, 1)


def test_nobody_waits_for_long_for_somebody_elses_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(everybody, "PATIENCE", 0.01)
    directory = Waiting("ana")
    people = Everybody(directory, background=lambda _work: None)
    first = Thread(target=people.counted)
    first.start()
    assert directory.entered.wait(10)
    with pytest.raises(DirectoryUnavailable, match="being counted"):
        people.counted()
    directory.go_on.set()
    first.join(10)
    assert len(people.counted().population) == 1


def test_who_did_not_wait_is_told_when_the_count_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(everybody, "PATIENCE", 0.01)
    directory = Waiting("ana")
    people = Everybody(directory, background=lambda _work: None, clock=directory.clock)

    def told_after(seconds: float, *, takes: float) -> int:
        """How long a second caller is told to wait, so many seconds into a count."""
        directory.entered.clear()
        directory.go_on.clear()
        began, directory.takes = directory.now, takes - seconds
        first = Thread(target=lambda: people.counted(anew=True))
        first.start()
        assert directory.entered.wait(10)
        directory.now = began + seconds
        with pytest.raises(DirectoryUnavailable) as busy:
            people.counted(anew=True)
        directory.go_on.set()
        first.join(10)
        return busy.value.retry_after

    assert told_after(4.0, takes=12.0) == 4  # nobody knows yet: as long again
    assert told_after(5.0, takes=12.0) == 7  # the rest of what the last one took
    assert told_after(14.0, takes=16.0) == 14  # longer than the last one took
    assert told_after(0.1, takes=500.0) == 16
    assert told_after(1.0, takes=500.0) == everybody.LATEST


def test_what_nobody_asks_for_is_dropped(
    people: Everybody, directory: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(people, "_look_again", waits.append)
    people.counted()
    directory.now += IDLE - 50
    people.counted(anew=True)
    directory.now += 50
    people._drop_when_idle()
    assert waits == [IDLE, IDLE - 50]
    directory.now += IDLE
    people._drop_when_idle()
    assert people._held is None
    people.counted()
    assert waits == [IDLE, IDLE - 50, IDLE]


def test_users_who_are_told_are_looked_up_and_nobody_else(people: Everybody, directory: Counting) -> None:
    first = people.counted()
    directory.put(world.person("bo", "eng", "risk"), world.person("dan", "eng"))
    directory.drop("cy")
    people.forget(world.guid_of("user", name) for name in ("bo", "dan", "cy"))
    told = people.counted().population
    assert list(told.usernames) == ["ana", "bo", "dan"]
    assert {name: list(users) for name, users in told.groups.items()} == {"eng": [0, 1, 2], "risk": [1]}
    assert (list(first.population.usernames), directory.reads) == (["ana", "bo", "cy"], 1)


def test_what_is_confirmed_is_as_young_as_that(people: Everybody, directory: Counting) -> None:
    first = people.counted()
    directory.now += 60.0
    people.confirm(directory.now - 1.0)
    assert people.counted() is first
    directory.now += 2.0
    assert people.counted() is not first


@pytest.mark.parametrize("tell", [Everybody.forget_everything, Everybody.forget_structure])
def test_what_may_be_all_different_is_counted_anew(
    people: Everybody, directory: Counting, tell: Callable[[Everybody], None]
) -> None:
    first = people.counted()
    directory.now += 0.1
    tell(people)
    directory.now += 0.1
    again = people.counted()
    assert again is not first
    assert people.counted() is again


def test_many_who_are_told_at_once_are_counted_anew(people: Everybody, directory: Counting) -> None:
    people.counted()
    people.forget(str(number) for number in range(everybody.MANY + 1))
    people.counted()
    people.counted()
    assert directory.reads == 2


def test_who_is_told_during_a_count_is_looked_up_after_it(directory: Counting) -> None:
    class Told(Counting):
        """Bo joins risk, and that is told, when the members were read already."""

        def members(self, after: str = "", *, limit: int) -> Sequence[Member]:
            found = super().members(after, limit=limit)
            self.put(world.person("bo", "eng", "risk"))
            people.forget([world.guid_of("user", "bo")])
            return found

    told = Told("ana", "bo")
    people = Everybody(told, background=lambda _work: None, clock=told.clock)
    assert "risk" not in people.counted().population.groups
    assert list(people.counted().population.groups["risk"]) == [1]
    assert told.reads == 1


def test_a_user_who_cannot_be_looked_up_is_not_left_as_they_were(
    people: Everybody, directory: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.counted()
    people.forget([world.guid_of("user", "bo")])

    def fail(_user_id: str) -> None:
        raise DirectoryUnavailable

    with monkeypatch.context() as outage:
        outage.setattr(directory, "by_id", fail)
        with pytest.raises(DirectoryUnavailable):
            people.counted()
    directory.drop("bo")
    assert list(people.counted().population.usernames) == ["ana", "cy"]
