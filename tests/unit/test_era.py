"""When a process may believe what is in Redis, and when it may tell others that they may."""

from purposeapp.directory.cached.breaker import Breaker
from purposeapp.directory.cached.era import PATIENCE, Membership
from tests.counted import Ticking


def newcomer(now: float = 10.0) -> Membership:
    return Membership.begin(b"era", tick=7, vouched=6, now=now)


def test_who_begins_an_era_is_trusted_at_once_and_a_newcomer_once_somebody_vouches():
    assert Membership.begin(b"era", tick=1, vouched=1, now=0.0).is_trusted
    membership = newcomer()
    assert not membership.is_trusted
    assert membership.heard(tick=9, vouched=6, now=11.0)
    assert not membership.is_trusted
    assert membership.heard(tick=9, vouched=7, now=12.0)
    assert membership.is_trusted


def test_only_what_was_seen_before_the_last_change_that_is_known_is_vouched_for():
    membership = newcomer()
    assert membership.can_vouch_for(as_of=20.0) == 0
    membership.heard(tick=9, vouched=8, now=12.0)
    assert membership.can_vouch_for(as_of=11.9) == 0
    assert membership.can_vouch_for(as_of=12.0) == 9


def test_a_tick_that_went_back_is_noticed():
    membership = newcomer()
    assert membership.heard(tick=7, vouched=7, now=11.0)
    assert not membership.heard(tick=6, vouched=6, now=12.0)


def test_a_newcomer_waits_in_vain_after_a_while_and_who_is_trusted_never():
    membership = newcomer(now=10.0)
    assert not membership.waits_in_vain(10.0 + PATIENCE)
    assert membership.waits_in_vain(10.1 + PATIENCE)
    membership.heard(tick=7, vouched=7, now=11.0)
    assert not membership.waits_in_vain(1000.0)


def test_three_failures_in_a_row_open_the_breaker_and_after_its_pause_one_is_enough():
    clock = Ticking()
    breaker = Breaker(failures=3, pause=5.0, clock=clock)
    breaker.failed(), breaker.failed(), breaker.succeeded(), breaker.failed(), breaker.failed()
    assert not breaker.is_open
    breaker.failed()
    assert breaker.is_open
    clock.now += 5.0
    assert not breaker.is_open
    breaker.failed()
    assert breaker.is_open
    clock.now += 5.0
    breaker.succeeded(), breaker.failed(), breaker.failed()
    assert not breaker.is_open
