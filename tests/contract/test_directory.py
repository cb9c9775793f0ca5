"""One test for each promise of directory/base.py; the rows are the backends."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from purposeapp.directory.base import Directory
from purposeapp.directory.djangoauth import DjangoDirectory
from purposeapp.domain.model import Person
from purposeapp.domain.realm import MEMBER_ATTRIBUTES, Member
from tests.contract.directory_rows import (
    PLAN,
    Row,
    cached,
    djangoauth,
    djangoauth_postgres,
    keycloak,
    memory,
    shared,
)

NEAR_MISSES = ("zoe", "", " ", "ana ", " ana", "an", "anaa", "anа", "public", "{USER}", "a" * 10_000)
HOSTILE_NAMES = (
    "%",
    "_na",
    "*",
    "ana\0",
    "\0",
    "ana\ud800",
    "\udfff",
    "' OR 1=1 --",
    "%(realm)s",
    "ana; SELECT 1",
)
NO_IDS = ("", "ana", "0", "-1", "1e5", "١", "9" * 400, "\0", "\ud800", "' OR ''='", f"{UUID(int=0)}")


SERVICE, DATABASE = pytest.mark.service, pytest.mark.django_db
ROWS = (
    pytest.param(memory, id="memory"),
    pytest.param(djangoauth, id="djangoauth", marks=DATABASE),
    pytest.param(djangoauth_postgres, id="djangoauth-postgres", marks=SERVICE),
    pytest.param(keycloak, id="keycloak", marks=SERVICE),
    pytest.param(cached(memory), id="cached-memory"),
    pytest.param(cached(djangoauth), id="cached-djangoauth", marks=DATABASE),
    pytest.param(cached(keycloak), id="cached-keycloak", marks=SERVICE),
    pytest.param(shared(memory), id="shared-memory", marks=SERVICE),
    pytest.param(shared(djangoauth_postgres), id="shared-djangoauth-postgres", marks=SERVICE),
    pytest.param(shared(keycloak), id="shared-keycloak", marks=SERVICE),
)


@pytest.fixture(scope="module", params=ROWS)
def row(request: pytest.FixtureRequest) -> Iterator[Row]:
    with request.param(request) as made:
        yield made


@pytest.fixture
def directory(row: Row) -> Directory:
    return row.directory


@pytest.fixture
def elsewhere(row: Row) -> Directory:
    return row.elsewhere


@pytest.fixture
def but_django(request: pytest.FixtureRequest, row: Row) -> None:
    """For promises that Django's users cannot keep: the test must fail there."""
    if isinstance(getattr(row.directory, "source", row.directory), DjangoDirectory):
        reason = "Django's users are unique over all tenants, and it knows no clients that have roles"
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))


def found(directory: Directory, username: str) -> Person:
    person = directory.by_username(username)
    assert person is not None, f"{username} was not found"
    return person


def role_names(person: Person) -> set[str]:
    """What the person holds beyond the default roles, which some directories give to everybody."""
    names = {f"app:{role.name}" if role.client else role.name for role in person.roles}
    return names - set(PLAN.default_roles)


@pytest.mark.parametrize("username", sorted(PLAN.people))
def test_everybody_has_the_groups_and_the_effective_roles_of_the_plan(row, directory, username):
    person = found(directory, username)
    assert person.username == username
    assert {group.path for group in person.groups} == set(PLAN.people[username].groups)
    assert role_names(person) == row.plan.expected_roles(username)
    assert person.enabled == PLAN.people[username].enabled


def test_who_is_known_already_is_the_same_as_when_asked_for(directory):
    person = found(directory, "ana")
    assert directory.peek_by_id(person.id) in (None, directory.by_id(person.id))
    assert all(directory.peek_by_id(nobody) is None for nobody in NO_IDS)


def test_a_person_is_the_same_by_name_and_by_id(directory):
    person = found(directory, "ana")
    assert directory.by_id(person.id) == person


@pytest.mark.parametrize("asked", ["ANA", "Ana", "aNa"])
def test_the_case_of_a_question_does_not_matter_and_the_answer_has_the_directory_s_spelling(directory, asked):
    assert found(directory, asked).username == "ana"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [("ŞÜKRÜ", "şükrü"), ("STRASSE", "strasse"), ("STRAẞE", "straße")],
)
def test_upper_case_finds_what_lower_casing_gives(directory, asked, answer):
    assert found(directory, asked).username == answer


@pytest.mark.parametrize(("one", "other"), [("straße", "strasse"), ("ﬁle", "file"), ("ａlice", "alice")])
def test_names_that_folding_or_normalising_would_merge_are_different_people(directory, one, other):
    first, second = found(directory, one), found(directory, other)
    assert first.id != second.id
    assert "engineer" in role_names(first)
    assert "engineer" not in role_names(second)


