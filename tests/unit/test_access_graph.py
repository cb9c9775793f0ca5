"""The access graph of a person, and the tree of her groups: whole, without repeats, at an end where tables have loops."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from accessviz import graph as access_graph
from accessviz.graph import Graph, NodeKind, graph_of
from accessviz.membership import group_tree
from accessviz.path_graph import graph_of_paths
from purposeapp.discovery.asking import Asked
from purposeapp.discovery.side_by_side import side_by_side
from purposeapp.domain.explain import Kind
from purposeapp.domain.explain import Node as Stop
from purposeapp.domain.model import Group, Person, Role
from purposeapp.domain.roles import RoleGraph
from purposeapp.policyindex.memory import MemoryPolicyIndex
from tests import world

NESTED = Person(
    id="1",
    username="ana",
    groups=(Group("data", "data", "/eng/data"),),
    roles=(Role("engineer", "engineer"), Role("reader", "reader")),
    role_graph=RoleGraph(
        memberships=("data",),
        parents={"data": "eng", "eng": "data", "elsewhere": "eng"},
        group_roles={"eng": ("engineer", "not held")},
        composites={"engineer": ("reader",), "reader": ("engineer",)},
        names={"data": "/eng/data", "eng": "/eng", "engineer": "engineer", "reader": "reader"},
    ),
)


def graph(person: Person, *documents: world.Document) -> Graph:
    index = MemoryPolicyIndex.from_documents(documents)
    return graph_of(person, side_by_side(Asked(person.subject, person), policies=index, now=0))


def lines(drawn: Graph) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in drawn.edges}


def test_groups_and_roles_in_loops_are_drawn_once() -> None:
    drawn = graph(NESTED)
    assert lines(drawn) == {
        ("user", "group:data"),
        ("group:data", "group:eng"),
        ("group:eng", "group:data"),
        ("group:eng", "role:engineer"),
        ("role:engineer", "role:reader"),
        ("role:reader", "role:engineer"),
    }
    assert len({node.id for node in drawn.nodes}) == len(drawn.nodes)


def test_the_tree_of_groups_puts_members_below_ancestors() -> None:
    person = replace(NESTED, role_graph=replace(NESTED.role_graph, parents={"data": "eng"}))
    (root,) = group_tree(person)
    assert (root.path, root.direct, root.roles) == ("/eng", False, ("engineer", "not held"))
    assert [(child.path, child.direct) for child in root.children] == [("/eng/data", True)]


def test_a_loop_of_groups_is_cut_and_loses_none() -> None:
    (root,) = group_tree(NESTED)
    assert {root.path, *(child.path for child in root.children)} == {"/eng", "/eng/data"}
    assert all(child.children == [] for child in root.children)


def test_a_purpose_seen_by_everybody_hangs_on_a_node_for_everybody() -> None:
    sales = world.purpose("Sales")
    drawn = graph(world.person("bo"), sales, world.policy("all", on=sales, groups=["public"]))
    policy = f"policy:{world.guid_of('policy', 'all')}"
    assert lines(drawn) == {
        ("user", "all:public"),
        ("all:public", policy),
        (policy, f"purpose:{sales['__guid']}"),
    }
    assert [node.label for node in drawn.nodes if node.kind is NodeKind.ALL] == ["everybody (public)"]


def test_every_node_but_a_role_has_a_page() -> None:
    sales = world.purpose("Sales")
    by_role = world.policy("readers", on=sales, roles=["reader"])
    pages = {node.kind: node.url for node in graph(NESTED, sales, by_role).nodes}
    assert pages[NodeKind.ROLE] == ""
    assert {kind: resolve(urlsplit(url).path).url_name for kind, url in pages.items() if url} == {
        NodeKind.USER: "person",
        NodeKind.GROUP: "group",
        NodeKind.POLICY: "policy",
        NodeKind.PURPOSE: "purpose",
    }


def test_an_explanation_is_drawn_with_the_same_names_and_pages() -> None:
    stops = [
        Stop(Kind.USER, "1", "ana"),
        Stop(Kind.EVERYONE, "x", "{USER}"),
        Stop(Kind.PERSONA, "p", "Analyst"),
    ]
    drawn = graph_of_paths([tuple(stops)], effective=[])
    assert [(node.label, node.url) for node in drawn.nodes] == [
        ("ana", "/person/?username=ana"),
        ("every signed-in user", ""),
        ("Analyst", "/persona/?guid=p"),
    ]


def test_a_line_counts_when_any_reason_along_it_does() -> None:
    sales = world.purpose("Sales")
    both = world.policy("both", on=sales, users=["ana"], groups=["eng"])
    drawn = graph(
        world.person("ana", "eng"),
        sales,
        both,
        world.policy("no", on=sales, type="deny", users=["ana"], actions=["x"]),
    )
    counted = {(edge.source, edge.target): edge.counts for edge in drawn.edges}
    assert counted[f"policy:{both['__guid']}", f"purpose:{sales['__guid']}"]
    assert not counted["user", f"policy:{world.guid_of('policy', 'no')}"]


def test_nodes_beyond_the_most_are_counted_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_graph, "MOST_NODES", 3)
    purposes = [world.purpose(f"p{number}") for number in range(3)]
    policies = [world.policy(f"r{each['name']}", on=each, users=["ana"]) for each in purposes]
    drawn = graph(world.person("ana"), *purposes, *policies)
    assert (len(drawn.nodes), drawn.left_out) == (3, 4)
    kept = {node.id for node in drawn.nodes}
    assert all({edge.source, edge.target} <= kept for edge in drawn.edges)
