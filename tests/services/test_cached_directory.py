"""Processes that share what they know of a directory through a real Redis, which may lose, invent, refuse or keep silent."""

import random
import secrets
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from redis import Redis

from purposeapp.domain.model import Group, Person
from purposeapp.domain.realm import Member
from tests.counted import GROUPS
from tests.servers import need, redis_server
from tests.services.processes import ANA, BO, IMPATIENT, REVOKED, Process, World, groups_of, live

pytestmark = pytest.mark.service


@pytest.fixture
def world() -> World:
    return World(need("redis"))


@pytest.fixture(scope="module")
def own_server() -> Iterator[object]:
    with redis_server() as server:
        yield server


@pytest.fixture
def own(own_server) -> World:
    """A world on a Redis that the test may stop, fill and spoil."""
    if not own_server.answers():
        own_server.start()
    with Redis.from_url(own_server.url) as redis:
        redis.config_set("maxmemory", 0)
        redis.flushall()
    return World(own_server.url)


def test_whom_one_process_knows_no_other_asks_for(world):
    first = world.start()
    second = world.start_trusted(first)
    first.ask()
    compare(second.directory.by_id(ANA.id), world.source.structure.person(ANA))
    second.directory.forget_structure()
    compare(second.directory.by_username("Ana"), world.source.structure.person(ANA))
    assert second.directory.counters.in_redis == 2
    assert world.source.asked == [ANA.id]
    first.ask(BO)
    bo = second.directory.by_username("bo")
    assert (bo.enabled, bo.may_view_any_access) == (False, True)
    assert second.directory.counters.missed == 0


def compare(one: Person, other: Person) -> None:
    assert replace(one, role_graph=other.role_graph) == other


def test_a_warm_up_stores_all_and_takes_few_bytes(world):
    process = world.start()
    many = [replace(ANA, id=f"{ANA.id[:-4]}{number:04x}", username=f"u{number}") for number in range(6000)]
    for member in many:
        world.source.put(member)
    assert process.directory.store(many, process.directory.mark()) == 6000
    assert world.asked(lambda: [process.ask(member) for member in many[::3]]) == 0
    with Redis.from_url(world.url) as redis:
        stem = process.directory._shared._keys._stem
        sizes = [redis.memory_usage(key, samples=0) for key in redis.scan_iter(stem + b"*", count=10_000)]
    assert sum(sizes) / 6000 < 400


def test_who_is_forgotten_by_one_is_found_by_none(world):
    first = world.start()
    second = world.start_trusted(first)
    first.ask()
    world.change(REVOKED, first)
    assert groups_of(second.ask()) == set()


def test_what_was_read_before_a_change_is_not_stored_after_it(world):
    late = world.start()
    quick = world.start_trusted(late)

    def step_in() -> None:
        world.source.after_reading = lambda: None
        world.change(REVOKED, quick)

    world.source.after_reading = step_in
    assert groups_of(late.ask()) == set(ANA.groups)
    third = world.start_trusted(quick)
    assert groups_of(third.ask()) == groups_of(quick.ask()) == set()
    late.directory.forget([ANA.id])
    assert groups_of(late.ask()) == set()


def test_a_chunk_read_before_a_change_leaves_out_whom_it_concerns(world):
    process, worker = world.start(), world.start()
    mark = worker.directory.mark()
    chunk = world.source.members(limit=10)
    world.change(REVOKED, process)
    assert worker.directory.store(chunk, mark) == 2
    third = world.start_trusted(process)
    assert groups_of(third.ask()) == set()
    assert world.asked(lambda: third.ask(BO)) == 0


def test_a_change_too_long_ago_to_be_remembered_is_minded_all_the_same(world, monkeypatch):
    monkeypatch.setattr("purposeapp.directory.cached.shared.FORGOTTEN", 2)
    process, worker = world.start(), world.start()
    mark = worker.directory.mark()
    chunk = world.source.members(limit=10)
    world.change(REVOKED, process)
    process.directory.forget(["x"]), process.directory.forget(["y"])
    worker.directory.store(chunk, mark)
    assert groups_of(world.start_trusted(process).ask()) == set()


def test_that_redis_evicted_what_was_forgotten_is_minded_too(world):
    process, worker = world.start(), world.start()
    mark = worker.directory.mark()
    chunk = world.source.members(limit=10)
    world.change(REVOKED, process)
    with Redis.from_url(world.url) as redis:
        assert redis.delete(process.directory._shared._keys.forgotten)
    worker.directory.store(chunk, mark)
    third = world.start_trusted(process)
    assert groups_of(third.ask()) == set()
    third.directory.forget_structure()
    assert world.asked(third.ask) == 0


