"""Before an operator saves: who would gain, who would lose, and that nothing is written and every look is."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from purposeapp.directory.memory import MemoryDirectory
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.models import AccessAudit, AuthPolicy, Purpose, State, TenantUser
from purposeapp.policyindex.database import DatabasePolicyIndex
from tests import world
from tests.api.test_admin_policies import page, policy_form, purpose_form, staff
from tests.conftest import Served

HOSTILE = "<script>alert(1)</script>"
PEOPLE = [
    world.person("ana", "eng"),
    world.person("bo", "ops"),
    world.person(HOSTILE, "ops"),
    *(world.person(f"crowd-{number:02}", "crowd") for number in range(15)),
]


class SilentDirectory(MemoryDirectory):
    def realm(self) -> Any:
        raise DirectoryUnavailable


@pytest.fixture
def company(serve: Callable[..., Served]) -> Served:
    return serve(PEOPLE, policies=DatabasePolicyIndex("default"))


@pytest.fixture
def sales(company: Served) -> Purpose:
    return Purpose.objects.create(name="Sales")


@pytest.fixture
def reading(sales: Purpose) -> AuthPolicy:
    return AuthPolicy.objects.create(name="read", purpose=sales, groups=["eng"], actions=["entity-read"])


@pytest.fixture
def operator(company: Served) -> Client:
    """May change policies, try out changes, and look at anybody."""
    return staff("Operator", "Auditor")


def shown(response: Any) -> str:
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def preview(client: Client, address: str, form: dict[str, object]) -> str:
    return shown(client.post(address, {**form, "_preview": "1"}))


def test_a_new_policy_shows_who_gains_and_saves_nothing(operator: Client, sales: Purpose) -> None:
    told = preview(operator, page("authpolicy", "add"), policy_form(purpose=sales.pk, groups="ops"))
    assert "2 users gain something" in told
    assert "<bdi>bo</bdi>" in told
    assert "<bdi>Sales</bdi>: +2 −0" in told
    assert not AuthPolicy.objects.exists()


def test_an_edited_policy_shows_who_loses_and_the_form_keeps_what_was_typed(
    operator: Client, reading: AuthPolicy
) -> None:
    form = policy_form(name="renamed", purpose=reading.purpose.pk, groups="ops")
    told = preview(operator, page("authpolicy", "change", reading.pk), form)
    assert "1 user loses something" in told
    assert "<bdi>ana</bdi>" in told
    assert 'value="renamed"' in told
    reading.refresh_from_db()
    assert (reading.name, reading.groups) == ("read", ["eng"])


def test_what_is_saved_after_the_preview_is_what_was_previewed(operator: Client, reading: AuthPolicy) -> None:
    form = policy_form(purpose=reading.purpose.pk, groups="crowd")
    address = page("authpolicy", "change", reading.pk)
    assert "15 users gain something" in preview(operator, address, form)
    assert operator.post(address, form).status_code == 302
    assert "Nobody gains or loses anything" in preview(operator, address, form)


def test_many_are_counted_and_the_first_are_named(operator: Client, reading: AuthPolicy) -> None:
    form = policy_form(purpose=reading.purpose.pk, groups="eng, crowd")
    told = preview(operator, page("authpolicy", "change", reading.pk), form)
    assert "<bdi>crowd-09</bdi>" in told
    assert "crowd-10" not in told
    assert "and 5 more" in told


@pytest.mark.parametrize("change", [{"state": State.DELETED}, {"category": "persona"}, {"type": "deny"}])
def test_whatever_ends_a_grant_is_a_loss(
    operator: Client, reading: AuthPolicy, change: dict[str, object]
) -> None:
    form = policy_form(purpose=reading.purpose.pk, groups="eng", **change)
    assert "1 user loses something" in preview(operator, page("authpolicy", "change", reading.pk), form)


def test_disabling_a_purpose_and_its_new_policies_are_previewed_together(
    operator: Client, reading: AuthPolicy
) -> None:
    sales = reading.purpose
    off = {name: value for name, value in purpose_form().items() if name != "is_enabled"}
    told = preview(operator, page("purpose", "change", sales.pk), off | {"policies-INITIAL_FORMS": "0"})
    assert "1 user loses something" in told
    new = purpose_form({"name": "more", "type": "allow", "priority": "0", "is_enabled": "on",
                        "actions": ["entity-read"], "groups": "ops"})  # fmt: skip
    told = preview(operator, page("purpose", "change", sales.pk), new)
    assert "2 users gain something" in told
    assert AuthPolicy.objects.count() == 1


def test_a_form_with_a_mistake_shows_the_mistake_only(operator: Client, reading: AuthPolicy) -> None:
    form = policy_form(purpose=reading.purpose.pk, actions=[])
    told = preview(operator, page("authpolicy", "change", reading.pk), form)
    assert "Name at least one action" in told
    assert "If you save this" not in told


def test_each_preview_is_on_the_record(operator: Client, reading: AuthPolicy) -> None:
    address = page("authpolicy", "change", reading.pk)
    preview(operator, address, policy_form(purpose=reading.purpose.pk, groups="ops"))
    entry = AccessAudit.objects.get()
    assert (entry.tenant, entry.actor_username, entry.action) == ("default", "staff", "admin:preview")
    assert entry.detail["path"] == address


def test_without_the_right_to_try_out_there_is_no_button_no_effect_and_nothing_saved(
    company: Served, reading: AuthPolicy
) -> None:
    client = staff("Operator")
    Group.objects.get(name="Operator").permissions.filter(codename="simulate").delete()
    address = page("authpolicy", "change", reading.pk)
    assert "Preview who gains" not in shown(client.get(address))
    told = preview(client, address, policy_form(purpose=reading.purpose.pk, groups="ops"))
    assert "If you save this" not in told
    reading.refresh_from_db()
    assert reading.groups == ["eng"]
    assert not AccessAudit.objects.exists()


def test_who_is_affected_is_told_in_ones_own_tenant_only(operator: Client, reading: AuthPolicy) -> None:
    TenantUser.objects.create(user=User.objects.get(username="staff"), tenant="acme")
    told = preview(
        operator,
        page("authpolicy", "change", reading.pk),
        policy_form(purpose=reading.purpose.pk, groups="ops"),
    )
    assert "in your own tenant only" in told
    assert "<bdi>ana</bdi>" not in told


def test_without_the_right_to_look_at_anybody_there_are_numbers_and_no_names(
    company: Served, reading: AuthPolicy
) -> None:
    client = staff("Operator")
    address = page("authpolicy", "change", reading.pk)
    told = preview(client, address, policy_form(purpose=reading.purpose.pk, groups="ops"))
    assert "1 user loses something" in told
    assert "2 users gain something" in told
    assert "<bdi>Sales</bdi>: +2 −1" in told
    assert "<bdi>ana</bdi>" not in told
    assert "<bdi>bo</bdi>" not in told
    assert "shown to staff only who may look at anybody" in told
    assert AccessAudit.objects.get().detail["named"] is False
    told = shown(client.post(page("authpolicy"), {"action": "disable", "_selected_action": [reading.pk]}))
    assert "1 user loses something" in told
    assert "<bdi>ana</bdi>" not in told
    assert AccessAudit.objects.count() == 2


def test_who_may_not_save_has_nothing_to_preview(company: Served, reading: AuthPolicy) -> None:
    auditor = staff("Auditor")
    assert 'name="_preview"' not in shown(auditor.get(page("authpolicy", "change", reading.pk)))


def test_the_preview_s_button_stands_beside_those_that_save(operator: Client, reading: AuthPolicy) -> None:
    for address in (page("authpolicy", "add"), page("authpolicy", "change", reading.pk)):
        foot = shown(operator.get(address)).split('id="submit-row"')[1]
        assert foot.index('name="_save"') < foot.index('name="_preview"') < foot.index('name="_continue"')


def test_a_directory_that_is_silent_is_no_nobody_and_saving_still_works(serve: Callable[..., Served]) -> None:
    serve(PEOPLE, policies=DatabasePolicyIndex("default"), directory=SilentDirectory(PEOPLE))
    client = staff("Operator")
    told = preview(client, page("authpolicy", "add"), policy_form(groups="ops"))
    assert "It cannot be told who is affected" in told
    assert client.post(page("authpolicy", "add"), policy_form(groups="ops")).status_code == 302


def test_hostile_names_are_only_text(operator: Client, reading: AuthPolicy) -> None:
    response = operator.post(
        page("authpolicy", "change", reading.pk),
        {**policy_form(purpose=reading.purpose.pk, groups="ops"), "_preview": "1"},
    )
    assert HOSTILE not in response.content.decode()
    assert html.escape(HOSTILE) in response.content.decode()
