"""The admin pages of purposes, personas and policies, as staff use them."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from purposeapp.models import AuthPolicy, Persona, PolicySubject, Purpose, State, Tenant
from purposeapp.wiring import forget_tenants

pytestmark = pytest.mark.django_db

WINDOW = {
    "policyValidityScheduleStartTime": "2026/01/01 00:00:00",
    "policyValidityScheduleEndTime": "",
    "policyValidityScheduleTimezone": "Europe/Berlin",
}


def staff(*groups: str, **fields: object) -> Client:
    user = User.objects.create_user("staff", is_staff=True, **fields)
    user.groups.add(*Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def operator() -> Client:
    return staff("Operator")


def page(kind: str, which: str = "changelist", *args: object) -> str:
    return reverse(f"admin:purposeapp_{kind}_{which}", args=args)


def policy_form(**values: object) -> dict[str, object]:
    return {
        "tenant": "default",
        "name": "read",
        "type": "allow",
        "priority": "0",
        "is_enabled": "on",
        "actions": ["entity-read"],
        "category": "purpose",
        "state": "ACTIVE",
        "attributes": "{}",
        **values,
    }


def purpose_form(*policies: dict[str, object], **values: object) -> dict[str, object]:
    form = {"tenant": "default", "name": "Sales", "is_enabled": "on", "state": "ACTIVE", "attributes": "{}"}
    form |= {"policies-TOTAL_FORMS": str(len(policies)), "policies-INITIAL_FORMS": "0", **values}
    for number, policy in enumerate(policies):
        form |= {f"policies-{number}-{name}": value for name, value in policy.items()}
    return form


def errors(response) -> str:
    assert response.status_code == 200, "the form was accepted"
    form = response.context["adminform"].form
    inlines = [
        each for formset in response.context["inline_admin_formsets"] for each in formset.formset.errors
    ]
    return f"{form.errors.as_text()} {inlines}"


def test_an_operator_adds_a_policy_with_names_written_in_any_way(operator):
    sales = Purpose.objects.create(name="Sales")
    sent = policy_form(
        purpose=sales.pk,
        users="ana, bo,ana",
        groups="eng\r\nteam, north\r\n",
        roles="",
        schedule="2026/01/01 00:00:00 |  | Europe/Berlin",
    )
    response = operator.post(page("authpolicy", "add"), sent)
    assert response.status_code == 302, errors(response)
    policy = AuthPolicy.objects.get()
    assert (policy.users, policy.groups, policy.roles) == (["ana", "bo"], ["eng", "team, north"], [])
    assert policy.schedule == [WINDOW]
    assert policy.created_by == policy.updated_by == "staff"
    assert policy.qualified_name.startswith(sales.qualified_name + "/")
    assert PolicySubject.objects.filter(policy=policy).count() == 4


def test_a_page_saved_untouched_changes_nothing(operator):
    policy = AuthPolicy.objects.create(
        name="read",
        actions=["entity-read", "foreign"],
        users=["a, b"],
        groups=["x", "y"],
        schedule=[WINDOW],
        category="bootstrap",
        type="odd",
    )
    form = operator.get(page("authpolicy", "change", policy.pk)).context["adminform"].form
    sent = {bound.name: bound.value() for bound in form}
    sent = {name: value for name, value in sent.items() if value is not None and value is not False}
    assert form["schedule"].value() == "2026/01/01 00:00:00 |  | Europe/Berlin"
    response = operator.post(
        page("authpolicy", "change", policy.pk), {**sent, "type": "allow", "attributes": "{}"}
    )
    assert response.status_code == 302, errors(response)
    saved = AuthPolicy.objects.get()
    for field in ("actions", "users", "groups", "schedule", "category", "name"):
        assert getattr(saved, field) == getattr(policy, field), field


@pytest.mark.parametrize(
    ("values", "part_of_message"),
    [
        ({"type": "permit"}, "permit is not one of the available choices"),
        ({"actions": ["fly"]}, "fly is not one of the available choices"),
        ({"actions": []}, "at least one action"),
        ({"users": "x" * 256}, "longer than the 255"),
        ({"schedule": "always"}, "is not from | to | time zone"),
        ({"schedule": "tomorrow | | "}, "yyyy/MM/dd"),
        ({"schedule": " | | Mars/Olympus"}, "time zone id"),
        ({"attributes": "[1]"}, "object of attribute names"),
        ({"name": ""}, "required"),
        ({"tenant": "nobody"}, "nobody is not one of the available choices"),
    ],
)
def test_a_mistake_in_a_policy_is_told_at_its_field(operator, values, part_of_message):
    response = operator.post(page("authpolicy", "add"), policy_form(**values))
    assert part_of_message in errors(response)
    assert not AuthPolicy.objects.exists()


def test_a_purpose_is_added_with_its_policies_in_one_go(operator):
    Tenant.objects.create(slug="acme", name="Acme", issuer="https://acme", audience="api")
    policy = {"name": "read", "type": "deny", "priority": "1", "actions": ["select"], "users": "ana"}
    sent = purpose_form(policy, tenant="acme", classifications="PII\nGDPR")
    response = operator.post(page("purpose", "add"), sent)
    assert response.status_code == 302, errors(response)
    sales, policy = Purpose.objects.get(), AuthPolicy.objects.get()
    assert (sales.tenant, sales.classifications, sales.created_by) == ("acme", ["PII", "GDPR"], "staff")
    assert (policy.purpose, policy.tenant, policy.users, policy.type) == (sales, "acme", ["ana"], "deny")
    assert policy.created_by == "staff"
    assert policy.qualified_name.startswith(sales.qualified_name + "/")


def test_a_mistake_in_an_inline_policy_stops_the_whole_page(operator):
    response = operator.post(
        page("purpose", "add"), purpose_form({"name": "read", "type": "allow", "priority": "0"})
    )
    assert "at least one action" in errors(response)
    assert not Purpose.objects.exists()


def test_a_purpose_is_changed_and_its_tenant_stays(operator):
    sales = Purpose.objects.create(name="Sales", create_time=1)
    response = operator.post(page("purpose", "change", sales.pk), purpose_form(name="Sales 2", tenant="acme"))
    assert response.status_code == 302, errors(response)
    sales.refresh_from_db()
    assert (sales.name, sales.tenant, sales.create_time, sales.updated_by) == (
        "Sales 2",
        "default",
        1,
        "staff",
    )


def test_deleting_marks_an_entity_and_keeps_it(operator):
    sales, hr = Purpose.objects.create(name="Sales"), Purpose.objects.create(name="HR")
    assert operator.post(page("purpose", "delete", sales.pk), {"post": "yes"}).status_code == 302
    chosen = {"action": "delete_selected", "_selected_action": [hr.pk], "confirmed": "yes"}
    assert operator.post(page("purpose"), chosen).status_code == 302
    assert set(Purpose.objects.values_list("state", "updated_by")) == {(State.DELETED, "staff")}


@pytest.mark.parametrize(("action", "before"), [("enable", False), ("disable", True)])
@pytest.mark.parametrize("model", [Purpose, Persona, AuthPolicy])
def test_many_are_switched_on_or_off_at_once(operator, model, action, before):
    chosen = [model.objects.create(name=name, is_enabled=before, update_time=1) for name in "ab"]
    other = model.objects.create(name="c", is_enabled=before)
    sent = {"action": action, "_selected_action": [each.pk for each in chosen]}
    assert "confirmed" in operator.post(page(model._meta.model_name), sent).content.decode()
    assert not model.objects.filter(is_enabled=not before).exists()
    response = operator.post(page(model._meta.model_name), {**sent, "confirmed": "yes"}, follow=True)
    assert "2 " in str(next(iter(response.context["messages"])))
    assert set(model.objects.exclude(pk=other.pk).values_list("is_enabled", "updated_by")) == {
        (not before, "staff")
    }
    assert model.objects.get(pk=other.pk).is_enabled is before


def test_personas_are_added_and_show_their_role(operator):
    sent = {"tenant": "default", "name": "Analyst", "users": "ana", "groups": "eng,ops", "is_enabled": "on"}
    response = operator.post(page("persona", "add"), {**sent, "state": "ACTIVE", "attributes": "{}"})
    assert response.status_code == 302, errors(response)
    persona = Persona.objects.get()
    assert (persona.users, persona.groups) == (["ana"], ["eng", "ops"])
    assert persona.role_name in operator.get(page("persona")).content.decode()


def found(client: Client, kind: str, **query: str) -> set[str]:
    response = client.get(page(kind), query)
    assert response.status_code == 200
    return {each.name for each in response.context["cl"].result_list}


def test_lists_are_searched_and_filtered(operator):
    sales = Purpose.objects.create(name="Sales", description="quarterly numbers")
    Purpose.objects.create(name="HR", is_enabled=False, tenant="acme")
    AuthPolicy.objects.create(name="read", purpose=sales, users=["ana"])
    AuthPolicy.objects.create(name="mask", type="dataMask", groups=["ana-team"], state=State.DELETED)
    assert found(operator, "purpose", q="quarterly") == {"Sales"}
    assert found(operator, "purpose", is_enabled__exact="0") == {"HR"}
    assert found(operator, "purpose", tenant="acme") == {"HR"}
    assert found(operator, "authpolicy", q="ana") == {"read"}
    assert found(operator, "authpolicy", q="Sales") == {"read"}
    assert found(operator, "authpolicy", type="dataMask") == {"mask"}
    assert found(operator, "authpolicy", state__exact="DELETED") == {"mask"}


@pytest.mark.parametrize("kind", ["purpose", "authpolicy", "persona"])
def test_a_long_list_costs_no_more_statements_than_a_short_one(operator, kind):
    def statements(size: int) -> int:
        for number in range(size):
            sales = Purpose.objects.create(name=f"P{number}")
            AuthPolicy.objects.create(name="read", purpose=sales)
            Persona.objects.create(name=f"Persona {number}")
        forget_tenants()  # whether the tenants are read anew is not left to the clock
        with CaptureQueriesContext(connection) as captured:
            assert operator.get(page(kind)).status_code == 200
        return len(captured)

    assert statements(1) == statements(30)


def test_live_policies_are_counted_in_the_list(operator):
    sales = Purpose.objects.create(name="Sales")
    for state in ("ACTIVE", "ACTIVE", "DELETED"):
        AuthPolicy.objects.create(name="read", purpose=sales, state=state)
    assert operator.get(page("purpose")).context["cl"].result_list[0].live_policies == 2


def test_a_purpose_with_many_policies_shows_them_by_the_page(operator):
    sales = Purpose.objects.create(name="Sales")
    AuthPolicy.objects.bulk_create(AuthPolicy(name=f"p{number}", purpose=sales) for number in range(25))
    response = operator.get(page("purpose", "change", sales.pk))
    assert len(response.context["inline_admin_formsets"][0].formset.forms) == 10


def test_an_auditor_reads_and_changes_nothing():
    auditor = staff("Auditor")
    sales = Purpose.objects.create(name="Sales")
    assert auditor.get(page("purpose")).status_code == 200
    assert auditor.get(page("purpose", "change", sales.pk)).status_code == 200
    assert auditor.post(page("purpose", "change", sales.pk), purpose_form(name="Mine")).status_code == 403
    assert auditor.post(page("purpose", "delete", sales.pk), {"post": "yes"}).status_code == 403
    assert auditor.get(page("authpolicy", "add")).status_code == 403
    auditor.post(page("purpose"), {"action": "disable", "_selected_action": [sales.pk], "confirmed": "yes"})
    sales.refresh_from_db()
    assert (sales.name, sales.is_enabled, sales.state) == ("Sales", True, State.ACTIVE)


@pytest.mark.parametrize("kind", ["purpose", "authpolicy", "persona", "role", "tenant", "accessaudit"])
def test_staff_without_permissions_and_users_who_are_no_staff_see_nothing(kind):
    assert staff().get(page(kind)).status_code == 403
    outsider = Client()
    assert outsider.get(page(kind)).status_code == 302
    outsider.force_login(User.objects.create_user("ana"))
    assert outsider.get(page(kind)).status_code == 302
