"""What processes tell one another about a source, through a real Redis: who leads, and when nobody is to be believed."""

import secrets
import time
from collections.abc import Iterator
from typing import Any, cast

import pytest
from redis import Redis

from deploy.native.daemon import wait_until
from purposeapp.events.channel import SILENCE, Channel, Notice
from purposeapp.events.relay import Relay
from tests.servers import need

pytestmark = pytest.mark.service

PATIENCE = 10.0


@pytest.fixture
def prefix() -> Iterator[str]:
    name = f"test-{secrets.token_hex(6)}"
    yield name
    with Redis.from_url(need("redis")) as client:
        for key in client.scan_iter(f"{name}:*"):
            client.delete(key)


@pytest.fixture
def relays(prefix: str) -> Iterator[list[Relay]]:
    """Two processes, as far as Redis can tell."""
    found = [Relay(need("redis"), prefix=prefix, secret="s") for _ in range(2)]
    for relay in found:
        relay.channel("acme/policies")
        relay.start()
    yield found
    for relay in found:
        relay.stop()


@pytest.fixture
def channels(relays: list[Relay]) -> list[Channel]:
    return [relay.channel("acme/policies") for relay in relays]


def lead(channel: Channel) -> float:
    leading_at = channel.lead()
    assert leading_at is not None
    return leading_at


def heard(leader: Channel, listener: Channel, *, is_new: bool = False) -> None:
    """The leader says something, and the listener has heard it."""
    before = listener._last
    leader.tell(lead(leader), is_new=is_new)
    assert wait_until(lambda: listener._last not in (None, before), PATIENCE)


def connected(leader: Channel, listener: Channel) -> None:
    """The listener listens: it starts at the end of the stream, so what is said before is not heard."""

    def is_heard() -> bool:
        leader.tell(lead(leader), is_new=False)
        return wait_until(lambda: listener._last is not None, 0.2)

    assert wait_until(is_heard, PATIENCE)


def test_one_leads_and_the_other_hears_it(channels: list[Channel]) -> None:
    leader, listener = channels
    connected(leader, listener)
    assert leader.is_leading
    assert listener.lead() is None
    assert listener.listen() is None  # whatever was said before the first notice was missed
    began = time.monotonic()
    heard(leader, listener)
    quiet = listener.listen()
    assert quiet is not None
    assert not quiet.is_new
    assert began - 0.5 <= quiet.as_of <= time.monotonic()
    heard(leader, listener, is_new=True)
    news = listener.listen()
    assert news is not None
    assert news.is_new


def test_a_notice_that_was_missed_is_noticed(channels: list[Channel], relays: list[Relay]) -> None:
    leader, listener = channels
    connected(leader, listener)
    heard(leader, listener)
    listener.listen()
    missed = Notice(leader.name, "somebody else", 7, 0.0, is_new=False)
    relays[0]._say(missed)
    assert wait_until(lambda: listener._last == ("somebody else", 7), PATIENCE)
    assert listener.listen() is None
    heard(leader, listener)
    assert listener.listen() is None
    heard(leader, listener)
    assert listener.listen() is not None


def test_who_says_nothing_is_not_believed_for_long_and_who_resigns_is_followed_by_another(
    channels: list[Channel],
) -> None:
    leader, listener = channels
    connected(leader, listener)
    heard(leader, listener)
    listener.listen()
    leader.resign()
    assert not leader.is_leading
    assert wait_until(lambda: listener.listen() is None, SILENCE + PATIENCE)
    assert wait_until(lambda: listener.lead() is not None, PATIENCE)
    assert leader.lead() is None


def test_a_leader_who_vanishes_is_followed_by_another(channels: list[Channel]) -> None:
    leader, listener = channels
    lead(leader)
    assert listener.lead() is None
    assert wait_until(lambda: listener.lead() is not None, PATIENCE)


def test_what_is_no_notice_is_passed_over(channels: list[Channel], prefix: str) -> None:
    leader, listener = channels
    connected(leader, listener)
    unsealed = Notice(leader.name, "somebody else", 7, 0.0, is_new=False).fields(b"of another secret")
    with Redis.from_url(need("redis")) as client:
        client.xadd(f"{prefix}:changes", {"channel": "acme/policies", "number": "many"})
        client.xadd(f"{prefix}:changes", {"x": "y"})
        client.xadd(f"{prefix}:changes", cast(Any, unsealed))
    listener.listen()
    heard(leader, listener)
    assert listener.listen() is not None


def test_without_redis_nobody_leads_and_nothing_is_waited_for() -> None:
    channel = Relay("redis://127.0.0.1:1/0", prefix="test", secret="s").channel("acme/policies")
    assert channel.lead() is None
    channel.tell(1.0, is_new=True)
    channel.resign()
    assert channel.listen() is None
