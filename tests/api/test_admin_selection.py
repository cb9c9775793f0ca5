"""Before something is done to a selection: what, to which rows, who loses by it, and nothing until it is confirmed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client

from purposeapp.models import AuthPolicy, Persona, Purpose, State
from purposeapp.policyindex.database import DatabasePolicyIndex
from tests import world
from tests.api.test_admin_policies import page, staff
from tests.api.test_admin_preview import shown
from tests.conftest import Served

PEOPLE = [world.person("ana", "eng"), world.person("bo", "ops")]
TOLD = {
    "enable": "They count again",
    "disable": "count for nobody until they are enabled again",
    "delete_selected": "They are marked as deleted",
}


@pytest.fixture
def operator(serve: Callable[..., Served]) -> Client:
    """May change policies, try out changes, and look at anybody."""
    serve(PEOPLE, policies=DatabasePolicyIndex("default"))
    return staff("Operator", "Auditor")


@pytest.fixture
def reading(operator: Client) -> AuthPolicy:
    sales = Purpose.objects.create(name="Sales")
    return AuthPolicy.objects.create(name="read", purpose=sales, groups=["eng"], actions=["entity-read"])


def chosen(client: Client, kind: str, action: str, *rows: Any, **more: str) -> Any:
    return client.post(page(kind), {"action": action, "_selected_action": [row.pk for row in rows], **more})


@pytest.mark.parametrize("action", ["disable", "delete_selected"])
@pytest.mark.parametrize("kind", ["authpolicy", "purpose"])
def test_who_loses_by_it_is_shown_and_it_asks(
    operator: Client, reading: AuthPolicy, kind: str, action: str
) -> None:
    row = reading if kind == "authpolicy" else reading.purpose
    told = shown(chosen(operator, kind, action, row))
    assert "In tenant default" in told
    assert "1 user loses something: <bdi>ana</bdi>" in told
    assert f'name="_selected_action" value="{row.pk}"' in told
    assert f'href="{page(kind)}"' in told.split("confirmed")[1]
    row.refresh_from_db()
    assert (row.is_enabled, row.state) == (True, State.ACTIVE)


@pytest.mark.parametrize("action", TOLD)
@pytest.mark.parametrize("model", [Purpose, Persona, AuthPolicy])
def test_what_will_be_done_and_to_which_rows_is_told_in_any_case(
    operator: Client, model: Any, action: str
) -> None:
    rows = [model.objects.create(name=f"row {number:02}") for number in range(22)]
    told = shown(chosen(operator, model._meta.model_name, action, *rows))
    heading = told.split("<h2")[1:]
    assert any(f" 22 {model._meta.verbose_name_plural}?" in each for each in heading)
    assert told.count("<bdi>row ") == 20
    assert "and 2 more" in told
    assert TOLD[action] in told
    assert "will be deleted" not in told


def test_one_is_called_one(operator: Client, reading: AuthPolicy) -> None:
    assert "Delete 1 policy?" in shown(chosen(operator, "authpolicy", "delete_selected", reading))


def test_what_grants_nothing_is_switched_without_a_word_about_anybody(
    operator: Client, reading: AuthPolicy
) -> None:
    AuthPolicy.objects.update(state=State.DELETED)
    assert "Nobody gains or loses anything" in shown(chosen(operator, "authpolicy", "disable", reading))
    analyst = Persona.objects.create(name="Analyst")
    assert "In tenant" not in shown(chosen(operator, "persona", "disable", analyst))


def test_a_confirmed_deletion_marks_is_logged_and_leaves_what_belongs_to_it(
    operator: Client, reading: AuthPolicy
) -> None:
    response = chosen(operator, "purpose", "delete_selected", reading.purpose, confirmed="yes")
    assert response.status_code == 302
    assert Purpose.objects.get().state == State.DELETED
    assert AuthPolicy.objects.get().state == State.ACTIVE
    assert LogEntry.objects.filter(action_flag=3).count() == 1


def test_deleting_one_on_its_own_page_tells_the_same(operator: Client, reading: AuthPolicy) -> None:
    address = page("purpose", "delete", reading.purpose.pk)
    told = shown(operator.get(address))
    assert "Delete 1 purpose?" in told
    assert TOLD["delete_selected"] in told
    assert "1 user loses something: <bdi>ana</bdi>" in told
    assert operator.post(address, {"confirmed": "yes"}).status_code == 302
    assert Purpose.objects.get().state == State.DELETED


def test_who_may_not_delete_is_not_offered_to(operator: Client, reading: AuthPolicy) -> None:
    Group.objects.get(name="Operator").permissions.filter(codename="delete_authpolicy").delete()
    assert "delete_selected" not in shown(operator.get(page("authpolicy")))
    chosen(operator, "authpolicy", "delete_selected", reading, confirmed="yes")
    reading.refresh_from_db()
    assert reading.state == State.ACTIVE
