"""Searches are counted by Redis for all processes, and by each for itself while Redis does not answer."""

from uuid import uuid4

import pytest

from accessviz.shared_rate import SharedRate
from purposeapp.redis import connect
from tests.servers import need, redis_server

pytestmark = pytest.mark.service

AN_HOUR = 3600


def test_two_processes_count_together() -> None:
    url, who = need("redis"), str(uuid4())
    one, two = (SharedRate("test", 3, 60, lambda: connect(url, deadline=1.0)) for _ in range(2))
    assert [one.take(who), two.take(who), one.take(who), two.take(who), one.take(who)] == [True] * 3 + [
        False
    ] * 2
    assert two.take(str(uuid4()))


def test_a_count_ends_with_its_time() -> None:
    client, who = connect(need("redis"), deadline=1.0), str(uuid4())
    assert SharedRate("test", 3, AN_HOUR, lambda: client).take(who)
    left = client.execute_command("TTL", f"purposeapp:rate:test:{who}")
    assert 0 < left <= AN_HOUR


def test_a_process_counts_for_itself_while_redis_is_away() -> None:
    with redis_server() as redis:
        client = connect(redis.url, deadline=0.2)
        rate = SharedRate("test", 2, 60, lambda: client)
        assert rate.take("ana")
        redis.daemon.kill()
        assert [rate.take("ana") for _ in range(3)] == [True, True, False]