@pytest.mark.parametrize("nobody", [*NEAR_MISSES, *HOSTILE_NAMES])
def test_nobody_is_called_that(directory, nobody):
    assert directory.by_username(nobody) is None


@pytest.mark.parametrize("nonsense", NO_IDS)
def test_nobody_has_that_id(directory, nonsense):
    assert directory.by_id(nonsense) is None


def test_an_id_is_exact(directory):
    assert directory.by_id(found(directory, "ana").id + " ") is None


def test_a_disabled_person_is_returned_with_everything_else_as_it_stands(directory):
    dan = found(directory, "dan")
    assert not dan.enabled
    assert [group.path for group in dan.groups] == ["/eng/data"]
    assert "analyst" in role_names(dan)


def test_groups_are_the_direct_ones_and_namesakes_differ_by_path(directory):
    ana = found(directory, "ana")
    assert [(group.name, group.path) for group in ana.groups] == [
        ("ml", "/eng/data/ml"),
        ("data", "/sales/data"),
    ]
    assert len({group.id for group in ana.groups}) == 2


@pytest.mark.usefixtures("but_django")
def test_roles_of_a_client_are_told_apart_from_realm_roles_of_that_name(directory):
    ana, bo = found(directory, "ana"), found(directory, "bo")
    assert [(role.name, role.client) for role in bo.roles] == [("auditor", True)]
    assert bo.realm_roles == ()
    assert bo.subject.roles == frozenset()
    assert "read" not in ana.subject.roles
    assert ("read", True) in {(role.name, role.client) for role in ana.roles}


def test_a_role_shows_how_it_is_held_through_groups_ancestors_and_composites(directory):
    ana = found(directory, "ana")
    (viewer,) = (role for role in ana.roles if role.name == "viewer")
    (way,) = ana.role_graph.paths_to(viewer.id)
    steps = [(step.kind, step.name) for step in way]
    groups = [("group", "/eng/data/ml"), ("group", "/eng/data"), ("group", "/eng")]
    assert steps == [
        *groups,
        ("role", "engineer"),
        ("role", "reader"),
        ("role", "viewer"),
    ]


def test_the_roles_are_those_that_the_graph_can_explain(directory):
    ana = found(directory, "ana")
    assert {role.id for role in ana.roles} == ana.role_graph.effective_role_ids()
    assert all(ana.role_graph.paths_to(role.id) for role in ana.roles)


def test_a_role_carries_its_description_and_attributes(directory):
    (reader,) = (role for role in found(directory, "ana").roles if role.name == "reader")
    assert reader.description == "May read"
    assert set(reader.attributes["permissions"]) == {"look", "list"}


def test_attributes_of_a_person_come_whole_however_long(directory):
    assert dict(found(directory, "ana").attributes) == dict(PLAN.people["ana"].attributes)


def test_the_default_roles_of_the_realm_are_told(directory):
    assert set(PLAN.default_roles) <= set(found(directory, "bo").default_roles)


def test_nobody_of_another_realm_is_found(directory, elsewhere):
    assert found(elsewhere, "mallory").username == "mallory"
    assert directory.by_username("mallory") is None
    assert elsewhere.by_username("bo") is None


@pytest.mark.usefixtures("but_django")
def test_namesakes_of_two_realms_have_nothing_in_common(directory, elsewhere):
    here, there = found(directory, "ana"), found(elsewhere, "ana")
    assert here.id != there.id
    assert not {group.id for group in here.groups} & {group.id for group in there.groups}
    assert role_names(there) == {"analyst", "spy"}


def test_an_id_of_another_realm_is_nobody_s_here(directory, elsewhere):
    assert directory.by_id(found(elsewhere, "mallory").id) is None


def test_asking_twice_gives_the_very_same_answer(directory):
    assert found(directory, "ana") == found(directory, "ana")


def test_check_says_a_few_words(directory):
    assert directory.check()


def everybody(directory: Directory, limit: int) -> Sequence[Member]:
    members: list[Member] = []
    while chunk := directory.members(members[-1].username if members else "", limit=limit):
        members.extend(chunk)
        if len(chunk) < limit:
            break
    return members


