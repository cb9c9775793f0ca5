"""AuthZEN's public vectors on a tenant of ours: the interop demo's searches, and what certification asks for at its core.

Their records are our purposes here. Their conformance suite only looks whether what it expects is among the results; here
nothing else may be.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests import world
from tests.conftest import Serve, Served

VECTORS = json.loads(
    gzip.decompress((Path(__file__).parents[1] / "vectors" / "authzen_search.json.gz").read_bytes())
)
CASES = [(sought, *case) for sought in ("subject", "resource", "action") for case in VECTORS[sought]] + [
    ("resource", *case) for case in VECTORS["idp"]
]


@pytest.fixture
def library(serve: Serve) -> Served:
    """Everybody views what they own and what is their department's, managers view everything; owners and the managers of
    the department edit; owners delete."""
    people = [_person(**each) for each in VECTORS["users"]]
    documents = [document for each in VECTORS["records"] for document in _record(**each)]
    return serve([*people, world.person("pep", roles=["access-auditor"])], documents)


def _person(id: str, role: str, department: str) -> Any:
    leads = ["managers", f"managers of {department}"] if role == "manager" else []
    return world.person(id, department, *leads)


def _record(id: str, department: str, owner: str) -> list[world.Document]:
    record = world.purpose(f"record {id}", guid=id)
    groups = {
        "view": [department, "managers"],
        "edit": [f"managers of {department}"],
        "delete": [],
    }
    policies = [
        world.policy(f"{action} {id}", on=record, users=[owner], groups=names, actions=[action])
        for action, names in groups.items()
    ]
    return [record, *policies]


def ours(value: Any) -> Any:
    return json.loads(json.dumps(value).replace('"record"', '"purpose"'))


def exactly(results: list[dict[str, str]]) -> list[str]:
    return sorted(json.dumps(each, sort_keys=True) for each in results)


def test_there_are_as_many_vectors_as_were_published() -> None:
    assert len(CASES) == 204


def test_searches_find_what_is_expected_and_nothing_else(library: Served) -> None:
    for sought, request, expected in CASES:
        response = library.post(f"/access/v1/search/{sought}", ours(request), as_="pep")
        assert list(response.json()) == ["results"]
        assert exactly(response.json()["results"]) == exactly(ours(expected)), (sought, request)


def test_whatever_a_search_finds_evaluates_to_true_and_all_else_to_false(library: Served) -> None:
    found = {
        (request["subject"]["id"], request["action"]["name"], each["id"])
        for sought, request, expected in CASES
        if sought == "resource"
        for each in expected
    }
    asked = [
        (person["id"], action, record["id"])
        for person in VECTORS["users"]
        for action in ("view", "edit", "delete")
        for record in VECTORS["records"]
    ]
    evaluations = [
        {
            "subject": {"type": "user", "id": subject},
            "action": {"name": action},
            "resource": {"type": "purpose", "id": record},
        }
        for subject, action, record in asked
    ]
    answers = library.post("/access/v1/evaluations", {"evaluations": evaluations}, as_="pep").json()
    decided = {key for key, each in zip(asked, answers["evaluations"], strict=True) if each["decision"]}
    assert decided == found


@pytest.fixture
def certified(serve: Serve) -> Served:
    """The fixture of the certification scenario, as far as it needs no properties of the caller's word."""
    record = world.purpose("record-1", guid="record-1")
    documents = [
        record,
        world.purpose("record-2", guid="record-2"),
        world.policy("reads", on=record, users=["alice", "bob"], actions=["read"]),
        world.policy("writes", on=record, users=["alice"], actions=["write"]),
    ]
    people = [world.person("alice"), world.person("bob"), world.person("pep", roles=["access-auditor"])]
    return serve(people, documents)


@pytest.mark.parametrize(
    ("subject", "action", "decision"),
    [("alice", "read", True), ("alice", "write", True), ("bob", "read", True), ("bob", "write", False)],
)
def test_the_decisions_of_certification(certified: Served, subject: str, action: str, decision: bool) -> None:
    body = {
        "subject": {"type": "user", "id": subject},
        "action": {"name": action},
        "resource": {"type": "purpose", "id": "record-1"},
    }
    answer = {"decision": decision}
    context = {"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"}
    for asked in (body, body | {"context": context}):
        assert certified.post("/access/v1/evaluation", asked, as_="pep").json() == answer
    assert certified.post("/access/v1/evaluations", body, as_="pep").json() == answer


def test_the_searches_of_certification(certified: Served) -> None:
    alice, record = {"type": "user", "id": "alice"}, {"type": "purpose", "id": "record-1"}
    read = {"name": "read"}
    bodies = {
        "subject": {"subject": {"type": "user"}, "action": read, "resource": record},
        "resource": {"subject": alice, "action": read, "resource": {"type": "purpose"}},
        "action": {"subject": alice, "resource": record},
    }
    found = {
        sought: certified.post(f"/access/v1/search/{sought}", body, as_="pep").json()
        for sought, body in bodies.items()
    }
    assert found == {
        "subject": {"results": [alice, {"type": "user", "id": "bob"}]},
        "resource": {"results": [record]},
        "action": {"results": [{"name": name} for name in ("read", "view", "write")]},
    }
