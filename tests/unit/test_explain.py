"""Explanations in worlds that hypothesis makes up: true to the listings, exact, and never promising what does not work."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations, pairwise

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from purposeapp.domain.explain import Case, Change, Explanation, Kind, Node, Op, changed, explain
from purposeapp.domain.explain.cut import cut_set
from purposeapp.domain.explain.nearest import nearest
from purposeapp.domain.model import (
    Evidence,
    Group,
    Mode,
    Persona,
    Policy,
    PolicyType,
    Purpose,
    Role,
)
from purposeapp.domain.realm import Member, Realm
from purposeapp.domain.resolve import resolve, resolve_personas
from purposeapp.domain.schedule import Window

NOW = 1_000_000.0
MANY_DO_NOT_FIT = (HealthCheck.filter_too_much,)
GROUPS = {
    id_: Group(id_, name, path)
    for id_, name, path in (
        ("g-eng", "eng", "/eng"),
        ("g-data", "data", "/eng/data"),
        ("g-ops", "ops", "/ops"),
        ("g-ops-data", "data", "/ops/data"),
    )
}
ROLES = {id_: Role(id_, id_.removeprefix("r-")) for id_ in ("r-reader", "r-writer", "r-persona_a")}
GROUP_NAMES, ROLE_NAMES = ("data", "eng", "ops", "ghosts"), ("persona_a", "reader", "writer", "nothing")
SCHEDULES = (
    (Window(NOW + 100, NOW + 300),),
    (Window(None, NOW + 200),),
    (Window(NOW - 200, NOW - 100),),
    (Window(NOW - 50, NOW + 50), Window(NOW + 150, None)),
)


def some(names: Iterable[str], most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(tuple(names)), max_size=most, unique=True).map(tuple)


realms = st.builds(
    Realm,
    groups=st.just(GROUPS),
    roles=st.just(ROLES),
    parents=st.sampled_from(({}, {"g-data": "g-eng", "g-ops-data": "g-ops"})),
    group_roles=st.dictionaries(st.sampled_from(tuple(GROUPS)), some(ROLES), max_size=3),
    composites=st.dictionaries(st.sampled_from(tuple(ROLES)), some(ROLES), max_size=2),
)
members = st.builds(
    Member,
    id=st.just("u-ana"),
    username=st.just("ana"),
    enabled=st.sampled_from((True, True, True, True, False)),
    groups=some(GROUPS, 3),
    roles=some(ROLES),
)
policies = st.builds(
    Policy,
    guid=st.integers(0, 9).map("p{}".format),
    name=st.sampled_from(("a", "b", "")),
    type=st.sampled_from((*PolicyType, *[PolicyType.ALLOW] * 6, *[PolicyType.DENY] * 3)),
    purpose_guid=st.just("sales"),
    users=some(("ana", "bo", "{USER}"), 1).map(frozenset),
    groups=some((*GROUP_NAMES, "public")).map(frozenset),
    roles=some(ROLE_NAMES).map(frozenset),
    actions=some(("read", "write")).map(frozenset),
    priority=st.sampled_from((0, 0, 0, 1)),
    enabled=st.sampled_from((True, True, True, False)),
    schedule=st.sampled_from(((), (), (), *SCHEDULES)),
    schedule_readable=st.sampled_from((True,) * 9 + (False,)),
)
purposes = st.builds(
    Purpose, guid=st.just("sales"), name=st.just("Sales"), enabled=st.sampled_from((True, True, True, False))
)
personas = st.builds(
    Persona,
    guid=st.just("persona"),
    name=st.just("Analysts"),
    qualified_name=st.sampled_from(("default/a", "default/b", "")),
    enabled=st.sampled_from((True, True, False)),
    users=some(("ana", "bo")).map(frozenset),
    groups=some((*GROUP_NAMES, "public")).map(frozenset),
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Case, Realm]:
    realm = draw(realms)
    found = draw(st.lists(policies, max_size=5, unique_by=lambda policy: policy.guid))
    return Case(realm.person(draw(members)), draw(purposes), tuple(found), NOW), realm


@st.composite
def persona_worlds(draw: st.DrawFn) -> tuple[Case, Realm]:
    realm = draw(realms)
    return Case(realm.person(draw(members)), draw(personas), (), NOW), realm


any_world = st.one_of(worlds(), worlds(), persona_worlds())


def listed_and_effective(case: Case) -> tuple[bool, bool]:
    """What the listings say, straight from the resolver."""
    subject = case.person.subject
    if isinstance(case.resource, Persona):
        listed, effective = (bool(resolve_personas([case.resource], subject, mode=mode)) for mode in Mode)
    else:
        evidence = Evidence((case.resource,), case.policies)
        listed, effective = (
            bool(resolve(evidence, subject, mode=mode, now=case.now).grants) for mode in Mode
        )
    return listed, effective and case.person.enabled


def explained(world: tuple[Case, Realm]) -> Explanation:
    case, realm = world
    return explain(case, lambda: realm)


@given(any_world)
@settings(max_examples=300, deadline=None)
def test_the_decisions_are_those_of_the_listings(world: tuple[Case, Realm]) -> None:
    explanation = explained(world)
    assert (explanation.listed, explanation.effective) == listed_and_effective(world[0])
    assert bool(explanation.paths.items) == explanation.effective
    assert bool(explanation.listed_paths.items) == explanation.listed
    assert bool(explanation.cut.changes) == explanation.effective


@given(worlds())
@settings(max_examples=300, deadline=None)
def test_verdicts_add_up_to_the_decision_and_leave_nothing_unexplained(world: tuple[Case, Realm]) -> None:
    explanation = explained(world)
    assert {verdict.policy for verdict in explanation.verdicts} == set(world[0].policies)
    assert explanation.effective == any(verdict.counts for verdict in explanation.verdicts)
    assert explanation.listed == any(verdict.listed for verdict in explanation.verdicts)
    for verdict in explanation.verdicts:
        assert bool(verdict.failures) is not verdict.counts
        assert verdict.because


@given(any_world)
@settings(max_examples=300, deadline=None)
def test_the_policies_shown_to_count_are_those_on_the_paths(world: tuple[Case, Realm]) -> None:
    explanation = explained(world)
    on_paths = {node.id for path in explanation.paths.items for node in path if node.kind is Kind.POLICY}
    assert on_paths == {verdict.policy.guid for verdict in explanation.verdicts if verdict.counts}


@given(any_world)
@settings(max_examples=300, deadline=None)
def test_every_path_is_enough_by_itself_where_nothing_refuses(world: tuple[Case, Realm]) -> None:
    case, realm = world
    explanation = explained(world)
    for path in explanation.paths.items:
        assert explain(only(path, case, realm), lambda: realm).effective
    assert len(set(explanation.paths.items)) == len(explanation.paths.items)


@given(worlds())
@settings(max_examples=200, deadline=None)
def test_the_policy_of_a_path_stands_up_to_all_denies_by_itself(world: tuple[Case, Realm]) -> None:
    case, _ = world
    for path in explained(world).paths.items:
        alone = tuple(
            policy for policy in case.policies if policy.guid == path[-2].id or policy.type is PolicyType.DENY
        )
        assert replace(case, policies=alone).visible()


def only(path: tuple[Node, ...], case: Case, realm: Realm) -> Case:
    """A world with nothing but what this path walks over: its membership or mapping, its edges, its policy."""
    steps = list(pairwise(path))
    bare = Realm(
        groups=realm.groups,
        roles=realm.roles,
        parents={here.id: there.id for here, there in steps if there.kind is here.kind is Kind.GROUP},
        group_roles={
            here.id: (there.id,)
            for here, there in steps
            if (here.kind, there.kind) == (Kind.GROUP, Kind.ROLE)
        },
        composites={here.id: (there.id,) for here, there in steps if there.kind is here.kind is Kind.ROLE},
    )
    first = path[1]
    member = Member(
        "u-ana",
        "ana",
        groups=(first.id,) if first.kind is Kind.GROUP else (),
        roles=(first.id,) if first.kind is Kind.ROLE else (),
    )
    kept = tuple(policy for policy in case.policies if policy.guid == path[-2].id)
    return Case(bare.person(member), case.resource, kept, case.now)


@given(any_world)
@settings(max_examples=150, deadline=None, suppress_health_check=MANY_DO_NOT_FIT)
def test_the_cut_revokes_and_no_smaller_one_does(world: tuple[Case, Realm]) -> None:
    case, _ = world
    assume(case.visible())
    cut = cut_set(case)
    assert cut.minimal
    assert not changed(case, cut.changes).visible()
    universe = list(removals(case))
    assert set(cut.changes) <= set(universe)
    for size in range(len(cut.changes)):
        for fewer in combinations(universe, size):
            assert changed(case, fewer).visible(), fewer


def removals(case: Case) -> Iterator[Change]:
    """Everything that could be taken away, whether it matters or not."""
    graph = case.person.role_graph
    for id_ in graph.memberships:
        yield Change(Op.REMOVE_GROUP, group_node(id_))
    for id_ in graph.direct_roles:
        yield Change(Op.REMOVE_ROLE, role_node(id_))
    for holder, ids in graph.group_roles.items():
        yield from (Change(Op.REMOVE_GROUP_ROLE, role_node(id_), holder=group_node(holder)) for id_ in ids)
    for holder, ids in graph.composites.items():
        yield from (Change(Op.REMOVE_COMPOSITE, role_node(id_), holder=role_node(holder)) for id_ in ids)
    if isinstance(case.resource, Persona):
        yield Change(Op.UNNAME_USER, Node(Kind.PERSONA, case.resource.guid, case.resource.name))
    for policy in case.policies:
        node = Node(Kind.POLICY, policy.guid, policy.name)
        yield Change(Op.DISABLE_POLICY, node)
        if "ana" in policy.users:
            yield Change(Op.UNNAME_USER, node)


def group_node(id_: str) -> Node:
    return Node(Kind.GROUP, id_, GROUPS[id_].path)


def role_node(id_: str) -> Node:
    return Node(Kind.ROLE, id_, ROLES[id_].name)


@given(any_world)
@settings(max_examples=100, deadline=None, suppress_health_check=MANY_DO_NOT_FIT)
def test_a_search_that_is_cut_short_says_so_and_still_revokes(world: tuple[Case, Realm]) -> None:
    case, _ = world
    assume(case.visible())
    cut = cut_set(case, max_work=1)
    assert not changed(case, cut.changes).visible()
    assert cut.minimal <= (len(cut.changes) == len(cut_set(case).changes))


@given(any_world)
@settings(max_examples=300, deadline=None, suppress_health_check=MANY_DO_NOT_FIT)
def test_every_suggestion_gives_access_and_needs_all_its_changes(world: tuple[Case, Realm]) -> None:
    case, realm = world
    assume(not case.visible())
    for option in nearest(case, realm).options:
        assert changed(case, option, realm).visible()
        for size in range(len(option)):
            for fewer in combinations(option, size):
                assert not changed(case, fewer, realm).visible()


@given(any_world)
@settings(max_examples=200, deadline=None, suppress_health_check=MANY_DO_NOT_FIT)
def test_no_fewer_changes_than_suggested_would_do(world: tuple[Case, Realm]) -> None:
    case, realm = world
    assume(not case.visible())
    options = nearest(case, realm).options
    for fewer in range(1, len(options[0]) if options else 3):
        for changes in combinations(helpful(case, realm), fewer):
            assert not changed(case, changes, realm).visible(), changes


@given(any_world)
@settings(max_examples=200, deadline=None, suppress_health_check=MANY_DO_NOT_FIT)
def test_no_suggestion_is_missed_where_roles_come_directly(world: tuple[Case, Realm]) -> None:
    case, realm = world[0], replace(world[1], composites={}, parents={})
    case = replace(case, person=realm.person(Member.of(case.person)))
    assume(not case.visible())
    found = nearest(case, realm)
    assert found.complete
    size = len(found.options[0]) if found.options else 0
    assume(size < 3)
    working = [
        frozenset(each)
        for each in combinations(helpful(case, realm), size)
        if changed(case, each, realm).visible()
    ]
    said = {frozenset(each) for each in found.options}
    assert {each for each in working if not any(map(waits, each))} <= said
    assert all(shortened(each) in map(shortened, said) for each in working)


def shortened(changes: Iterable[Change]) -> frozenset[Change]:
    """Without how long to wait."""
    return frozenset(replace(change, moment=0.0) for change in changes)


def waits(change: Change) -> bool:
    return change.op is Op.WAIT


def helpful(case: Case, realm: Realm) -> Iterator[Change]:
    """Every change that a suggestion could be made of."""
    person, resource = case.person, case.resource
    is_persona = isinstance(resource, Persona)
    here = Node(Kind.PERSONA if is_persona else Kind.PURPOSE, resource.guid, resource.name)
    yield Change(Op.ENABLE_PERSONA if is_persona else Op.ENABLE_PURPOSE, here)
    yield Change(Op.ENABLE_USER, Node(Kind.USER, person.id, person.username))
    if is_persona:
        yield Change(Op.NAME_USER, here)
    for group in realm.groups.values():
        op = Op.REMOVE_GROUP if group in person.groups else Op.ADD_GROUP
        yield Change(op, group_node(group.id))
    for id_ in realm.roles:
        yield Change(Op.REMOVE_ROLE if id_ in person.role_graph.direct_roles else Op.ADD_ROLE, role_node(id_))
    for policy in case.policies:
        node = Node(Kind.POLICY, policy.guid, policy.name)
        yield Change(Op.DISABLE_POLICY if policy.enabled else Op.ENABLE_POLICY, node)
        yield Change(Op.UNNAME_USER if "ana" in policy.users else Op.NAME_USER, node)
    for moment in sorted(
        {
            edge
            for policy in case.policies
            for each in policy.schedule
            for edge in (each.start, each.end)
            if edge and edge > case.now
        }
    ):
        yield Change(Op.WAIT, here, moment=moment)
