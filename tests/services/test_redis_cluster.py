"""A real Redis cluster of three nodes, and what becomes of answers when the one that has our keys is killed."""

from collections.abc import Iterator

import pytest
from redis import Redis as Client
from redis import RedisCluster, RedisError

from deploy.native.daemon import wait_until
from deploy.native.redis import Redis
from purposeapp.events.relay import Relay
from purposeapp.redis import connect
from tests.servers import free_ports, redis_cluster
from tests.services.processes import ANA, BO, REVOKED, World, groups_of, live

pytestmark = pytest.mark.service

SECONDS = 20.0


@pytest.fixture(scope="module")
def nodes() -> Iterator[list[Redis]]:
    with redis_cluster() as cluster:
        yield cluster


@pytest.fixture
def url(nodes: list[Redis]) -> str:
    """A URL that names all nodes, once all of them are there."""
    for node in nodes:
        if not node.answers():
            node.start()
    found = "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in nodes)
    probes = [f"probe-{number}" for number in range(50)]
    assert wait_until(lambda: all(answers(found, key) for key in probes), SECONDS)
    return found


def answers(url: str, key: str) -> bool:
    try:
        connect(url, deadline=1.0).execute_command("GET", key)
    except RedisError:
        return False
    return True


def node_with(nodes: list[Redis], key: bytes) -> Redis:
    """The node that has a key, and all others of its tag."""
    port = RedisCluster.from_url(nodes[0].url).get_node_from_key(key).port
    return next(node for node in nodes if node.port == port)


def test_processes_share_people_through_a_cluster(url, nodes):
    world = World(url)
    first = world.start()
    second = world.start_trusted(first)
    assert first.directory.store([ANA, BO], first.directory.mark()) == 2
    for ask in (lambda: second.ask(), lambda: second.directory.by_username("bo")):
        assert world.asked(ask) == 0
    world.change(REVOKED, first)
    second.directory.forget_structure()
    assert groups_of(second.ask()) == set()


def test_all_that_is_kept_of_a_tenant_lies_on_one_node(url, nodes):
    world = World(url)
    process = world.start()
    keys = process.directory._shared._keys
    process.directory.store([ANA, BO], process.directory.mark())
    world.change(REVOKED, process)
    counts = {}
    for node in nodes:
        with Client.from_url(node.url) as client:
            counts[node.port] = len(list(client.scan_iter(keys._stem + b"*", count=10_000)))
    assert sorted(counts.values()) == [0, 0, 6], (
        "era, forgotten, table, two names, and the entry that is left"
    )
    assert counts[node_with(nodes, keys.era).port] == 6


def test_a_killed_node_costs_time_and_no_wrong_answer(url, nodes):
    world = World(url, patience=0.5)
    process = world.start()
    process.ask()
    holder = node_with(nodes, process.directory._shared._keys.era)
    holder.daemon.kill()
    world.change(REVOKED, process)
    for _ in range(5):
        process.live()
        process.directory.forget_structure()
        assert groups_of(process.ask()) == set()
    holder.start()

    def is_shared_again() -> bool:
        process.live()
        process.directory.forget_structure(), process.ask()
        process.directory.forget_structure()
        return world.asked(process.ask) == 0

    assert wait_until(is_shared_again, SECONDS)
    assert groups_of(process.ask()) == set()


def test_a_cluster_that_says_it_is_down_is_left_alone(url, nodes):
    world = World(url, patience=0.5)
    process = world.start()
    process.ask()
    holder = node_with(nodes, process.directory._shared._keys.era)
    next(node for node in nodes if node is not holder).daemon.kill()
    with Client.from_url(holder.url) as client:
        assert wait_until(lambda: client.execute_command("CLUSTER INFO")["cluster_state"] == "fail", SECONDS)
    for _ in range(4):
        process.live(0.1)
        process.directory.forget_structure()
        assert groups_of(process.ask()) == set(ANA.groups)
    assert not process.directory._shared.is_trusted


@pytest.fixture
def relays(url):
    found = [Relay(url, prefix="test", secret="s") for _ in range(2)]
    yield found
    for relay in found:
        relay.stop()  # or it would look for a cluster that is no more, beside all other tests


def test_leaders_and_listeners_meet_in_a_cluster(relays):
    leading, listening = relays
    leader, listener = leading.channel("acme/policies"), listening.channel("acme/policies")
    for relay in (leading, listening):
        relay.start()

    def is_heard() -> bool:
        asked_at = leader.lead()
        if asked_at is not None:
            leader.tell(asked_at, is_new=True)
        heard = listener.listen()
        return heard is not None and heard.is_new

    assert wait_until(is_heard, SECONDS)
    assert leader.is_leading
    assert listener.lead() is None


def test_a_service_starts_while_no_node_is_there():
    world = World(f"redis+cluster://127.0.0.1:{free_ports(1)[0]}", patience=0.1)
    process = world.start()
    live(process)
    assert groups_of(process.ask()) == set(ANA.groups)
