"""What one process makes of what a source tells, without a server: numbers, catching up, failures, and what others say."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from purposeapp.directory.base import DirectoryChanges
from purposeapp.domain.errors import PoliciesUnavailable, Unavailable
from purposeapp.domain.model import Purpose
from purposeapp.domain.snapshot import Change
from purposeapp.events.channel import Heard
from purposeapp.events.following import Following, News
from purposeapp.events.people import KeptPeople
from purposeapp.events.policies import KeptPolicies
from purposeapp.events.relay import RedisClock
from purposeapp.events.relayed import Relayed
from purposeapp.policyindex.base import PolicyChanges
from purposeapp.policyindex.memory import MemoryPolicyIndex
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex

PATIENCE = 20.0


class Clock:
    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


# --- one source, poll by poll ---------------------------------------------------------------------------------------


class Source:
    """Tells of what was put into `news` once, of everything until now, and fails on demand."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.news: list[str] = []
        self.settled: list[str] = []
        self.polls: list[bool] = []
        self.fails = False
        self.go_on = Event()
        self.go_on.set()

    def poll(self, at_source: bool) -> News:
        as_of = self.clock()
        self.polls.append(at_source)
        assert self.go_on.wait(PATIENCE)
        if self.fails:
            raise PoliciesUnavailable
        told, self.news = self.news, []
        return News(as_of, bool(told), lambda: self.settled.extend(told))


@pytest.fixture
def source(clock: Clock) -> Source:
    return Source(clock)


@pytest.fixture
def following(source: Source, clock: Clock) -> Following:
    return Following("it", source.poll, max_age=2.0, clock=clock, wall_clock=lambda: clock() + 1_000_000)


def test_a_number_is_kept_while_nothing_happens_and_grows_when_something_does(
    following: Following, source: Source, clock: Clock
) -> None:
    following.step()
    before = following.number()
    clock.now += 1.0
    following.step()
    assert following.number() == before
    source.news.append("a change")
    following.step()
    assert following.number() > before
    assert source.settled == ["a change"]


def test_numbers_grow_though_the_clock_of_the_wall_goes_back(source: Source, clock: Clock) -> None:
    wall = Clock(2_000_000.0)
    following = Following("it", source.poll, max_age=2.0, clock=clock, wall_clock=wall)
    numbers = []
    for wall.now in (2_000_000.0, 1_000_000.0, 1_000_001.0):
        source.news.append("a change")
        following.step()
        numbers.append(following.number())
    assert numbers == sorted(set(numbers))


def test_what_another_process_saw_is_here_once_the_source_was_polled_later(
    following: Following, clock: Clock
) -> None:
    following.step()
    seen_elsewhere = int((clock() + 1_000_000 + 0.5) * 1000)
    assert not following.reaches(seen_elsewhere)
    clock.now += 1.0
    following.step()
    assert following.reaches(seen_elsewhere)


def test_a_poll_under_way_when_another_process_saw_it_is_not_enough(
    following: Following, source: Source, clock: Clock
) -> None:
    following.step()
    source.news.append("another change")
    following.step()
    assert not following.reaches(following.number())


def test_what_has_become_old_reaches_nothing_and_has_the_number_of_now(
    following: Following, clock: Clock
) -> None:
    following.step()
    clock.now += 3.0
    assert not following.reaches(0)
    assert following.number() >= (clock() + 1_000_000) * 1000
    assert following.status().age is None


def test_what_is_fresh_again_has_no_smaller_number_than_while_it_was_old(
    following: Following, clock: Clock
) -> None:
    following.step()
    clock.now += 3.0
    while_old = following.number()
    following.step()
    assert following.number() == while_old
    assert not following.reaches(while_old)
    clock.now += 1.0
    following.step()
    assert following.reaches(while_old)


def test_catching_up_asks_the_source_itself(following: Following, source: Source, clock: Clock) -> None:
    following.step()
    clock.now += 0.1
    source.news.append("a change")
    following.catch_up()
    assert source.polls == [False, True]
    assert source.settled == ["a change"]


def test_all_who_catch_up_at_once_share_a_poll_that_began_after_their_call(
    following: Following, source: Source, clock: Clock
) -> None:
    following.step()
    clock.now += 0.1
    source.go_on.clear()
    with ThreadPoolExecutor(9) as threads:
        under_way = threads.submit(following.step)
        while len(source.polls) < 2:
            pass
        clock.now += 0.1  # what is called from now on is not answered by the poll under way
        waiting = [threads.submit(following.catch_up) for _ in range(8)]
        source.go_on.set()
        for each in (under_way, *waiting):
            each.result(PATIENCE)
    assert source.polls == [False, False, True]


