"""Where a tenant's policies come from Elasticsearch: the admin says so, and writes nothing that would count for nobody."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings

from purposeapp.models import AuthPolicy, Persona, Purpose, State, Tenant
from purposeapp.wiring import forget_tenants
from tests.api.test_admin_policies import page, policy_form, purpose_form, staff
from tests.api.test_admin_preview import shown

pytestmark = pytest.mark.django_db

KINDS = pytest.mark.parametrize(
    ("kind", "model"), [("purpose", Purpose), ("persona", Persona), ("authpolicy", AuthPolicy)]
)
TOLD = "come from Elasticsearch and are changed there"


@pytest.fixture(autouse=True)
def elsewhere() -> Iterator[None]:
    """The default tenant's policies are in an index; nothing of these pages asks it."""
    with override_settings(ELASTICSEARCH_INDEX="atlas", ELASTICSEARCH_URL="http://127.0.0.1:9"):
        forget_tenants()
        yield
    forget_tenants()


@pytest.fixture
def operator() -> Client:
    return staff("Operator", "Auditor")


@KINDS
def test_an_empty_list_says_where_they_are_and_where_to_look(operator: Client, kind: str, model: Any) -> None:
    told = shown(operator.get(page(kind)))
    assert TOLD in told
    assert "<bdi>default</bdi>" in told
    assert 'href="/find/"' in told
    assert 'href="/overview/"' in told
    assert "Create a new item" not in told
    assert "No results found" not in told
    assert page(kind, "add") not in told


def test_who_may_look_at_nobody_is_sent_to_the_overview_only() -> None:
    told = shown(staff("Operator").get(page("purpose")))
    assert 'href="/find/"' not in told
    assert 'href="/overview/"' in told


@KINDS
def test_nothing_is_added_changed_or_deleted(operator: Client, kind: str, model: Any) -> None:
    row = model.objects.create(name="left behind")
    assert operator.get(page(kind, "add")).status_code == 403
    told = shown(operator.get(page(kind, "change", row.pk)))
    assert TOLD in told
    assert 'name="_save"' not in told
    assert operator.post(page(kind, "change", row.pk), {"name": "mine"}).status_code == 403
    assert operator.post(page(kind, "delete", row.pk), {"confirmed": "yes"}).status_code == 403
    for action in ("enable", "disable", "delete_selected"):
        operator.post(page(kind), {"action": action, "_selected_action": [row.pk], "confirmed": "yes"})
    before = (row.name, row.is_enabled, row.state)
    row.refresh_from_db()
    assert (row.name, row.is_enabled, row.state) == before


@pytest.fixture
def acme() -> Tenant:
    """A tenant whose policies are kept here."""
    return Tenant.objects.create(slug="acme", name="Acme", issuer="https://acme", audience="api")


def test_a_tenant_whose_policies_are_here_is_served_beside_it(operator: Client, acme: Tenant) -> None:
    form = shown(operator.get(page("purpose", "add")))
    assert '<option value="acme"' in form
    assert '<option value="default"' not in form
    refused = operator.post(page("authpolicy", "add"), policy_form(tenant="default"))
    assert "default is not one of the available choices" in shown(refused)
    assert operator.post(page("purpose", "add"), purpose_form(tenant="acme")).status_code == 302
    sales = Purpose.objects.get()
    assert TOLD not in shown(operator.get(page("purpose", "change", sales.pk)))
    assert TOLD in shown(operator.get(page("purpose")))


def test_of_a_mixed_selection_only_what_counts_is_written(operator: Client, acme: Tenant) -> None:
    own, other = (Purpose.objects.create(name=slug, tenant=slug) for slug in ("acme", "default"))
    sent = {"action": "delete_selected", "_selected_action": [own.pk, other.pk]}
    told = shown(operator.post(page("purpose"), sent))
    assert "Delete 1 purpose?" in told
    operator.post(page("purpose"), {**sent, "confirmed": "yes"})
    assert Purpose.objects.get(state=State.DELETED) == own
    response = operator.post(page("purpose"), {**sent, "_selected_action": [other.pk]}, follow=True)
    assert "Nothing of this selection can be changed here" in shown(response)


def test_where_all_is_here_nothing_is_said_of_elsewhere(operator: Client) -> None:
    with override_settings(ELASTICSEARCH_INDEX=""):
        forget_tenants()
        told = shown(operator.get(page("purpose")))
    assert TOLD not in told
    assert "No results found" in told
