"""The addresses of a Redis cluster, as far as they can be told apart without one."""

import pytest

from purposeapp import redis


@pytest.mark.parametrize(
    ("url", "first", "others"),
    [
        ("redis+cluster://one", "redis://one", []),
        ("redis+cluster://one:7000,two:7001,three", "redis://one:7000", ["two:7001", "three:6379"]),
        ("rediss+cluster://u:p%40ss@one:1,[::1]:2", "rediss://u:p%40ss@one:1", ["::1:2"]),
    ],
)
def test_a_cluster_is_looked_up_by_any_of_its_nodes(url, first, others):
    assert redis.is_cluster(url)
    found, nodes = redis._nodes(url)
    assert (found, [node.name for node in nodes]) == (first, others)


def test_one_server_is_no_cluster():
    assert not redis.is_cluster("redis://one:6379/0")
    assert not redis.is_cluster("")