def test_a_newcomer_believes_only_what_somebody_vouches_for(world):
    elder = world.start()
    elder.ask(), elder.ask(BO)
    world.source.put(REVOKED)  # before the newcomer listens, and the elder has not heard of it yet
    newcomer = world.start()
    for _ in range(2):
        newcomer.live()
        newcomer.directory.forget_structure()
        assert groups_of(newcomer.ask()) == set()
    elder.directory.forget([ANA.id])
    live(elder, newcomer)
    live(elder, newcomer)
    assert world.asked(lambda: newcomer.ask(BO)) == 0
    assert groups_of(newcomer.ask()) == groups_of(elder.ask()) == set()


def test_where_nobody_is_left_to_vouch_everything_begins_anew(world):
    world.start().ask()
    world.source.put(REVOKED)
    newcomer = world.start()
    for _ in range(7):
        newcomer.live()
        newcomer.directory.forget_structure()
        assert groups_of(newcomer.ask()) == set()
    newcomer.directory.forget_structure()
    assert world.asked(newcomer.ask) == 0


def test_a_process_that_nobody_tells_of_changes_reads_nothing_here(world):
    process = world.start()
    process.ask()
    process.clock.now += 2.1
    world.source.put(REVOKED)
    assert groups_of(process.ask()) == set()


def test_what_redis_has_is_held_no_longer_than_it_was_confirmed(world):
    process = world.start()
    process.ask()
    process.directory.forget_structure()
    process.clock.now += 1.5
    assert world.asked(process.ask) == 0
    process.clock.now += 1.0
    assert process.directory.peek_by_id(ANA.id) is None


def test_everything_is_forgotten_by_all(world):
    first = world.start()
    second = world.start_trusted(first)
    first.ask(), first.ask(BO)
    world.source.put(REVOKED)
    for process in (first, second):
        process.directory.forget_everything()
    assert groups_of(first.ask()) == groups_of(second.ask()) == set()
    live(first, second)
    live(first, second)
    live(second)
    second.directory.forget_structure()
    assert world.asked(second.ask) == 0


def test_a_new_group_leaves_the_others_known_and_a_lost_one_makes_unknown(world):
    process = world.start()
    process.ask()
    new = Group("a new one", "new", "/new")
    world.source.structure = replace(world.source.structure, groups={**GROUPS, new.id: new})
    process.directory.forget_structure()
    assert world.asked(process.ask) == 0
    lost = {id_: group for id_, group in GROUPS.items() if id_ != "g7"}
    world.source.structure = replace(world.source.structure, groups=lost)
    process.directory.forget_structure()
    assert world.asked(process.ask) == 1
    assert "g7" not in groups_of(process.ask())


def test_names_follow_their_owners(world):
    process = world.start()
    process.directory.by_username("ana")
    world.change(replace(ANA, username="anna"), process)
    process.ask()
    world.source.put(Member("another", "ana"))
    process.directory.forget_structure()
    assert process.directory.by_username("ana").id == "another"
    process.directory.forget_structure()
    assert process.directory.by_username("anna").id == ANA.id


PLACES = [
    ("a|b", "c"),
    ("a", "b|c"),
    ("a", "b", "c"),
    ("ab", "c"),
    ("a", "bc"),
    ("", "abc"),
    ("abc",),
    ("abc", ""),
]


def test_no_two_tenants_and_no_two_users_share_a_key(world):
    unique = secrets.token_hex(4)
    seen: list[Process] = []
    users = [("id", "7"), ("name", "7"), ("id", "name"), ("name", "id"), ("id", "id7"), ("name", "")]
    for number, place in enumerate(PLACES):
        process = world.start(place=(*place, unique))
        world.source.put(Member("7", f"of place {number}"))
        assert process.directory.by_id("7").username == f"of place {number}"
        seen.append(process)
    for number, process in enumerate(seen):
        process.directory.forget_structure()
        assert world.asked(lambda asking=process: asking.directory.by_id("7")) == 0
        assert process.directory.by_id("7").username == f"of place {number}"
        keys = {process.directory._shared._keys.spot(b"era", user) for user in users}
        assert len(keys) == len(users)


def test_another_secret_reads_nothing(world):
    world.start().ask()
    stranger = world.start(secret="another")
    assert world.asked(stranger.ask) == 1


