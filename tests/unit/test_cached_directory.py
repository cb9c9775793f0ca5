"""What one process remembers of a directory, and for how long."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from purposeapp.directory.cached import CachedDirectory
from purposeapp.directory.cached.flights import Flights
from purposeapp.directory.cached.local import Forgotten
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.domain.model import Group
from purposeapp.domain.realm import Member
from tests.counted import GROUPS, CountedDirectory, Ticking

ANA = Member("1", "ana", groups=("g0", "g1"), roles=("r1",))
BO = Member("2", "bo")


@pytest.fixture
def clock():
    return Ticking()


@pytest.fixture
def source():
    return CountedDirectory([ANA, BO])


@pytest.fixture
def directory(source, clock):
    return CachedDirectory(source, place=("acme",), secret="s", clock=clock)


def groups_of(person):
    return {group.id for group in person.groups}


def test_who_is_known_is_asked_for_once_by_id_and_by_name(directory, source, clock):
    person = directory.by_id("1")
    clock.now += 100
    directory.confirm(clock.now)
    assert directory.by_username("ANA") is directory.by_id("1") is directory.peek_by_id("1")
    assert person.username == "ana"
    assert source.asked == ["1"]
    assert (directory.counters.in_process, directory.counters.missed) == (3, 1)
    assert directory.counters.hit_ratio == 0.75


def test_with_nobody_to_confirm_it_people_serve_as_long_as_they_are_young(directory, source, clock):
    directory.by_id("1")
    clock.now += 1.9
    directory.by_id("1")
    assert source.asked == ["1"]
    clock.now += 0.2
    directory.by_id("1")
    assert source.asked == ["1", "1"]


def renewing(source, clock, background):
    return CachedDirectory(source, place=("acme",), secret="s", clock=clock, background=background)


def test_with_nobody_to_confirm_it_who_is_asked_for_is_renewed_ahead_of_time(source, clock):
    works = []
    directory = renewing(source, clock, works.append)
    first = directory.by_id("1")
    clock.now += 0.9
    assert directory.by_id("1") is first
    assert not works
    clock.now += 0.2
    source.put(replace(ANA, groups=("g2",)))
    for ask in (directory.by_id, directory.peek_by_id):
        assert ask("1") is first, "nobody waits"
    assert directory.by_username("ana") is first
    (work,) = works
    work()
    assert groups_of(directory.by_id("1")) == {"g2"}
    assert source.asked == ["1", "1"]
    assert (directory.counters.renewed, directory.counters.missed) == (1, 1)
    clock.now += 1.9
    assert groups_of(directory.peek_by_id("1")) == {"g2"}, "young again from the renewal on"


def test_what_cannot_be_renewed_serves_no_longer_than_promised(source, clock):
    directory = renewing(source, clock, lambda work: work())
    directory.by_id("1")
    source.failing = True
    clock.now += 1.9
    assert directory.by_id("1") is not None
    clock.now += 0.2
    with pytest.raises(DirectoryUnavailable):
        directory.by_id("1")
    source.failing = False
    assert directory.by_id("1") is not None


def test_who_is_gone_is_gone_with_the_renewal(source, clock):
    directory = renewing(source, clock, lambda work: work())
    assert directory.by_username("ana") is not None
    del source.people["1"]
    clock.now += 1.1
    directory.by_id("1")
    assert directory.by_id("1") is None


def test_a_renewal_that_began_before_a_change_is_not_held(source, clock):
    directory = renewing(source, clock, lambda work: work())
    directory.by_id("1")
    clock.now += 1.1
    source.after_reading = lambda: directory.forget(["1"])
    directory.by_id("1")
    source.after_reading = lambda: None
    assert directory.peek_by_id("1") is None


def test_only_some_are_renewed_at_once_and_none_where_changes_are_followed(source, clock):
    for number in range(3, 20):
        source.put(Member(str(number), f"user{number}"))
    works = []
    directory = renewing(source, clock, works.append)
    for user_id in source.people:
        directory.by_id(user_id)
    directory.confirm(clock.now)
    clock.now += 1.5
    for user_id in source.people:
        directory.by_id(user_id)
    assert not works, "they are confirmed to be as they were"
    for _ in range(2):
        clock.now += 2
        for user_id in source.people:
            directory.by_id(user_id)
        clock.now += 1.1
        for user_id in source.people:
            directory.by_id(user_id)
        assert len(works) == 4
        while works:
            works.pop()()


def test_a_confirmation_that_does_not_come_stops_them_and_a_late_one_revives_them(directory, source, clock):
    directory.by_id("1")
    clock.now += 100
    directory.confirm(clock.now)
    assert directory.by_id("1") is not None
    clock.now += 2.1
    assert directory.peek_by_id("1") is None
    directory.confirm(clock.now - 0.1)
    assert directory.peek_by_id("1") == directory.by_id("1")
    assert source.asked == ["1"]


def test_a_confirmation_never_goes_back(directory, source, clock):
    directory.by_id("1")
    directory.confirm(clock.now + 50)
    directory.confirm(clock.now)
    clock.now += 51
    assert directory.peek_by_id("1") is not None


def test_nobody_is_held_for_ever_however_often_confirmed(directory, source, clock):
    directory.by_id("1")
    clock.now += 1200
    directory.confirm(clock.now)
    directory.by_id("1")
    assert source.asked == ["1", "1"]


def test_who_is_forgotten_is_asked_for_again_and_nobody_else(directory, source):
    directory.by_id("1"), directory.by_id("2")
    source.put(replace(ANA, groups=()))
    directory.forget(["1"])
    assert groups_of(directory.by_username("ana")) == set()
    assert directory.by_id("2").username == "bo"
    assert source.asked == ["1", "2", "ana"]


def test_a_new_name_is_known_and_the_old_one_is_free(directory, source):
    directory.by_username("ana")
    source.put(replace(ANA, username="anna"))
    source.put(Member("3", "ana"))
    directory.forget(["1", "3"])
    assert directory.by_username("anna").id == "1"
    assert directory.by_username("ana").id == "3"


def test_what_is_forgotten_while_it_comes_is_answered_but_not_held(directory, source):
    source.after_reading = lambda: directory.forget(["1"])
    directory.by_id("1")
    source.after_reading = lambda: None
    source.put(replace(ANA, groups=()))
    assert groups_of(directory.by_id("1")) == set()


def test_nobody_who_asks_after_the_change_gets_an_answer_from_before(directory, source):
    reading, go_on = threading.Event(), threading.Event()

    def wait():
        source.before_reading = source.after_reading = lambda: None
        reading.set()
        assert go_on.wait(10)

    source.after_reading = wait
    with ThreadPoolExecutor(1) as early:
        old = early.submit(directory.by_id, "1")
        assert reading.wait(10)
        source.put(replace(ANA, groups=()))
        directory.forget(["1"])
        assert groups_of(directory.by_id("1")) == set()
        go_on.set()
        assert groups_of(old.result(10)) == {"g0", "g1"}
    assert groups_of(directory.by_id("1")) == set()


def test_five_hundred_at_once_are_one_question(directory, source):
    everybody = threading.Barrier(501)

    def ask(_):
        everybody.wait(30)
        return directory.by_username("ana")

    with ThreadPoolExecutor(500) as threads:
        answers = [threads.submit(ask, number) for number in range(500)]
        everybody.wait(30)
        assert {answer.result(30).id for answer in answers} == {"1"}
    assert source.asked == ["ana"]


def test_an_error_goes_to_all_who_wait_and_is_not_kept(directory, source):
    together = threading.Barrier(10)

    def ask(_):
        together.wait(10)
        with pytest.raises(DirectoryUnavailable):
            directory.by_id("1")

    source.failing = True
    with ThreadPoolExecutor(10) as threads:
        list(threads.map(ask, range(10)))
    source.failing = False
    assert directory.by_id("1") is not None


def test_a_thread_that_is_stopped_leaves_nobody_waiting():
    flights, waited_for = Flights(), []

    def stopped():
        waited_for.append(flights._under_way["key"])
        raise SystemExit

    with pytest.raises(SystemExit):
        flights.share("key", stopped)
    assert isinstance(waited_for[0].exception(timeout=0), DirectoryUnavailable)
    assert flights.share("key", lambda: "anew") == "anew"


def test_nobody_is_nobody_for_two_seconds_or_until_something_changes(directory, source, clock):
    directory.confirm(clock.now + 1000)
    assert directory.by_username("cid") is directory.by_username("cid") is None
    assert source.asked == ["cid"]
    source.put(Member("3", "cid"))
    clock.now += 2.1
    assert directory.by_username("cid").id == "3"
    assert directory.by_username("dee") is None
    source.put(Member("4", "dee"))
    directory.forget(["4"])
    assert directory.by_username("dee").id == "4"


def test_many_who_are_nobody_and_many_who_are_somebody_take_bounded_room(source, clock):
    directory = CachedDirectory(source, place=("acme",), secret="s", clock=clock, size=20)
    for number in range(100):
        source.put(Member(f"u{number}", f"user {number}"))
        directory.by_id(f"u{number}"), directory.by_id(f"nobody {number}")
    source.asked.clear()
    for number in range(100):
        directory.peek_by_id(f"u{number}")
    known = [number for number in range(100) if directory.peek_by_id(f"u{number}")]
    assert known == list(range(80, 100))
    for number in range(100):
        directory.by_id(f"nobody {number}")
    assert len(source.asked) >= 98


def test_a_name_longer_than_any_is_not_remembered(directory, source):
    for _ in range(2):
        assert directory.by_username("a" * 256) is None
    assert len(source.asked) == 2


def test_the_disabled_and_those_who_may_view_all_stay_so(directory, source):
    source.put(replace(ANA, enabled=False, may_view_any_access=True))
    for _ in range(2):
        person = directory.by_id("1")
        assert (person.enabled, person.may_view_any_access) == (False, True)


def test_a_change_of_the_structure_is_seen_at_once(directory, source, clock):
    directory.confirm(clock.now + 1000)
    assert directory.realm() is directory.realm()
    assert source.structures == 1
    directory.by_id("1")
    renamed = Group("g0", "new name", "/new name")
    source.structure = replace(source.structure, groups={**GROUPS, "g0": renamed})
    directory.forget_structure()
    assert renamed in directory.by_id("1").groups
    assert directory.realm().groups["g0"] is renamed


def test_people_share_the_groups_of_the_structure(directory, source, clock):
    directory.confirm(clock.now + 1000)
    structure = directory.realm()
    source.structure = replace(structure, groups={id_: replace(group) for id_, group in GROUPS.items()})
    person = directory.by_id("1")
    assert all(group is structure.groups[group.id] for group in person.groups)


def test_an_older_structure_makes_an_answer_as_old(directory, source, clock):
    directory.realm()
    clock.now += 0.9
    directory.by_id("1")
    clock.now += 1.2
    assert directory.peek_by_id("1") is None


def test_on_a_structure_that_serves_the_source_is_asked_for_the_member_alone(directory, source, clock):
    directory.confirm(clock.now)
    directory.realm()
    assert directory.by_id("1") == source.structure.person(ANA)
    assert directory.by_username("bo") == source.structure.person(BO)
    assert directory.by_username("cid") is None
    assert (source.asked, source.light) == (["1", "bo", "cid"], 3)


def test_without_a_structure_or_with_one_too_old_the_source_is_asked_for_the_person(directory, source, clock):
    directory.by_id("1")
    directory.realm()
    clock.now += 2.1
    directory.by_id("2")
    directory.forget_structure()
    directory.by_id("1")
    assert (source.asked, source.light) == (["1", "2", "1"], 0)


def test_a_structure_that_changes_while_the_member_comes_makes_nobody_stay(directory, source, clock):
    directory.confirm(clock.now + 1000)
    directory.realm()
    renamed = Group("g0", "new name", "/new name")

    def change():
        source.structure = replace(source.structure, groups={**GROUPS, "g0": renamed})
        directory.forget_structure()

    source.after_reading = change
    directory.by_id("1")
    source.after_reading = lambda: None
    assert source.light == 1
    assert renamed in directory.by_id("1").groups


def test_a_group_that_the_structure_has_not_yet_is_not_lost(directory, source, clock):
    directory.confirm(clock.now + 1000)
    directory.realm()
    new = Group("new", "new", "/new")
    source.structure = replace(source.structure, groups={**GROUPS, "new": new})
    source.put(replace(ANA, groups=("new",)))
    assert directory.by_id("1").groups == directory.by_id("1").groups == (new,)


def test_without_redis_nothing_is_stored(directory, source):
    assert directory.mark() is None
    assert directory.store(source.members(limit=10), directory.mark()) == 0


def test_who_was_forgotten_long_ago_counts_as_forgotten_with_the_last_of_those():
    forgotten = Forgotten(size=2)
    forgotten.add(["a"])
    before = forgotten.now
    forgotten.add(["b"]), forgotten.add(["c"]), forgotten.add(["d"])
    assert forgotten.since(before, "stranger")
    assert not forgotten.since(forgotten.now, "stranger")
    assert forgotten.since(before, "d")
    assert not forgotten.since(forgotten.now, "d")
    forgotten.add_everybody()
    assert forgotten.since(forgotten.now - 1, "anybody")
