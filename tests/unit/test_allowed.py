"""Evaluations and the three searches say one thing, and that is what the rules say, in random worlds."""

from collections.abc import Callable, Iterator, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.directory.memory import MemoryDirectory
from purposeapp.discovery.allowed import Search, allowed_actions, allowed_resources, allowed_users
from purposeapp.discovery.asking import Asked, Caller
from purposeapp.discovery.decisions import VIEW, Check, Resource, decide
from purposeapp.domain.model import EVERY_USER, Person, Persona, Policy, Purpose
from purposeapp.domain.page import Page, Place
from purposeapp.domain.population import Population
from purposeapp.policyindex.base import PolicyIndex
from purposeapp.policyindex.snapshot import SnapshotPolicyIndex
from tests.random_people import members, realms
from tests.random_worlds import Plain, changes, times

ACTIONS = ["read", "select", VIEW, "never"]


def names(policy: Policy | Persona, person: Person) -> bool:
    groups, roles = ({each.name for each in some} for some in (person.groups, person.realm_roles))
    if isinstance(policy, Persona):
        return bool(
            person.username in policy.users or policy.groups & groups or {policy.role_name} & roles - {""}
        )
    return bool(
        {person.username, EVERY_USER} & policy.users
        or policy.groups & (groups | {"public"})
        or policy.roles & roles
    )


def holds(policy: Policy, now: float) -> bool:
    if not policy.schedule_readable:
        return policy.enabled and policy.type == "deny"
    opens = [
        (window.start is None or window.start <= now) and (window.end is None or now < window.end)
        for window in policy.schedule
    ]
    return policy.enabled and (any(opens) or not opens)


def granted(action: str, policies: Sequence[Policy]) -> bool:
    words = {(each.type, each.priority >= 1) for each in policies if action in each.actions}
    order = [("deny", True), ("allow", True), ("deny", False), ("allow", False)]
    return next((word for word in order if word in words), ("nothing", False))[0] == "allow"


def may(person: Person, action: str, thing: Purpose | Persona, rows: Sequence[Policy], now: float) -> bool:
    """The rules once more, for one person, one action and one thing."""
    if not person.enabled or not thing.enabled:
        return False
    if isinstance(thing, Persona):
        return action == VIEW and names(thing, person)
    own = [each for each in rows if each.purpose_guid == thing.guid]
    speaking = [each for each in own if names(each, person) and holds(each, now)]
    if action == VIEW:
        shaped = any(each.type in ("dataMask", "rowFilter") for each in speaking)
        return shaped or any(granted(each, speaking) for policy in speaking for each in policy.actions)
    return granted(action, speaking)


def everything(find: Callable[[Place | None], Page[str]]) -> list[str]:
    """All pages, each of which must tell the same total."""

    def pages() -> Iterator[Page[str]]:
        page = find(None)
        yield page
        while page.last is not None:
            page = find(page.last)
            yield page

    found, totals = list[str](), set[int]()
    for page in pages():
        found += page.items
        totals.add(page.total)
    assert totals == {len(found)}
    return found


@settings(max_examples=150, deadline=None)
@given(realms, members, changes, times, st.booleans(), st.integers(1, 3))
def test_whoever_asks_from_whichever_side_learns_what_the_rules_say(
    realm, people, change, now, kept, limit
) -> None:
    plain = Plain.after([change])
    policies = index_of(plain, kept)
    things: dict[tuple[Resource, str], Purpose | Persona] = {
        **{(Resource.PURPOSE, each.guid): each for each in plain.purposes},
        **{(Resource.PERSONA, each.guid): each for each in plain.personas},
    }
    rows = [row for each in plain.purposes for row in policies.policies_of(each.guid)]
    # No directory has anybody of upper case.
    persons = [person for member in people if (person := realm.person(member)).username != EVERY_USER]
    truth = {
        (person.username, action, *key)
        for person in persons
        for action in ACTIONS
        for key, thing in things.items()
        if may(person, action, thing, rows, now)
    }

    checks = [
        Check(person.username, kind, guid, action=action, at=now)
        for person in persons
        for action in ACTIONS
        for kind, guid in things
    ]
    auditor = Caller(Person(id="", username="the auditor"), trusted=True)
    decisions = decide(
        checks,
        caller=auditor,
        record=lambda _names: None,
        policies=policies,
        directory=MemoryDirectory(persons),
        now=-1.0,
    )
    assert {
        (each.username, each.check.action, each.check.kind, each.check.guid)
        for each in decisions
        if each.allowed
    } == truth

    def search(after: Place | None) -> Search:
        return Search(policies, now, after, limit)

    asked = {person.username: Asked(person.subject, person, person) for person in persons}
    assert {
        (name, action, kind, guid)
        for name, one in asked.items()
        for action in ACTIONS
        for kind in Resource
        for guid in everything(lambda after: allowed_resources(one, kind, action, search(after)))  # noqa: B023
    } == truth
    assert {
        (name, action, kind, guid)
        for name, one in asked.items()
        for kind, guid in things
        for action in everything(lambda after: allowed_actions(one, kind, guid, search(after)))  # noqa: B023
    } == truth
    population = Population.of(realm, people)
    assert {
        (name, action, kind, guid)
        for action in ACTIONS
        for kind, guid in things
        for name in everything(
            lambda after: allowed_users(kind, guid, action, search(after), population=population)  # noqa: B023
        )
        if name != EVERY_USER
    } == truth


def index_of(plain: Plain, kept: bool) -> PolicyIndex:
    index = plain.index()
    if not kept:
        return index
    snapshot = SnapshotPolicyIndex(index, max_age=1e9, wall_clock=lambda: 0.0)
    snapshot.refresh()
    return snapshot