def test_a_herd_of_five_hundred_asks_the_source_once(world):
    process = world.start()
    together = threading.Barrier(500)

    def ask(_: int) -> str:
        together.wait(60)
        return process.directory.by_username("ana").id

    with ThreadPoolExecutor(500) as threads:
        assert set(threads.map(ask, range(500))) == {ANA.id}
    assert world.source.asked == ["ana"]
    assert world.source.structures == 1


def poison(redis: Redis, kind: str) -> None:
    keys = [key for key in redis.scan_iter("purposeapp:*") if redis.type(key) == b"hash"]
    fields = {(key, name): value for key in keys for name, value in redis.hgetall(key).items()}
    spots = [(spot, value) for spot, value in fields.items() if not spot[0].endswith(b":era")]
    for number, ((key, name), value) in enumerate(spots):
        if kind == "garbage":
            redis.hset(key, name, b"garbage")
        elif kind == "another's":
            redis.hset(key, name, spots[(number + 1) % len(spots)][1])
        elif kind == "a bit" and len(value) > 24:
            redis.hset(key, name, value[:24] + bytes([value[24] ^ 1]) + value[25:])
        elif kind == "another type":
            redis.delete(key), redis.lpush(key, "x")
        elif kind == "pointer to itself" and len(value) == 10:
            redis.hset(key, name, key[-2:] + name)


@pytest.mark.parametrize("kind", ["garbage", "another's", "a bit", "another type", "pointer to itself"])
def test_what_others_write_is_never_believed(own, kind):
    process = own.start()
    process.ask(), process.ask(BO)
    poison(Redis.from_url(own.url), kind)
    for member in (ANA, BO):
        process.directory.forget_structure()
        compare(process.ask(member), own.source.structure.person(member))
        poison(Redis.from_url(own.url), kind)
        process.directory.forget_structure()
        compare(process.directory.by_username(member.username), own.source.structure.person(member))


def test_what_is_sealed_for_one_era_is_worth_nothing_in_another(own):
    process, redis = own.start(), Redis.from_url(own.url)
    process.ask()
    old = redis.hget(*spot_of_ana(process))
    assert old is not None
    own.source.put(REVOKED)
    process.directory.forget_everything()
    process.ask()
    assert redis.hget(*spot_of_ana(process)) not in (old, None)
    redis.hset(*spot_of_ana(process), old)
    process.directory.forget_structure()
    assert groups_of(process.ask()) == set()


def spot_of_ana(process: Process) -> tuple[bytes, bytes]:
    shared = process.directory._shared
    return shared._keys.spot(shared._membership.token, ("id", ANA.id))


def test_an_entry_ends_though_its_bucket_stays(own):
    process, redis = own.start(), Redis.from_url(own.url)
    process.ask()
    key, field = spot_of_ana(process)
    assert 0 < redis.ttl(key) <= 2.5 * 3600
    redis.hset(key, field, b"\0\0\0\1" + redis.hget(key, field)[4:])
    process.directory.forget_structure()
    assert own.asked(process.ask) == 1
    process.directory.forget_structure()
    assert own.asked(process.ask) == 0, "it was stored anew"


def test_a_flush_loses_nothing_but_time(own):
    first = own.start()
    second = own.start_trusted(first)
    first.ask()
    Redis.from_url(own.url).flushall()
    own.change(REVOKED, first)
    second.directory.forget_structure()
    assert groups_of(first.ask()) == groups_of(second.ask()) == set()
    for _ in range(3):
        live(first, second)
    first.directory.forget_structure(), second.directory.forget_structure()
    first.ask()
    assert own.asked(second.ask) == 0


def test_a_change_that_redis_was_not_told_of_is_not_undone_by_it(own, own_server):
    process = replace(own, patience=IMPATIENT).start()
    process.ask(), process.ask(BO)
    own_server.daemon.freeze()
    try:
        own.change(REVOKED, process)
        assert groups_of(process.ask()) == set()
    finally:
        own_server.daemon.thaw()
    newcomer = own.start()
    for _ in range(8):
        live(process, newcomer)
        process.directory.forget_structure(), newcomer.directory.forget_structure()
        assert groups_of(process.ask()) == groups_of(newcomer.ask()) == set()
    newcomer.directory.forget_structure()
    assert own.asked(newcomer.ask) == 0


