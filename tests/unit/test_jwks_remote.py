"""An issuer's keys over time: rotation, removal, floods of made-up ids, outages. The clock is the test's own."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from purposeapp.domain.errors import InvalidToken, KeysUnavailable
from purposeapp.tokens.fetch import FetchFailed
from purposeapp.tokens.jwks import RemoteKeys
from purposeapp.tokens.verify import TokenVerifier, TrustedIssuer
from tests.mint import AUDIENCE, ISSUER, NOW, mint, only, public, rsa

URL = f"{ISSUER}/protocol/openid-connect/certs"


class Issuer:
    """An issuer that publishes what it is told, counts who asks, and can be away."""

    def __init__(self, *kids: str) -> None:
        self.publish(*kids)
        self.asked: list[str] = []
        self.answered = 0
        self.away = False
        self.gate: threading.Event | None = None

    def publish(self, *kids: str) -> None:
        self.body = json.dumps(public(*map(rsa, kids))).encode()

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        body, away = self.body, self.away
        if self.gate is not None:
            self.gate.wait(10)
        self.answered += 1
        if away:
            raise FetchFailed("away")
        return body


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def known(keys: RemoteKeys, kid: str | None) -> bool:
    return keys.key(kid) is not None


def eventually(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never came to be")


@pytest.fixture
def issuer() -> Issuer:
    return Issuer("one")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(issuer: Issuer, clock: Clock) -> RemoteKeys:
    return RemoteKeys(URL, fetch=issuer.fetch, clock=clock)


def test_nothing_is_fetched_before_somebody_asks_and_then_once(keys: RemoteKeys, issuer: Issuer) -> None:
    assert issuer.asked == []
    assert all(known(keys, "one") for _ in range(100))
    assert known(keys, None)  # the only key is the one meant
    assert issuer.asked == [URL]


def test_a_new_key_is_accepted_at_once(keys: RemoteKeys, issuer: Issuer) -> None:
    assert known(keys, "one")
    issuer.publish("one", "two")
    assert known(keys, "two")
    assert keys.key(None) is None  # now ambiguous
    assert len(issuer.asked) == 2


def test_a_flood_of_made_up_ids_causes_one_fetch_in_five_seconds(
    keys: RemoteKeys, issuer: Issuer, clock: Clock
) -> None:
    known(keys, "one")
    for second in range(60):
        clock.now = 1_000.0 + second
        for number in range(1_000):
            assert not known(keys, f"forged-{second}-{number}")
        assert len(issuer.asked) - 1 <= second // 5 + 1
    assert len(issuer.asked) == 13


def test_a_flood_of_forged_tokens_is_refused_and_good_ones_pass_meanwhile(
    issuer: Issuer, clock: Clock
) -> None:
    keys = RemoteKeys(URL, fetch=issuer.fetch, clock=clock)
    check = TokenVerifier(only(TrustedIssuer(ISSUER, frozenset({AUDIENCE}), keys)))
    check.verify(mint(key=rsa("one")), now=NOW)
    head, payload, signature = mint(key=rsa("one"), header={"kid": "forged"}).split(".")
    for _ in range(1_000):
        with pytest.raises(InvalidToken):
            check.verify(f"{head}.{payload}.{signature}", now=NOW)
    check.verify(mint(key=rsa("one")), now=NOW)
    assert len(issuer.asked) == 2


def test_a_removed_key_is_refused_within_a_minute(keys: RemoteKeys, issuer: Issuer, clock: Clock) -> None:
    known(keys, "one")
    issuer.publish("two")
    clock.now += 29
    assert known(keys, "one")
    clock.now += 31
    assert not known(keys, "one")


def test_keys_are_renewed_beside_the_requests(keys: RemoteKeys, issuer: Issuer, clock: Clock) -> None:
    known(keys, "one")
    issuer.publish("two")
    issuer.gate = threading.Event()
    clock.now += 31
    assert known(keys, "one")  # answered from what is there, while the fetch hangs
    assert known(keys, "one")
    assert len(issuer.asked) == 2
    issuer.gate.set()
    eventually(lambda: not known(keys, "one"))
    assert known(keys, "two")


def test_callers_of_a_cold_start_share_one_fetch(keys: RemoteKeys, issuer: Issuer) -> None:
    issuer.gate = threading.Event()
    answers: list[bool] = []
    callers = [threading.Thread(target=lambda: answers.append(known(keys, "one"))) for _ in range(50)]
    for caller in callers:
        caller.start()
    eventually(lambda: len(issuer.asked) == 1)
    issuer.gate.set()
    for caller in callers:
        caller.join(10)
    assert answers == [True] * 50
    assert len(issuer.asked) == 1


def test_an_issuer_away_from_the_start_is_unavailable_not_a_bad_token(
    keys: RemoteKeys, issuer: Issuer, clock: Clock
) -> None:
    issuer.away = True
    for _ in range(100):
        with pytest.raises(KeysUnavailable):
            keys.key("one")
    assert len(issuer.asked) == 1
    issuer.away = False
    clock.now += 5
    assert known(keys, "one")


def test_an_outage_of_a_day_is_outlived_with_the_last_good_keys(
    keys: RemoteKeys, issuer: Issuer, clock: Clock
) -> None:
    known(keys, "one")
    issuer.away = True
    for minutes in range(10, 24 * 60, 10):
        clock.now = 1_000.0 + minutes * 60
        assert known(keys, "one")
        with pytest.raises(KeysUnavailable):
            keys.key("never heard of")
    clock.now = 1_000.0 + 86_401
    with pytest.raises(KeysUnavailable):
        keys.key("one")
    issuer.away = False
    clock.now += 5
    assert known(keys, "one")


def test_an_issuer_away_is_asked_once_in_five_seconds(keys: RemoteKeys, issuer: Issuer, clock: Clock) -> None:
    known(keys, "one")
    issuer.away = True
    clock.now += 60
    assert known(keys, "one")
    for _ in range(100):
        assert known(keys, "one")
        with pytest.raises(KeysUnavailable):
            keys.key("forged")
    assert len(issuer.asked) == 2


def test_a_frozen_issuer_holds_up_nobody_who_has_keys(keys: RemoteKeys, issuer: Issuer, clock: Clock) -> None:
    known(keys, "one")
    issuer.away = True
    clock.now += 60
    assert known(keys, "one")  # finds out
    issuer.gate = threading.Event()
    clock.now += 60
    assert all(known(keys, "one") for _ in range(100))  # nobody waits for the fetch that hangs
    assert len(issuer.asked) == 3
    assert issuer.answered == 2
    issuer.gate.set()


def test_a_caller_without_keys_waits_no_longer_than_the_deadline(issuer: Issuer) -> None:
    issuer.gate = threading.Event()
    keys = RemoteKeys(URL, fetch=issuer.fetch)
    with pytest.raises(KeysUnavailable):  # the gate would hold for 10 s and then give the key
        keys.key("one")
    issuer.gate.set()
    eventually(lambda: arrived(keys, "one"))


def arrived(keys: RemoteKeys, kid: str) -> bool:
    try:
        return known(keys, kid)
    except KeysUnavailable:
        return False


BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"<html>",
    "no UTF-8": b"\xff{}",
    "no set": b"[]",
    "keys no list": b'{"keys": {}}',
    "no keys": b'{"keys": []}',
    "no usable key": b'{"keys": [{"kty": "oct", "k": "AAAA", "kid": "one"}]}',
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_key_set_never_replaces_a_good_one(
    keys: RemoteKeys, issuer: Issuer, clock: Clock, body: bytes
) -> None:
    known(keys, "one")
    issuer.body = body
    clock.now += 60
    assert known(keys, "one")
    assert len(issuer.asked) == 2


def discovering(document: Any, issuer: Issuer, name: str = ISSUER) -> RemoteKeys:
    def fetch(url: str) -> bytes:
        if url.endswith("/.well-known/openid-configuration"):
            issuer.asked.append(url)
            return json.dumps(document).encode()
        return issuer.fetch(url)

    return RemoteKeys(issuer=name, fetch=fetch)


def test_the_address_of_the_keys_is_discovered_once(issuer: Issuer) -> None:
    keys = discovering({"issuer": ISSUER, "jwks_uri": URL}, issuer)
    assert known(keys, "one")
    assert not known(keys, "other")
    assert issuer.asked == [f"{ISSUER}/.well-known/openid-configuration", URL, URL]


def test_an_address_that_fails_is_discovered_anew(issuer: Issuer, clock: Clock) -> None:
    moved = f"{ISSUER}/moved"
    addresses = iter([URL, moved])

    def fetch(url: str) -> bytes:
        if url.endswith("/.well-known/openid-configuration"):
            return json.dumps({"issuer": ISSUER, "jwks_uri": next(addresses)}).encode()
        return issuer.fetch(url)

    keys = RemoteKeys(issuer=ISSUER, fetch=fetch, clock=clock)
    issuer.away = True
    with pytest.raises(KeysUnavailable):
        keys.key("one")
    issuer.away = False
    clock.now += 5
    assert known(keys, "one")
    assert issuer.asked == [URL, moved]


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": ISSUER + "/", "jwks_uri": URL},
        {"jwks_uri": URL},
        {"issuer": ISSUER},
        {"issuer": ISSUER, "jwks_uri": "http://sso.example.com/certs"},
        {"issuer": ISSUER, "jwks_uri": "file:///etc/passwd"},
        {"issuer": ISSUER, "jwks_uri": [URL]},
        [ISSUER],
    ],
    ids=str,
)
def test_a_discovery_document_that_is_not_the_issuers_own_leads_nowhere(
    document: Any, issuer: Issuer
) -> None:
    with pytest.raises(KeysUnavailable):
        discovering(document, issuer).key("one")
    assert URL not in issuer.asked


def test_keys_need_an_address() -> None:
    with pytest.raises(ValueError, match="issuer"):
        RemoteKeys()
