"""The truth table asked over HTTP, of every policy index: memory, both databases, real Elasticsearch."""

from types import SimpleNamespace
from urllib.parse import quote

import pytest

from purposeapp.api import views
from purposeapp.domain.model import Mode
from tests.conftest import Serve, Served
from tests.contract.policyindex_rows import MakeIndex
from tests.scenarios import Expectation, Scenario, load_scenarios


@pytest.mark.parametrize("scenario", load_scenarios(), ids=lambda scenario: scenario.name)
def test_scenario(
    scenario: Scenario,
    make_index: MakeIndex,
    serve_without_database: Serve,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views, "time", SimpleNamespace(time=lambda: scenario.now))
    served = serve_without_database(scenario.people, policies=make_index(scenario.documents))
    for expectation in scenario.expectations:
        _purposes(served, scenario, expectation)
        _personas(served, scenario, expectation)
        _frozen_contract(served, scenario, expectation)


def _purposes(served: Served, scenario: Scenario, expectation: Expectation) -> None:
    for mode, expected in expectation.purposes.items():
        body = _ask(served, "purposes", expectation, mode, "&include=reasons")
        assert scenario.purpose_keys([each["id"] for each in body["purposes"]]) == list(expected), mode
        assert body["total"] == len(expected)
        reasons = expectation.reasons.get(mode, {})
        for purpose in body["purposes"]:
            (key,) = scenario.purpose_keys([purpose["id"]])
            if key in reasons:
                found = [
                    (each["policy"]["name"], each["via"], each["name"], each["counts"])
                    for each in purpose["reasons"]
                ]
                assert found == [(each.policy, each.via, each.name, each.counts) for each in reasons[key]]
    for mode, total in expectation.totals.items():
        assert _ask(served, "purposes", expectation, mode)["total"] == total


def _personas(served: Served, scenario: Scenario, expectation: Expectation) -> None:
    for mode, expected in expectation.personas.items():
        body = _ask(served, "personas", expectation, mode)
        assert scenario.persona_keys([each["id"] for each in body["personas"]]) == list(expected), mode


def _frozen_contract(served: Served, scenario: Scenario, expectation: Expectation) -> None:
    groups = expectation.groups
    if groups is None:
        groups = tuple(group.name for group in _caller(served, expectation).groups)
    question = {"username": expectation.asked, "groups": groups}
    if (listed := expectation.purposes.get(Mode.LISTED)) is not None:
        body = _post(served, expectation, question)
        assert scenario.purpose_keys([each["guid"] for each in body["purposes"]]) == list(listed)
        assert (body["totalCount"], body["hasMore"]) == (len(listed), False)
    for page in expectation.pages:
        body = _post(served, expectation, {**question, "offset": page.offset, "limit": page.limit})
        assert scenario.purpose_keys([each["guid"] for each in body["purposes"]]) == list(page.purposes)
        assert body["hasMore"] is page.has_more


def _ask(served: Served, what: str, expectation: Expectation, mode: Mode, more: str = "") -> dict:
    path = f"/api/meta/{what}/accessible?mode={mode}&limit=500&username={quote(expectation.asked)}{more}"
    if expectation.groups is not None:
        path += "&groups=" + quote(",".join(expectation.groups), safe=",")
    response = served.get(path, as_=_caller(served, expectation).username)
    assert response.status_code == 200, response.content
    return response.json()


def _post(served: Served, expectation: Expectation, question: dict) -> dict:
    response = served.post("/api/meta/purposes/user", question, as_=_caller(served, expectation).username)
    assert response.status_code == 200, response.content
    return response.json()


def _caller(served: Served, expectation: Expectation):
    return served.people[expectation.asked.lower()]
