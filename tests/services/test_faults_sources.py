"""While changes and questions go on, one thing after the other fails: what is answered was true at most two seconds ago.

What is no answer says 503, and only where a source that nobody can do without has failed.
"""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from itertools import count, pairwise
from threading import Event, Thread
from typing import Any

import pytest
from redis import Redis

from deploy.native.daemon import wait_until
from tests.services.faulty import RECOVERY, Deployment, deployment, judged, ticks

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("faults")]

FAULT_SECONDS = 3.0
"""Longer than anything may be behind its source."""

Fault = Callable[[Deployment], AbstractContextManager[object]]


@pytest.fixture(scope="module")
def two() -> Iterator[Deployment]:
    with deployment() as made:
        yield made


# --- Redis: nobody needs it ------------------------------------------------------------------------------------------


@contextmanager
def flushed(two: Deployment) -> Iterator[None]:
    with closing(Redis.from_url(two.redis.url)) as client:
        client.flushall()
        yield
        client.flushall()


@contextmanager
def frozen(two: Deployment) -> Iterator[None]:
    two.redis.daemon.freeze()
    try:
        yield
    finally:
        two.redis.daemon.thaw()


@contextmanager
def stopped(two: Deployment) -> Iterator[None]:
    two.redis.daemon.stop()
    try:
        yield
    finally:
        two.redis.start()


@contextmanager
def full(two: Deployment) -> Iterator[None]:
    with closing(Redis.from_url(two.redis.url)) as client:
        client.config_set("maxmemory", 1)
        try:
            yield
        finally:
            client.config_set("maxmemory", 0)


@contextmanager
def read_only(two: Deployment) -> Iterator[None]:
    """As after a fail-over that nobody told us of."""
    with closing(Redis.from_url(two.redis.url)) as client:
        client.execute_command("REPLICAOF", "127.0.0.1", "1")
        try:
            yield
        finally:
            client.execute_command("REPLICAOF", "NO", "ONE")


@contextmanager
def spoilt(two: Deployment) -> Iterator[None]:
    """Every text in it becomes another one's, and so does what is kept of every person."""
    with closing(Redis.from_url(two.redis.url)) as client:
        for _ in range(20):
            texts = [key for key in client.scan_iter() if client.type(key) == b"string"]
            values = client.mget(texts) if texts else []
            for key, value in zip(texts, [*values[1:], b"\x00nonsense"], strict=True):
                if value is not None:
                    client.set(key, value, keepttl=True)
            buckets = [
                key for key in client.scan_iter() if client.type(key) == b"hash" and not key.endswith(b":era")
            ]
            spots = [(key, name, value) for key in buckets for name, value in client.hgetall(key).items()]
            for (key, name, _), (_, _, another) in pairwise(spots):
                client.hset(key, name, another)
            time.sleep(0.05)
        yield


@contextmanager
def lied_to(two: Deployment) -> Iterator[None]:
    """Who can write to Redis takes the place of the leaders, and says that nothing happens, nor will for years."""
    ended = Event()
    liar = Thread(target=lie, args=(two.redis.url, ended))
    liar.start()
    try:
        yield
    finally:
        ended.set()
        liar.join()


def lie(url: str, ended: Event) -> None:
    with closing(Redis.from_url(url, decode_responses=True)) as client:
        (_, newest), *_ = told = client.xrevrange("purposeapp:changes", count=20)
        for number in count(1):
            for lease in client.scan_iter("*leader*"):
                client.set(lease, "me", px=1_000)
            for channel in {fields["channel"] for _, fields in told}:
                words = {"channel": channel, "leader": "me", "number": number, "is_new": 0}
                client.xadd("purposeapp:changes", {**newest, **words, "asked_at": time.time() + 1e9})
            if ended.wait(0.1):
                return


@pytest.mark.parametrize("fault", [flushed, frozen, stopped, full, read_only, spoilt, lied_to])
def test_redis(two: Deployment, fault: Fault) -> None:
    assert two.settled()
    with two.load() as watchers:
        with fault(two):
            time.sleep(FAULT_SECONDS)
        assert wait_until(lambda: two.leader() is not None, RECOVERY)
    judged(two, watchers)
    assert two.settled()


# --- what nobody can do without ---------------------------------------------------------------------------------------


@contextmanager
def elasticsearch_shut(two: Deployment) -> Iterator[None]:
    with two.elasticsearch.shut():
        yield


@contextmanager
def elasticsearch_frozen(two: Deployment) -> Iterator[None]:
    with two.elasticsearch.frozen():
        yield


@contextmanager
def elasticsearch_partial(two: Deployment) -> Iterator[None]:
    """A shard is lost, and the answers don't refuse for it."""
    with two.elasticsearch.altered(without_a_shard):
        yield


@contextmanager
def partial_in_a_rebuild(two: Deployment) -> Iterator[None]:
    with two.elasticsearch.altered(without_a_shard), two.another_layout():
        yield


