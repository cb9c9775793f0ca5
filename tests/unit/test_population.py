"""A population says of everybody what the realm says of each member, at once and after people and edges changed."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.domain.model import Group
from purposeapp.domain.population import Population
from purposeapp.domain.population.texts import Texts
from purposeapp.domain.realm import Member, Realm
from tests.random_people import GROUPS, ROLES, USERNAMES, members, realms


def assert_same(population: Population, realm: Realm, everybody: list[Member]) -> None:
    assert list(population.usernames) == [member.username for member in everybody]
    assert list(population.ids) == [member.id for member in everybody]
    assert list(population.disabled) == [place for place, each in enumerate(everybody) if not each.enabled]
    subjects = {ordinal: realm.subject(member) for ordinal, member in enumerate(everybody)}
    assert population.subjects(population.everybody) == subjects


@given(st.lists(st.text(max_size=4)).map(sorted), st.text(max_size=4))
def test_texts_are_a_sorted_list_in_small(texts, other):
    small = Texts(texts)
    assert list(small) == texts
    assert [small[place] for place in range(len(small))] == texts
    assert small.place_of(other) == sum(text < other for text in texts)
    assert small.place_after(other) == sum(text <= other for text in texts)
    assert small.find(other) == (texts.index(other) if other in texts else None)


@settings(max_examples=200, deadline=None)
@given(realms, members)
def test_a_population_says_of_everybody_what_the_realm_says_of_each(realm, people):
    assert_same(Population.of(realm, people), realm, list(people))


@settings(max_examples=300, deadline=None)
@given(realms, members, members, st.frozensets(st.sampled_from(USERNAMES)))
def test_after_people_came_went_and_changed_it_is_as_if_counted_anew(realm, before, changed, gone):
    gone_ids = {f"id of {name}" for name in gone}
    known = {member.username: member for member in before if member.id not in gone_ids}
    after = sorted(
        (known | {member.username: member for member in changed}).values(), key=lambda each: each.username
    )
    assert_same(Population.of(realm, before).updated(changed, gone_ids), realm, after)


def test_a_renamed_user_moves_to_the_new_place():
    ana, bo, cy = (Member(name, name, groups=("g0",)) for name in ("ana", "bo", "cy"))
    realm = Realm(groups={"g0": Group("g0", "eng", "/eng")})
    renamed = replace(ana, username="zoe")
    assert_same(Population.of(realm, [ana, bo, cy]).updated([renamed]), realm, [bo, cy, renamed])


@settings(max_examples=100, deadline=None)
@given(realms, members, st.sampled_from(list(GROUPS)), st.sampled_from(list(ROLES)), st.data())
def test_rewired_people_are_as_if_they_had_had_these_edges(realm, people, group, role, data):
    chosen = data.draw(
        st.frozensets(st.integers(0, max(len(people) - 1, 0))) if people else st.just(frozenset())
    )
    joins = Population.of(realm, people).rewired(joined={group: chosen}, withdrawn={role: chosen})
    after = [
        replace(
            member,
            groups=tuple({*member.groups, group}),
            roles=tuple(each for each in member.roles if each != role),
        )
        if place in chosen
        else member
        for place, member in enumerate(people)
    ]
    assert_same(joins, realm, after)


@given(realms, members, st.frozensets(st.sampled_from([*USERNAMES, "nobody"])))
def test_names_mean_those_who_have_them(realm, people, names):
    population = Population.of(realm, people)
    assert [population.usernames[each] for each in population.named(names)] == sorted(
        names.intersection(population.usernames)
    )


def test_few_names_among_many_people_are_looked_up():
    population = Population.of(Realm(), [Member(f"{n}", f"user-{n:03}") for n in range(100)])
    assert list(population.named({"user-007", "user-099", "user-100", ""})) == [7, 99]
    assert list(population.named(frozenset())) == []


def test_search_is_by_parts_of_the_name_whatever_the_case():
    population = Population.of(Realm(), [Member(name, name) for name in ("ana.lee", "bo.lee", "cy")])
    assert list(population.mentioned("LEE an")) == [0]
    assert list(population.mentioned(" ")) == [0, 1, 2]
