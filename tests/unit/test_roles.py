"""Effective roles and the ways they are held, against plain search over small random realms."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from purposeapp.domain.roles import MAX_PATHS, RoleGraph, Step

GROUPS = ("g0", "g1", "g2", "g3")
ROLES = ("r0", "r1", "r2", "r3", "r4")

role_sets = st.lists(st.sampled_from(ROLES), max_size=3, unique=True).map(tuple)


@st.composite
def realms(draw: st.DrawFn) -> RoleGraph:
    """Any groups in any nesting (loops too: tables may be broken), any composites."""
    return RoleGraph(
        direct_roles=draw(role_sets),
        memberships=draw(st.lists(st.sampled_from(GROUPS), max_size=3, unique=True).map(tuple)),
        parents=draw(st.dictionaries(st.sampled_from(GROUPS), st.sampled_from(GROUPS), max_size=4)),
        group_roles=draw(st.dictionaries(st.sampled_from(GROUPS), role_sets, max_size=4)),
        composites=draw(st.dictionaries(st.sampled_from(ROLES), role_sets, max_size=5)),
    )


@given(realms())
@settings(max_examples=500)
def test_effective_roles_are_the_closure(realm: RoleGraph) -> None:
    assert realm.effective_role_ids() == naive_closure(realm)


@given(realms())
@settings(max_examples=500)
def test_the_ways_to_a_role_are_all_the_simple_ones(realm: RoleGraph) -> None:
    for role in ROLES:
        ways = [tuple(step.id for step in way) for way in realm.paths_to(role)]
        assert sorted(ways) == sorted(set(brute_force(realm, role)))
        assert [len(way) for way in ways] == sorted(len(way) for way in ways)
        assert bool(ways) == (role in realm.effective_role_ids())


@given(realms())
@settings(max_examples=300)
def test_every_step_of_a_way_is_an_edge_of_the_realm(realm: RoleGraph) -> None:
    for role in ROLES:
        for way in realm.paths_to(role):
            assert len({(step.kind, step.id) for step in way}) == len(way)
            assert way[-1] == Step("role", role, role)
            first = way[0]
            assert first.id in (realm.memberships if first.kind == "group" else realm.direct_roles)
            for here, there in pairwise(way):
                match here.kind, there.kind:
                    case "group", "group":
                        assert realm.parents[here.id] == there.id
                    case "group", "role":
                        assert there.id in realm.group_roles[here.id]
                    case kinds:
                        assert kinds == ("role", "role")
                        assert there.id in realm.composites[here.id]


def test_steps_carry_the_names_of_roles_and_the_paths_of_groups() -> None:
    realm = RoleGraph(
        memberships=("1",),
        parents={"1": "2"},
        group_roles={"2": ("a",)},
        composites={"a": ("b",)},
        names={"1": "/eng/data", "2": "/eng", "a": "engineer", "b": "reader"},
    )
    assert [[(step.kind, step.name) for step in way] for way in realm.paths_to("b")] == [
        [("group", "/eng/data"), ("group", "/eng"), ("role", "engineer"), ("role", "reader")]
    ]


def test_ways_end_at_the_limit_however_many_there_are() -> None:
    # 20 layers of two roles that each contain both of the next layer: a million ways.
    layers = [(f"a{depth}", f"b{depth}") for depth in range(20)]
    composites = {role: below for above, below in pairwise(layers) for role in above}
    realm = RoleGraph(direct_roles=layers[0], composites={**composites, "a19": ("end",), "b19": ("end",)})
    assert "end" in realm.effective_role_ids()
    ways = realm.paths_to("end")
    assert len(ways) == MAX_PATHS
    assert len(set(ways)) == MAX_PATHS
    assert len(realm.paths_to("end", limit=3)) == 3


def test_a_clique_of_roles_does_not_hide_the_one_short_way() -> None:
    # Beyond `gate` lie 30 roles that all contain each other and `gate`: endless ways that lead nowhere.
    clique = tuple(f"c{number}" for number in range(30))
    realm = RoleGraph(
        direct_roles=("start",),
        composites={
            "start": ("gate",),
            "gate": (*clique, "end"),
            **dict.fromkeys(clique, (*clique, "gate")),
        },
    )
    assert [[step.id for step in way] for way in realm.paths_to("end")] == [["start", "gate", "end"]]


def test_nobody_holds_nothing() -> None:
    assert RoleGraph().effective_role_ids() == frozenset()
    assert RoleGraph().paths_to("r0") == ()
    assert RoleGraph(composites={"r1": ("r0",)}).paths_to("r0") == ()


def naive_closure(realm: RoleGraph) -> frozenset[str]:
    groups = set(realm.memberships)
    while more := {realm.parents[group] for group in groups if group in realm.parents} - groups:
        groups |= more
    roles = set(realm.direct_roles) | {role for group in groups for role in realm.group_roles.get(group, ())}
    while more := {inner for role in roles for inner in realm.composites.get(role, ())} - roles:
        roles |= more
    return frozenset(roles)


def brute_force(realm: RoleGraph, wanted: str) -> list[tuple[str, ...]]:
    """Walk everywhere without stepping twice on one place."""
    found: list[tuple[str, ...]] = []

    def walk(way: tuple[str, ...]) -> None:
        here = way[-1]
        if here == wanted:
            found.append(way)
            return
        if here in GROUPS:
            onwards = [*realm.group_roles.get(here, ()), *filter(None, [realm.parents.get(here)])]
        else:
            onwards = list(realm.composites.get(here, ()))
        for there in onwards:
            if there not in way:
                walk((*way, there))

    for start in (*realm.memberships, *realm.direct_roles):
        walk((start,))
    return found
