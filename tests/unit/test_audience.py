"""Who sees a purpose is the exact inverse of which purposes somebody sees; for personas too."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.domain.audience import persona_audience, purpose_audience
from purposeapp.domain.model import EVERY_USER, Mode, Policy, Purpose, Via
from purposeapp.domain.population import Population
from purposeapp.domain.realm import Member, Realm
from purposeapp.domain.resolve import judge, resolve_personas
from tests.random_people import members, realms
from tests.random_worlds import personas, policies, purposes, times

own_policies = st.lists(policies, max_size=8, unique_by=lambda each: each.guid)


@settings(max_examples=500, deadline=None)
@given(realms, members, purposes, own_policies, times, st.sampled_from(list(Mode)))
def test_the_audience_of_a_purpose_is_everybody_who_sees_it_and_by_what(
    realm, people, purpose, rows, now, mode
):
    rows = [replace(row, purpose_guid=purpose.guid) for row in rows if row.category == "purpose"]
    audience = purpose_audience(purpose, rows, Population.of(realm, people), mode=mode, now=now)
    for ordinal, member in enumerate(people):
        seen, reasons = judge(purpose, rows, realm.subject(member), mode=mode, now=now)
        if mode is Mode.EFFECTIVE and not member.enabled:
            seen, reasons = False, ()
        assert (ordinal in audience.users) == seen
        told = audience.matches(ordinal, member.username)
        assert {(each.via, each.name) for each in told} == {
            (each.match.via, each.match.name) for each in reasons if each.counts
        }
        for via, users in audience.by_via.items():
            assert (ordinal in users) == any(each.via is via for each in told)


@settings(max_examples=300, deadline=None)
@given(realms, members, personas, st.sampled_from(list(Mode)))
def test_the_audience_of_a_persona_is_everybody_who_has_it_and_by_what(realm, people, persona, mode):
    audience = persona_audience(persona, Population.of(realm, people), mode=mode)
    for ordinal, member in enumerate(people):
        grants = resolve_personas([persona], realm.subject(member), mode=mode)
        if mode is Mode.EFFECTIVE and not member.enabled:
            grants = ()
        assert (ordinal in audience.users) == bool(grants)
        assert audience.matches(ordinal, member.username) == [
            each for grant in grants for each in grant.matches
        ]


def test_names_on_the_lists_are_kept_even_when_they_stand_for_nobody():
    purpose = Purpose("p", "Sales")
    policy = Policy(
        "a", "a", "allow", purpose_guid="p", actions=frozenset({"select"}),
        users=frozenset({"ghost", EVERY_USER}), groups=frozenset({"empty"}),
    )  # fmt: skip
    audience = purpose_audience(
        purpose, [policy], Population.of(Realm(), [Member("1", "ana")]), mode=Mode.EFFECTIVE, now=0.0
    )
    assert audience.usernames == {"ghost"}
    assert [(each.via, each.name, len(each.meant)) for each in audience.means] == [
        (Via.USER, "", 0),
        (Via.GROUP, "empty", 0),
        (Via.EVERYONE, EVERY_USER, 1),
    ]