def observed(person: Person) -> dict[str, object]:
    """All that anybody can learn of a person through the product."""
    narrowed = [
        person.narrowed_to(frozenset({name}), direct_roles=direct_roles).subject
        for name in {group.name for group in person.groups[:10]}
        for direct_roles in (True, False)
    ]
    return {
        "who": (person.id, person.username, person.enabled, person.may_view_any_access),
        "groups": person.groups,
        "roles": person.roles,
        "default roles": person.default_roles,
        "attributes": {name: person.attributes.get(name) for name in MEMBER_ATTRIBUTES},
        "ways": {role.id: person.role_graph.paths_to(role.id, limit=5) for role in person.roles},
        "held": person.role_graph.effective_role_ids(),
        "subject": person.subject,
        "narrowed": narrowed,
    }


def test_the_realm_says_of_each_member_what_the_directory_says_of_the_person(directory):
    realm = directory.realm()
    for member in everybody(directory, limit=100):
        person = found(directory, member.username)
        assert observed(realm.person(member)) == observed(person)
        assert realm.subject(member) == person.subject


@pytest.mark.parametrize("username", sorted(PLAN.people))
def test_a_member_alone_is_who_they_are_as_a_person(directory, username):
    person = found(directory, username)
    member = directory.member_by_username(username.upper() if username.isascii() else username)
    assert unordered(member) == unordered(Member.of(person))
    assert directory.member_by_id(person.id) == member
    assert observed(directory.realm().person(member)) == observed(person)


@pytest.mark.parametrize("nobody", [*NEAR_MISSES, *HOSTILE_NAMES, *NO_IDS])
def test_nobody_is_no_member(directory, nobody):
    assert directory.member_by_username(nobody) is None or nobody in NO_IDS
    assert directory.member_by_id(nobody) is None


def test_members_of_another_realm_are_none_here(directory, elsewhere):
    mallory = elsewhere.member_by_username("mallory")
    assert mallory.username == "mallory"
    assert directory.member_by_username("mallory") is None
    assert directory.member_by_id(mallory.id) is None


def unordered(member: Member) -> Member:
    return replace(member, groups=tuple(sorted(member.groups)), roles=tuple(sorted(member.roles)))


@pytest.mark.parametrize("limit", [1, 3, len(PLAN.people), 100])
def test_members_come_in_the_order_of_their_names_each_once(directory, limit):
    assert [member.username for member in everybody(directory, limit)] == sorted(PLAN.people)


def test_after_the_last_there_is_nobody(directory):
    assert list(directory.members(max(PLAN.people), limit=10)) == []
    assert [member.username for member in directory.members("bp", limit=1)] == ["busy"]


def test_members_carry_no_more_than_is_shown(directory):
    (dan,) = (member for member in directory.members(limit=100) if member.username == "dan")
    assert dict(dan.attributes) == {"designation": ("Clerk",)}
    assert not dan.enabled


def test_another_realm_has_its_own_members_and_roles(directory, elsewhere):
    assert "mallory" in {member.username for member in everybody(elsewhere, limit=2)}
    assert not set(elsewhere.realm().roles) & set(directory.realm().roles)


def test_the_count_is_that_of_the_members(directory, elsewhere):
    for each in (directory, elsewhere):
        assert each.count() == len(everybody(each, limit=100))


def names_found(directory, prefix, limit=50):
    return [each.id for each in directory.search(prefix, limit=limit)]


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("AN", ["ana"]),
        ("stra", ["strasse", "straße"]),
        ("o'brien%", ["o'brien%_"]),
        ("service-account-", ["service-account-app"]),
        ("%", []),
        ("_na", []),
        ("a_a", []),
        ("na", []),
        ("an\\", []),
        ("mallory", []),
    ],
)
def test_search_finds_usernames_by_their_beginning_and_takes_no_letter_for_a_pattern(
    directory, prefix, names
):
    assert sorted(names_found(directory, prefix)) == sorted(names)


@pytest.mark.parametrize("prefix", ["robert", "Robert O'N", "o'ne", "ROB_1@ex"])
def test_search_finds_people_by_what_else_they_are_called(row, directory, prefix, request):
    if row.nameless:
        request.applymarker(pytest.mark.xfail(strict=True, reason="a Person has no other names"))
    (bo,) = directory.search(prefix, limit=5)
    assert (bo.id, bo.detail) == ("bo", "Robert O'Neil · rob_1@example.com")


def test_search_tells_who_is_disabled_and_keeps_to_its_limit(directory):
    (dan,) = directory.search("dan", limit=5)
    assert not dan.enabled
    assert len(names_found(directory, "", limit=3)) == 3
    assert len(names_found(directory, "a", limit=1)) == 1


@pytest.mark.parametrize("nonsense", HOSTILE_NAMES)
def test_search_for_nonsense_finds_nobody(directory, nonsense):
    assert names_found(directory, nonsense) == []
