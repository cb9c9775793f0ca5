"""What a policy does among the others: held to the resolver for every user, and each mark by a story."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from purposeapp.domain.model import Mode, Policy, Purpose
from purposeapp.domain.population import Population
from purposeapp.domain.realm import Member, Realm
from purposeapp.domain.resolve import judge, names
from purposeapp.domain.schedule import Window
from purposeapp.domain.standing import Mark, Standings
from tests.random_people import members, realms
from tests.random_worlds import purposes, times
from tests.unit.test_audience import own_policies

SALES = Purpose("p", "Sales")
NOW = 1_000.0
PEOPLE = Population.of(Realm(), [Member("1", "ana"), Member("2", "bo"), Member("3", "cy", enabled=False)])


def policy(guid: str, *users: str, type: str = "allow", **fields: Any) -> Policy:
    given = {"actions": frozenset({"read"}), "purpose_guid": "p", "users": frozenset(users), **fields}
    return Policy(guid, guid, type, **given)


def marks(given: Policy, *others: Policy, purpose: Purpose = SALES) -> tuple[Mark, ...]:
    return Standings(purpose, (given, *others), PEOPLE, NOW).of(given).marks


@settings(max_examples=200, deadline=None)
@given(realms, members, purposes, own_policies, times)
def test_the_counts_are_those_of_asking_the_resolver_about_everybody(realm, people, purpose, rows, now):
    rows = tuple(replace(row, purpose_guid=purpose.guid) for row in rows if row.category == "purpose")
    population = Population.of(realm, people)
    enabled = [realm.subject(member) for member in people if member.enabled]

    def see(given):
        return {each for each in enabled if judge(purpose, given, each, mode=Mode.EFFECTIVE, now=now)[0]}

    standings = Standings(purpose, rows, population, now)
    for row in rows:
        standing = standings.of(row)
        without = see([each for each in rows if each is not row])
        reasons = (judge(purpose, rows, each, mode=Mode.EFFECTIVE, now=now)[1] for each in enabled)
        by_it = [any(each.counts and each.policy == row for each in found) for found in reasons]
        assert standing.names == sum(names(row, each) for each in enabled)
        assert standing.counts_for == sum(by_it)
        assert (standing.gained, standing.lost) == (len(without - see(rows)), len(see(rows) - without))


def test_a_policy_that_alone_lets_somebody_in_has_no_mark_and_says_who_would_lose() -> None:
    let_in = policy("a", "ana", "cy")
    standing = Standings(SALES, (let_in,), PEOPLE, NOW).of(let_in)
    assert (standing.names, standing.counts_for, standing.lost, standing.marks) == (1, 1, 1, ())


@pytest.mark.parametrize(
    ("fields", "mark"),
    [
        ({"enabled": False}, Mark.DISABLED),
        ({"schedule": (Window(NOW + 1, None),)}, Mark.NOT_YET),
        ({"schedule": (Window(None, NOW),)}, Mark.OVER),
        ({"schedule_readable": False}, Mark.SCHEDULE_UNREADABLE),
        ({"type": "allowExceptions"}, Mark.NO_EFFECT),
        ({"actions": frozenset()}, Mark.NO_ACTION),
    ],
)
def test_what_a_policy_does_to_itself(fields: dict[str, Any], mark: Mark) -> None:
    assert marks(policy("a", "ana", **fields)) == (mark,)


def test_names_that_nobody_has_are_dead_and_so_are_those_of_disabled_users() -> None:
    assert marks(policy("a", "ghost")) == marks(policy("a", "cy")) == (Mark.NAMES_NOBODY,)


def test_a_deny_of_everything_shadows_an_allow_unless_that_overrides() -> None:
    deny = policy("d", "ana", type="deny")
    assert marks(policy("a", "ana"), deny) == (Mark.SHADOWED,)
    assert marks(policy("a", "ana", priority=1), deny) == ()
    assert marks(policy("a", "ana", "bo"), deny) == ()


def test_a_second_door_for_the_same_people_is_redundant() -> None:
    assert marks(policy("a", "ana"), policy("b", "ana", "bo")) == (Mark.REDUNDANT,)
    assert marks(policy("b", "ana", "bo"), policy("a", "ana")) == ()
    assert marks(policy("a", "ana", actions=frozenset({"write"})), policy("b", "ana")) == ()


def test_a_deny_that_keeps_nobody_out_says_so() -> None:
    assert marks(policy("d", "bo", type="deny"), policy("a", "ana")) == (Mark.REFUSES_NOBODY,)
    assert marks(policy("d", "ana", type="deny"), policy("a", "ana")) == ()
    both = policy("a", "ana", actions=frozenset({"read", "write"}))
    assert marks(policy("d", "ana", type="deny", actions=frozenset({"write"})), both) == ()


def test_under_a_disabled_purpose_nothing_is_called_shadowed() -> None:
    assert marks(policy("a", "ana"), purpose=replace(SALES, enabled=False)) == ()