def test_who_cannot_be_caught_up_with_is_an_error(following: Following, source: Source) -> None:
    source.fails = True
    with pytest.raises(Unavailable):
        following.catch_up()


@pytest.mark.django_db  # each turn ends by looking after Django's connections
def test_pauses_grow_while_a_source_fails_and_end_with_its_first_answer(
    following: Following, source: Source
) -> None:
    source.fails = True
    pauses = [following._turn() for _ in range(12)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 2.0
    assert following.status().error
    source.fails = False
    assert following._turn() == 0.3
    assert not following.status().error


# --- the snapshot ---------------------------------------------------------------------------------------------------

SALES = Purpose("s", "Sales")


class Tail:
    def __init__(self) -> None:
        self.told: list[PolicyChanges] = []

    def __call__(self, at_source: bool) -> PolicyChanges:
        return self.told.pop(0)


class Index(MemoryPolicyIndex):
    """An index whose scan fails on demand."""

    broken = False
    scans = 0

    def scan(self):
        self.scans += 1
        if self.broken:
            raise PoliciesUnavailable
        return super().scan()


def test_everything_is_read_anew_until_that_has_succeeded(clock: Clock) -> None:
    source, tail = Index([SALES]), Tail()
    index = SnapshotPolicyIndex(source, max_age=2.0, clock=clock)
    kept = KeptPolicies(index, tail, clock=clock)
    tail.told = [PolicyChanges(clock(), everything=True), PolicyChanges(clock()), PolicyChanges(clock())]
    source.broken = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            kept.poll(False).settle()
    source.broken = False
    kept.poll(False).settle()
    assert index.current is not None
    assert source.scans == 3


def test_what_is_known_already_is_no_news(clock: Clock) -> None:
    source, tail = Index([SALES]), Tail()
    index = SnapshotPolicyIndex(source, max_age=2.0, clock=clock)
    kept = KeptPolicies(index, tail, clock=clock)
    again = PolicyChanges(clock(), Change([SALES], deleted=frozenset({"nobody's"})))
    renamed = PolicyChanges(clock(), Change([Purpose("s", "Selling")]))
    tail.told = [PolicyChanges(clock(), everything=True), again, renamed]
    news = []
    for _ in range(3):
        news.append(kept.poll(False))
        news[-1].settle()
    assert [each.is_new for each in news] == [True, False, True]
    assert index.purpose("s") == Purpose("s", "Selling")


def test_who_wishes_it_has_everything_read_anew_once_and_soon(clock: Clock) -> None:
    source, tail = Index([SALES]), Tail()
    index = SnapshotPolicyIndex(source, max_age=2.0, clock=clock)
    wishes = 7
    kept = KeptPolicies(index, tail, wishes=lambda: wishes, clock=clock)

    def polled(seconds: float) -> int:
        """How often everything was read while so much time passed in steps."""
        before = source.scans
        for _ in range(int(seconds)):
            clock.now += 1.0
            tail.told.append(PolicyChanges(clock()))
            kept.poll(False).settle()
            if rebuilding := [each for each in threading.enumerate() if each.name == "rebuild"]:
                rebuilding[0].join()
        return source.scans - before

    assert polled(30) == 1, "the first; older wishes are fulfilled by it"
    wishes = 9
    assert polled(6) == 1
    assert polled(20) == 0
    source.broken, wishes = True, 10
    assert polled(6) == 1
    source.broken = False
    assert polled(30) == 1, "what failed is tried again"


# --- the directory's cache ------------------------------------------------------------------------------------------


class Cache:
    def __init__(self) -> None:
        self.told: list[object] = []

    def forget(self, user_ids) -> None:
        self.told.append(set(user_ids))

    def forget_structure(self) -> None:
        self.told.append("structure")

    def forget_everything(self) -> None:
        self.told.append("everything")

    def confirm(self, as_of: float) -> None:
        self.told.append(as_of)


def settled(clock: Clock, *changes: DirectoryChanges, at_source: bool = False) -> list[object]:
    """What a cache is told by these polls, after the first."""
    polls = [DirectoryChanges(clock(), everything=True), *changes]
    cache = Cache()
    kept = KeptPeople(cache, lambda _: polls.pop(0), clock=clock)
    kept.poll(False).settle()
    assert cache.told == ["structure", clock()]  # new to this process, not to those who share with it
    cache.told.clear()
    while polls:
        kept.poll(at_source).settle()
    return cache.told


def test_what_changed_is_forgotten_before_the_rest_is_confirmed(clock: Clock) -> None:
    assert settled(clock, DirectoryChanges(7.0, users=frozenset({"u"}))) == [{"u"}, 7.0]
    assert settled(clock, DirectoryChanges(7.0, structure=True)) == ["structure", 7.0]
    assert settled(clock, DirectoryChanges(7.0, everything=True)) == ["everything", 7.0]


def test_where_the_directory_keeps_no_record_nothing_is_confirmed(clock: Clock) -> None:
    silent = DirectoryChanges(7.0, warning="no events")
    assert settled(clock, silent) == []
    assert settled(clock, silent, at_source=True) == ["everything"]


# --- what others say ------------------------------------------------------------------------------------------------


class Channel:
    """What is heard, and whether this process leads."""

    def __init__(self) -> None:
        self.heard: Heard | None = None
        self.leads: float | None = None
        self.told: list[tuple[float, bool]] = []
        self.resigned = False

    def listen(self) -> Heard | None:
        return self.heard

    def lead(self) -> float | None:
        return self.leads

    def tell(self, asked_at: float, *, is_new: bool) -> None:
        self.told.append((asked_at, is_new))

    def resign(self) -> None:
        self.resigned = True


@pytest.fixture
def channel() -> Channel:
    return Channel()


def relayed(channel: Channel, clock: Clock, poll: Callable[[], PolicyChanges]) -> Relayed[PolicyChanges]:
    return Relayed(poll, channel, quiet=PolicyChanges, clock=clock)  # type: ignore[arg-type]  # stands in for one


def test_who_listens_asks_the_source_only_for_news(channel: Channel, clock: Clock) -> None:
    polls: list[float] = []

    def poll() -> PolicyChanges:
        polls.append(clock())
        return PolicyChanges(clock())

    ask = relayed(channel, clock, poll)
    ask(False)  # nothing was heard yet
    channel.heard = Heard(999.5, is_new=False)
    assert ask(False).as_of == 999.5
    channel.heard = Heard(999.6, is_new=True)
    assert ask(False).as_of == clock()
    channel.heard = Heard(999.7, is_new=False)
    assert ask(True).as_of == clock()
    assert len(polls) == 3
    clock.now += 7.0
    ask(False)  # what the others say is verified now and then
    assert len(polls) == 4


def test_news_that_could_not_be_read_are_asked_for_again(channel: Channel, clock: Clock) -> None:
    answers: list[PolicyChanges | None] = [PolicyChanges(1.0), None, PolicyChanges(3.0, everything=True)]

    def poll() -> PolicyChanges:
        answer = answers.pop(0)
        if answer is None:
            raise PoliciesUnavailable
        return answer

    ask = relayed(channel, clock, poll)
    ask(False)
    channel.heard = Heard(999.5, is_new=True)
    with pytest.raises(Unavailable):
        ask(False)
    channel.heard = Heard(999.8, is_new=False)
    assert ask(False).everything


def test_who_leads_says_what_was_found_and_who_cannot_reach_the_source_leads_no_more(
    channel: Channel, clock: Clock
) -> None:
    channel.leads = 5.0
    relayed(channel, clock, lambda: PolicyChanges(clock(), everything=True))(False)
    assert channel.told == [(5.0, True)]

    def fail() -> PolicyChanges:
        raise PoliciesUnavailable

    with pytest.raises(Unavailable):
        relayed(channel, clock, fail)(False)
    assert channel.resigned
    assert len(channel.told) == 1


# --- Redis's clock --------------------------------------------------------------------------------------------------


def test_a_moment_of_rediss_clock_is_never_taken_for_a_later_one_of_ours() -> None:
    clock = RedisClock()
    clock.note(5_000.0, asked_at=100.0)  # the answer took a while: it was less far ahead
    clock.note(5_000.3, asked_at=100.5)
    assert clock.ours(5_000.3) == pytest.approx(100.3)
    clock.note(5_011.0, asked_at=101.0)  # stepped forth: what was said before seems older
    assert clock.ours(5_000.3) == pytest.approx(90.3)
    clock.note(5_001.5, asked_at=101.5)  # stepped back: what is said now seems older
    assert clock.ours(5_001.5) == pytest.approx(91.5)
    clock.note(5_071.5, asked_at=171.5)  # nothing that was said before the step is on its way any more
    assert clock.ours(5_071.5) == pytest.approx(171.5)


def test_no_moment_of_rediss_clock_is_still_to_come() -> None:
    clock = RedisClock(lambda: 101.0)
    clock.note(5_000.0, asked_at=100.0)
    assert clock.ours(9_000.0) == 101.0