@contextmanager
def killed_in_a_rebuild(two: Deployment) -> Iterator[None]:
    """Elasticsearch goes with the first page of everything."""
    with ExitStack() as later:

        def page(path: str) -> None:
            if path.startswith("/_search"):
                two.elasticsearch.on_request = lambda _path: None
                later.enter_context(two.elasticsearch.shut())

        two.elasticsearch.on_request = page
        with two.another_layout():
            yield


@contextmanager
def keycloak_frozen(two: Deployment) -> Iterator[None]:
    two.keycloak.server.daemon.freeze()
    try:
        yield
    finally:
        two.keycloak.server.daemon.thaw()


@contextmanager
def keycloak_killed(two: Deployment) -> Iterator[None]:
    two.keycloak.server.daemon.kill()
    try:
        yield
    finally:
        two.keycloak.server.start()


@pytest.mark.parametrize(
    "fault",
    [
        elasticsearch_shut,
        elasticsearch_frozen,
        elasticsearch_partial,
        partial_in_a_rebuild,
        killed_in_a_rebuild,
        keycloak_frozen,
        keycloak_killed,
    ],
)
def test_a_source(two: Deployment, fault: Fault) -> None:
    assert two.settled()
    with two.load(people=False) as watchers:
        with fault(two):
            assert wait_until(lambda: two.sees(0).status == two.sees(1).status == 503, RECOVERY)
            time.sleep(FAULT_SECONDS)
            assert two.sees(0).status == two.sees(1).status == 503
        assert wait_until(lambda: two.sees(0).status == two.sees(1).status == 200, RECOVERY)
    judged(two, watchers, refusals=True)
    assert two.settled()


def without_a_shard(answer: Any) -> Any:
    """Half of the hits, and a note that nobody need read."""
    if isinstance(answer, list):
        return [without_a_shard(each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    found = {name: without_a_shard(each) for name, each in answer.items()}
    if "_shards" in found:
        found["_shards"] = {**found["_shards"], "failed": 1}
    if isinstance(found.get("hits"), list):
        found["hits"] = found["hits"][::2]
    return found


def test_a_realm_without_events(two: Deployment) -> None:
    """Nobody is told of changes, so nobody is believed for longer than two seconds."""
    assert two.settled()
    with two.keycloak.superuser() as database:
        database.execute("UPDATE realm SET admin_events_enabled = false")
    try:
        with two.load() as watchers:
            time.sleep(FAULT_SECONDS)
    finally:
        with two.keycloak.superuser() as database:
            database.execute("UPDATE realm SET admin_events_enabled = true")
    judged(two, watchers)


# --- the processes ----------------------------------------------------------------------------------------------------


def test_the_leader_sleeps(two: Deployment) -> None:
    sleeps(two, leading=True)


def test_the_other_one_sleeps(two: Deployment) -> None:
    sleeps(two, leading=False)


def sleeps(two: Deployment, *, leading: bool) -> None:
    assert two.settled()
    leader = two.leader()
    assert leader is not None
    asleep = leader if leading else 1 - leader
    with two.load() as watchers:
        two.processes[asleep].signal(signal.SIGSTOP)
        try:
            time.sleep(5)
        finally:
            two.processes[asleep].signal(signal.SIGCONT)
        assert wait_until(lambda: two.leader() is not None, RECOVERY)
    judged(two, watchers)


# --- the same, whoever is asked ---------------------------------------------------------------------------------------


def test_what_one_process_said_the_other_knows_at_once(two: Deployment) -> None:
    """`at-least` with the revision of an answer, asked of the other process while Redis comes and goes."""
    assert two.settled()
    with two.load(people=False), flushed(two):
        until = time.monotonic() + FAULT_SECONDS
        while time.monotonic() < until:
            for number in (0, 1):
                said = two.sees(number)
                known = two.at_least(1 - number, said.revision)
                assert (said.status, known.status) == (200, 200)
                assert ticks(known) >= ticks(said)


def test_what_the_source_said_a_process_knows_at_once(two: Deployment) -> None:
    """`at-least` with the revision of a full answer, which may be of this very moment."""
    assert two.settled()
    for number in (0, 1) * 4:
        two.rename()
        said = two.full(number)
        assert two.truth.is_now(said)
        assert two.truth.is_now(two.at_least(1 - number, said.revision))


def test_who_is_moved_is_elsewhere_for_the_other_process_at_once(two: Deployment) -> None:
    assert two.settled()
    for number in (0, 1, 0, 1):
        two.move()
        seen = [two.sees(number)]
        while not two.truth.is_now(seen[-1]):
            seen.append(two.sees(number))
        assert two.truth.is_now(two.at_least(1 - number, seen[-1].revision))


def test_at_last_the_leader_is_killed(two: Deployment) -> None:
    assert two.settled()
    leader = two.leader()
    assert leader is not None
    with two.load() as watchers:
        two.processes[leader].signal(signal.SIGKILL)
        assert wait_until(lambda: two.leader() == 1 - leader, RECOVERY)
        time.sleep(FAULT_SECONDS)
    judged(two, [watchers[1 - leader]])
