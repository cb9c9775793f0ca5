"""The truth table on the page that shows a person's access: it shows what the API answers."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from accessviz.views import person as person_views
from purposeapp.domain.model import Mode
from tests.conftest import Serve
from tests.scenarios import Scenario, load_scenarios


@pytest.mark.parametrize("scenario", load_scenarios(), ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(person_views, "time", SimpleNamespace(time=lambda: scenario.now))
    serve(scenario.people, scenario.documents)
    client = _auditor()
    for expectation in scenario.expectations:
        if expectation.groups is not None:
            continue  # the page shows people as they are
        context = client.get("/person/", {"username": expectation.asked, "show": "all"}).context
        for mode, expected in expectation.purposes.items():
            if len(expected) > len(context["purposes"]):
                continue  # more than a page
            seen = [row["purpose"].guid for row in context["purposes"] if getattr(row["sides"], mode)]
            assert scenario.purpose_keys(seen) == list(expected), mode
        for mode, total in expectation.totals.items():
            assert context["counts"][mode] == total
        for mode, expected in expectation.personas.items():
            had = [
                each.persona.guid for each, _ in context["personas"] if mode is Mode.LISTED or each.effective
            ]
            assert scenario.persona_keys(had) == list(expected), mode


def _auditor() -> Client:
    user = User.objects.create_user("the.auditor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_any_access"))
    client = Client()
    client.force_login(user)
    return client