def test_a_redis_that_went_back_in_time_is_not_believed(own):
    process, redis = own.start(), Redis.from_url(own.url)
    process.ask()
    before = {key: redis.dump(key) for key in redis.scan_iter("purposeapp:*")}
    for _ in range(5):
        own.change(REVOKED, process)
    process.live()
    redis.flushall()
    for key, dumped in before.items():
        redis.restore(key, 0, dumped)
    assert groups_of(process.ask()) == set()
    newcomer = own.start()
    for _ in range(9):
        live(process, newcomer)
        process.directory.forget_structure(), newcomer.directory.forget_structure()
        assert groups_of(process.ask()) == groups_of(newcomer.ask()) == set()


def test_a_redis_without_room_leaves_answers_right(own):
    process, redis = own.start(), Redis.from_url(own.url)
    process.ask()
    redis.config_set("maxmemory-policy", "noeviction")
    redis.config_set("maxmemory", 1)
    assert own.asked(lambda: process.ask(BO)) == 1
    process.directory.forget_structure()
    assert own.asked(process.ask) == 0, "what is there can be read"
    own.change(REVOKED, process)
    process.live()
    assert groups_of(process.ask()) == set()
    redis.config_set("maxmemory", 0)
    for _ in range(8):
        process.live()
    process.directory.forget_structure()
    process.ask()
    process.directory.forget_structure()
    assert own.asked(process.ask) == 0


def test_a_stopped_redis_is_soon_left_alone_and_taken_up_again(own, own_server):
    process = own.start()
    process.ask()
    own_server.daemon.stop()
    for _ in range(5):
        process.live(0.3)
        process.directory.forget_structure()
        assert groups_of(process.ask()) == set(ANA.groups)
    own_server.start()
    for _ in range(10):
        process.live()
    process.directory.forget_structure()
    process.ask()
    process.directory.forget_structure()
    assert own.asked(process.ask) == 0


def test_three_silent_answers_and_redis_is_left_alone():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        world = World(f"redis://127.0.0.1:{listener.getsockname()[1]}/0", patience=IMPATIENT)
        process = world.start()
        for _ in range(20):
            process.live(0.01)
            process.directory.forget_everything()
            assert groups_of(process.ask()) == set(ANA.groups)
        listener.setblocking(False)
        accepted = 0
        while accepts(listener):
            accepted += 1
    assert accepted == 3


def accepts(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens_nobody_who_heard_of_all_changes_is_wrong(own, seed):
    """Three processes at random: changes come, are heard of by each in its own time, Redis is flushed, processes restart."""
    chance = random.Random(seed)
    redis = Redis.from_url(own.url)
    members = {ANA.id: ANA, BO.id: BO}
    processes = [own.start() for _ in range(3)]
    unheard: list[list[str]] = [[], [], []]

    def hear(number: int) -> None:
        processes[number].directory.forget(unheard[number])
        unheard[number].clear()

    def change() -> None:
        member = chance.choice(list(members.values()))
        groups = tuple(chance.sample(sorted(GROUPS), chance.randint(0, 3)))
        members[member.id] = replace(member, groups=groups, enabled=chance.random() < 0.5)
        own.source.put(members[member.id])
        for each in unheard:
            each.append(member.id)

    for _ in range(150):
        number = chance.randrange(3)
        process = processes[number]
        happens = chance.choices(
            ["ask", "change", "hear", "live", "restart", "flush", "everything", "warm", "structure"],
            [40, 12, 15, 25, 2, 1, 2, 5, 5],
        )[0]
        if happens == "change":
            change()
        elif happens == "hear":
            hear(number)
        elif happens == "live":
            hear(number)
            process.live(chance.choice([0.3, 1.1, 1.1]))
        elif happens == "restart":
            unheard[number].clear()
            processes[number] = own.start()
        elif happens == "flush":
            redis.flushall()
        elif happens == "everything":
            unheard[number].clear()
            process.directory.forget_everything()
        elif happens == "structure":
            process.directory.forget_structure()
        elif happens == "warm":
            mark = process.directory.mark()
            chunk = own.source.members(limit=10)
            if chance.random() < 0.5:
                change()
            process.directory.store(chunk, mark)
        else:
            member = chance.choice(list(members.values()))
            answer = process.ask(member)
            if member.id not in unheard[number]:
                assert groups_of(answer) == set(member.groups)
                assert answer.enabled == member.enabled
    for number in range(3):
        hear(number)
    for _ in range(9):
        live(*processes)
    for process in processes:
        process.directory.forget_structure()
    processes[0].ask()
    assert own.asked(processes[1].ask) == 0
