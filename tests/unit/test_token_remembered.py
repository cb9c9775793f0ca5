"""A token that was verified is believed again as long as nothing has changed that it was believed by."""

import json
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.domain.errors import InvalidToken
from purposeapp.tokens.jwks import RemoteKeys, StaticKeys
from purposeapp.tokens.remembered import REMEMBERED_FOR, RememberingVerifier
from purposeapp.tokens.verify import TokenVerifier, TrustedIssuer
from tests.mint import AUDIENCE, ISSUER, NOW, CountingSource, mint, public, rsa


class World:
    """One issuer, whose row an administrator may change, and a verifier that remembers."""

    def __init__(self, keys: Any = None, *, most: int = 100) -> None:
        self.keys = keys or CountingSource(StaticKeys(public(rsa())))
        self.rows = {ISSUER: TrustedIssuer(ISSUER, frozenset({AUDIENCE}), self.keys)}
        self.verifier = RememberingVerifier(TokenVerifier(self.issuer), most=most)

    def issuer(self, name: str) -> TrustedIssuer | None:
        return self.rows.get(name)

    def verify(self, token: str, at: float = 0.0) -> Any:
        return self.verifier.verify(token, now=NOW + at)

    def remembers(self, token: str, at: float = 0.0) -> bool:
        return self.verifier.recall(token, now=NOW + at, issuer_of=self.issuer) is not None


def refusal(world: World, token: str, at: float = 0.0) -> str:
    with pytest.raises(InvalidToken) as refused:
        world.verify(token, at)
    return refused.value.reason


def test_the_signature_is_checked_once() -> None:
    world, token = World(), mint()
    first = world.verify(token)
    assert world.verify(token, at=1) is first
    assert world.keys.asked == ["rsa-1"]


def test_nothing_is_known_of_a_token_that_nobody_verified() -> None:
    world = World()
    assert not world.remembers(mint())
    assert world.keys.asked == []


@given(position=st.integers(0, 10_000), other=st.characters(codec="utf-8"))
@settings(max_examples=50)
def test_a_token_with_one_character_changed_is_another_token(position: int, other: str) -> None:
    world, token = World(), mint()
    world.verify(token)
    place = position % len(token)
    forged = token[:place] + other + token[place + 1 :]
    assert world.remembers(forged) == (forged == token)


def test_a_refused_token_is_not_remembered() -> None:
    world, token = World(), mint(aud="somebody-else")
    assert refusal(world, token) == refusal(world, token) == "wrong_audience"
    assert not world.remembers(token)


def test_a_token_dies_on_time_with_the_leeway_that_the_verifier_grants() -> None:
    world, token = World(), mint(iat=int(NOW) - 10, exp=int(NOW) - 20)
    world.verify(token)
    assert world.remembers(token, at=9.9)
    assert not world.remembers(token, at=10)
    assert refusal(world, token, at=10) == "expired"


def test_a_token_is_verified_again_after_a_while_and_when_the_clock_was_set_back() -> None:
    world, token = World(), mint()
    world.verify(token)
    assert world.remembers(token, at=REMEMBERED_FOR - 0.1)
    assert not world.remembers(token, at=REMEMBERED_FOR)
    assert not world.remembers(token, at=-0.1)


def test_changed_conditions_are_put_to_every_token_again() -> None:
    world, token = World(), mint()
    world.verify(token)
    world.rows[ISSUER] = replace(world.rows[ISSUER], audience=frozenset({"another"}))
    assert refusal(world, token) == "wrong_audience"


def test_an_issuer_that_is_gone_takes_its_tokens_along() -> None:
    world, token = World(), mint()
    world.verify(token)
    world.rows.clear()
    assert refusal(world, token) == "unknown_issuer"


def test_keys_fetched_anew_are_put_to_every_token_again() -> None:
    published = {"kids": ["old"]}
    clock = {"now": 1_000.0}
    keys = RemoteKeys(
        "https://sso.example.com/keys",
        fetch=lambda _url: json.dumps(public(*map(rsa, published["kids"]))).encode(),
        clock=lambda: clock["now"],
    )
    world, token = World(keys), mint(key=rsa("old"))
    world.verify(token)  # fetches the keys
    world.verify(token)
    assert world.remembers(token)
    published["kids"] = ["new"]
    clock["now"] += 31  # old enough to be fetched beside a request
    world.verify(mint(key=rsa("old"), jti="another"))
    until = time.monotonic() + 10
    while world.remembers(token) and time.monotonic() < until:
        time.sleep(0.01)
    assert refusal(world, token) == "unknown_key"


def test_memory_is_bounded_and_the_newest_are_kept() -> None:
    world = World(most=3)
    tokens = [mint(jti=str(number)) for number in range(5)]
    for token in tokens:
        world.verify(token)
    assert [world.remembers(token) for token in tokens] == [False, False, True, True, True]


def test_threads_share_one_memory() -> None:
    world = World(most=8)
    tokens = [mint(jti=str(number)) for number in range(16)]
    wrong: list[str] = []

    def work(start: int) -> None:
        for step in range(200):
            number = (start + step) % len(tokens)
            if world.verify(tokens[number]).token_id != str(number):
                wrong.append(str(number))

    threads = [threading.Thread(target=work, args=(start,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
