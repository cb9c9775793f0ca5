"""The demo company: believable, complete, and the same every time."""

import json
from collections import Counter
from pathlib import Path

import pytest

from purposeapp.demo import company, documents, realm_json
from purposeapp.demo.people import DemoPerson
from purposeapp.demo.recipes import policies
from purposeapp.demo.table import rows
from purposeapp.domain.model import Mode, PolicyType, Subject
from purposeapp.domain.resolve import resolve
from purposeapp.policyindex.memory import MemoryPolicyIndex

ROOT = Path(__file__).resolve().parents[2]
NOW = 1_781_524_800.0


def test_it_is_as_large_as_it_claims() -> None:
    kinds = Counter((each["__typeName"], each.get("policyCategory")) for each in documents())
    assert kinds["Purpose", None] >= 40
    assert kinds["Persona", None] == 25
    assert kinds["AuthPolicy", "purpose"] >= 300
    assert kinds["AuthPolicy", "bootstrap"] == 188
    assert len(company().people) >= 60


def test_it_is_the_same_every_time_and_no_guid_comes_twice() -> None:
    once, again = list(documents()), list(documents())
    assert once == again
    guids = [each["__guid"] for each in once]
    assert len(set(guids)) == len(guids)
    names = [each["qualifiedName"] for each in once]
    assert len(set(names)) == len(names)


def test_every_kind_of_policy_is_there() -> None:
    found = list(policies())
    assert {policy.type for policy in found} == set(PolicyType)
    traits = {trait for policy in found for trait in policy.traits}
    assert traits == {
        *("override", "off", "deleted", "orphan", "unlinked", "unlinked-late"),
        *("past", "future", "open", "yearly", "garbled"),
    }


def test_people_hold_only_groups_and_roles_that_exist() -> None:
    acme = company()
    roles, paths = {role.name for role in acme.roles}, {group.path for group in acme.groups}
    for person in acme.people:
        assert set(person.roles) <= roles, person
        assert set(person.groups) <= paths, person
        assert person.username == person.username.lower()
    for group in acme.groups:
        assert set(group.roles) <= roles, group
        assert not group.parent or group.parent in paths
    for role in acme.roles:
        assert set(role.contains) <= roles, role
    # Policies name groups by name alone, and local groups have no other.
    assert len({group.name for group in acme.groups}) == len(acme.groups)


def test_policies_name_people_of_the_company_but_for_those_who_left() -> None:
    acme = company()
    users = {person.username for person in acme.people} | {"{USER}"}
    groups = {group.name for group in acme.groups} | {"public"}
    assert {user for policy in policies() for user in policy.users} - users == {"henrik.gone"}
    assert {group for policy in policies() for group in policy.groups} - groups == {"talent-old"}
    roles = {role.name for role in acme.roles}
    assert {role for policy in policies() for role in policy.roles} <= roles


def test_the_two_answers_differ_for_a_good_reason() -> None:
    assert seen("stefan.ionescu", Mode.EFFECTIVE) >= {"Cash Position"}
    assert "Supplier Risk" in seen("leila.haddad", Mode.LISTED) - seen("leila.haddad", Mode.EFFECTIVE)
    # A deny takes the query away, but the mask of his group still shows him the purpose.
    assert "Customer 360" in seen("arjun.mehta", Mode.EFFECTIVE)
    assert "Checkout Funnel" in seen("mei.chen", Mode.LISTED) - seen("mei.chen", Mode.EFFECTIVE)
    assert "Employee Directory" in seen("mei.chen", Mode.EFFECTIVE) - seen("mei.chen", Mode.LISTED)
    assert seen("new.starter", Mode.LISTED) == {"Open Data", "Sustainability Report"}


@pytest.mark.parametrize("person", company().people, ids=lambda person: person.username)
def test_everybody_sees_something_and_nobody_everything(person: DemoPerson) -> None:
    purposes = sum(each["__typeName"] == "Purpose" for each in documents())
    assert 0 < len(seen(person.username, Mode.LISTED)) < purposes
    assert "Project Nightingale" not in seen(person.username, Mode.LISTED)
    assert "Legacy CRM" not in seen(person.username, Mode.EFFECTIVE)


def test_lost_policies_are_orphans() -> None:
    evidence = INDEX.evidence(Subject("ravi.kapoor", frozenset({"platform", "security"})))
    names = {policy.name for policy in evidence.orphans}
    assert names == {"Lost its purpose", "Lost its purpose, too"}


def test_the_realm_that_compose_imports_is_this_company() -> None:
    file = ROOT / "deploy" / "keycloak" / "realm.json"
    cure = "write it again: json.dumps(realm_json('acme'), indent=2, ensure_ascii=False) and a line end"
    assert json.loads(file.read_text(encoding="utf-8")) == realm_json("acme"), cure


def test_a_table_refuses_a_row_of_another_shape() -> None:
    assert list(rows("a | b", 2)) == [["a", "b"]]
    with pytest.raises(ValueError, match=r"expected 3 cells: a \| b"):
        list(rows("a | b", 3))


INDEX = MemoryPolicyIndex.from_documents(documents())


def seen(username: str, mode: Mode) -> set[str]:
    """The purposes of somebody who holds the direct roles only: enough to tell that the data make sense."""
    person = next(each for each in company().people if each.username == username)
    groups = frozenset(path.rpartition("/")[2] for path in person.groups)
    subject = Subject(username, groups, frozenset(person.roles))
    grants = resolve(INDEX.evidence(subject), subject, mode=mode, now=NOW).grants
    return {grant.purpose.name for grant in grants}
