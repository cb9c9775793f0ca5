"""GET /api/meta/access/findings: each kind is found, and each proof, asked again, answers what it says."""

from collections.abc import Iterator
from typing import Any

import pytest

from purposeapp.domain.findings import FINDERS, FindingKind
from purposeapp.models import AccessAudit
from tests import world
from tests.conftest import Serve, Served

FINDINGS = "/api/meta/access/findings"

OPEN, SHUT, EMPTY, MIXED = (
    world.purpose("Open"),
    world.purpose("Shut", isAccessControlEnabled=False),
    world.purpose("Empty / ?"),
    world.purpose("Mixed"),
)
MANY = [world.purpose(f"Many {number:02}") for number in range(12)]
PEOPLE = [
    *(world.person(f"eng-{number:02}", "eng") for number in range(12)),
    world.person("greedy", "eng", "all"),
    world.person("dora", "eng", enabled=False),
    world.person("olga", roles=["access-auditor"]),
]
DOCUMENTS = [
    OPEN, SHUT, EMPTY, MIXED, *MANY,
    *(world.policy(f"many {each['name']}", on=each, users=["greedy"]) for each in MANY),
    world.policy("for all", on=OPEN, groups=["public"]),
    world.policy("some, too", on=OPEN, groups=["all"]),
    world.policy("waits", on=SHUT, groups=["eng"]),
    world.policy("off", on=SHUT, groups=["all"], isPolicyEnabled=False),
    world.policy("real", on=MIXED, groups=["eng"]),
    world.policy("same again", on=MIXED, groups=["eng"]),
    world.policy("refused", on=MIXED, groups=["all"], actions=["select"]),
    world.policy("refuses", on=MIXED, groups=["all"], actions=["select"], type="deny"),
    world.policy("exceptional", on=MIXED, groups=["eng"], type="allowExceptions"),
    world.policy("without actions", on=MIXED, groups=["eng"], actions=[]),
    world.policy("over", on=MIXED, users=["olga"], policyValiditySchedule=[world.schedule(end="2001/01/01 00:00:00")]),
    world.policy("misread", on=MIXED, users=["olga"], policyValiditySchedule=[world.schedule(start="soon")]),
    world.policy("never", on=MIXED, groups=["eng"], type="deny", actions=["entity-read"], policyPriority=1,
                 policyValiditySchedule=[world.schedule(start="soon", zone="Nowhere")]),
    world.policy("to whom", on=MIXED, users=["ghost"], groups=["gone"], roles=["lost"]),
    world.policy("some ghosts", on=MIXED, users=["ghost", "olga"], groups=["eng"]),
    world.policy("lonely", groups=["eng"]),
]  # fmt: skip


@pytest.fixture
def acme(serve: Serve) -> Served:
    return serve(PEOPLE, DOCUMENTS)


def findings(served: Served, query: str = "limit=500") -> list[dict[str, Any]]:
    answer = served.get(f"{FINDINGS}?{query}", as_="olga")
    assert answer.status_code == 200, answer.content
    return answer.json()["findings"]


def named(served: Served, kind: FindingKind) -> list[str]:
    found = findings(served, f"kind={kind}")
    assert {each["kind"] for each in found} <= {kind}
    return [each["entity"]["name"] for each in found]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (FindingKind.PUBLIC, ["Open"]),
        (FindingKind.OUTLIER, ["greedy"]),
        (FindingKind.UNREADABLE_SCHEDULE, ["misread", "never"]),
        (FindingKind.UNSEEN, ["Empty / ?"]),
        (FindingKind.DISABLED_PURPOSE, ["Shut"]),
        (FindingKind.SHADOWED, ["real", "refused", "same again"]),
        (FindingKind.DUPLICATE, ["same again"]),
        (FindingKind.DEAD, ["exceptional", "over", "without actions"]),
        (FindingKind.NOBODY, ["to whom"]),
        (FindingKind.UNKNOWN_NAMES, ["some ghosts", "to whom"]),
        (FindingKind.ORPHAN, ["lonely"]),
    ],
)
def test_every_kind_is_found(acme: Served, kind: FindingKind, names: list[str]) -> None:
    assert named(acme, kind) == names


def test_there_is_a_search_for_every_kind() -> None:
    assert set(FINDERS) == set(FindingKind)


def values(answer: Any, expect: dict[str, Any]) -> Iterator[Any]:
    for pointer in expect:
        value = answer
        for step in pointer.removeprefix("/").split("/"):
            value = value[int(step) if isinstance(value, list) else step]
        yield value


def test_every_proof_answers_what_it_says(acme: Served) -> None:
    found = findings(acme)
    assert {each["kind"] for each in found} == set(FindingKind)
    for finding in found:
        assert finding["proof"]
        for proof in finding["proof"]:
            request = proof["request"]
            asked = acme.post if request["method"] == "POST" else acme.get
            given = [request["body"]] if request["method"] == "POST" else []
            answer = asked(request["path"], *given, as_="olga")
            assert answer.status_code == 200, (finding, answer.content)
            assert list(values(answer.json(), proof["expect"])) == list(proof["expect"].values()), finding


def test_an_outlier_is_told_against_its_peers(acme: Served) -> None:
    (outlier,) = findings(acme, "kind=outlier")
    assert outlier["detail"] == {
        "purposes": 13, "group": "eng", "peers": 13, "median": 1, "spread": 1.0,
    }  # fmt: skip
    assert (outlier["severity"], outlier["entity"]["type"]) == ("medium", "user")


@pytest.mark.parametrize("size", [1, 3, 7])
def test_pages_are_the_whole_list_the_gravest_first(acme: Served, size: int) -> None:
    whole, shown, cursor = findings(acme), [], ""
    while True:
        body = acme.get(f"{FINDINGS}?limit={size}{cursor}", as_="olga").json()
        shown += body["findings"]
        assert body["total"] == len(whole) == sum(body["counts"].values())
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    assert shown == whole
    order = ["high", "medium", "low"]
    assert sorted(whole, key=lambda each: order.index(each["severity"])) == whole
    assert acme.get(f"{FINDINGS}?kind=public{cursor}", as_="olga").status_code == 400


def test_it_is_for_auditors_and_on_the_record(acme: Served) -> None:
    assert acme.get(FINDINGS, as_="greedy").status_code == 403
    assert acme.get(f"{FINDINGS}?kind=magic", as_="olga").status_code == 400
    findings(acme, "kind=public,orphan")
    (look,) = AccessAudit.objects.all()
    assert (look.action, look.detail) == ("findings", {"kinds": ["public", "orphan"]})
