"""The admin pages of tenants, users, groups, roles and the audit trail."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from purposeapp.models import AccessAudit, GroupNesting, Role, Tenant
from purposeapp.wiring import forget_tenants

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture
def admin() -> Client:
    """Staff of the group Admin, who are not superusers."""
    user = User.objects.create_user("boss", is_staff=True)
    user.groups.add(Group.objects.get(name="Admin"))
    client = Client()
    client.force_login(user)
    return client


def page(model: str, which: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model}_{which}", args=args)


def problems(response) -> str:
    assert response.status_code == 200, "the form was accepted"
    inlines = [each.formset.errors for each in response.context["inline_admin_formsets"]]
    return f"{response.context['adminform'].form.errors.as_text()} {inlines}"


def tenant_form(**values: str) -> dict[str, str]:
    given = {"name": "Acme", "slug": "acme", "issuer": "https://sso/realms/acme", "audience": "api"}
    return {**given, "auditor_role": "access-auditor", "is_active": "on", **values}


def test_a_tenant_is_added_and_its_slug_then_stays(admin):
    response = admin.post(page("purposeapp_tenant", "add"), tenant_form())
    assert response.status_code == 302, problems(response)
    acme = Tenant.objects.get()
    response = admin.post(
        page("purposeapp_tenant", "change", acme.pk), tenant_form(slug="other", name="Acme 2")
    )
    assert response.status_code == 302, problems(response)
    acme.refresh_from_db()
    assert (acme.slug, acme.name) == ("acme", "Acme 2")
    assert "kept here" in admin.get(page("purposeapp_tenant"), {"q": "acme"}).content.decode()


def test_a_tenant_that_cannot_work_is_refused_with_the_cure(admin, settings):
    settings.ELASTICSEARCH_URL = ""
    sent = tenant_form(slug="default", elasticsearch_index="atlas", local_issuer="on", jwks_url="https://x/k")
    told = problems(admin.post(page("purposeapp_tenant", "add"), sent))
    for cure in ("choose another slug", "Set ELASTICSEARCH_URL", "Leave it blank"):
        assert cure in told
    assert not Tenant.objects.exists()


def user_form(**values: str) -> dict[str, str]:
    inline = {"tenant_user-TOTAL_FORMS": "1", "tenant_user-INITIAL_FORMS": "0"}
    profile = {
        "tenant_user-0-tenant": "acme",
        "tenant_user-0-designation": "Analyst",
        "tenant_user-0-attributes": "{}",
    }
    return {**inline, **profile, **values}


@pytest.fixture
def acme() -> Tenant:
    return Tenant.objects.create(slug="acme", name="Acme", issuer="https://acme", audience="api")


def test_a_user_is_added_in_lower_case_of_a_tenant_and_changed(admin, acme):
    new = {"username": "Ana", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    response = admin.post(page("auth_user", "add"), user_form(**new))
    assert response.status_code == 302, problems(response)
    ana = User.objects.get(username="ana")
    assert ana.tenant_user.tenant == "acme"
    profile = {"tenant_user-INITIAL_FORMS": "1", "tenant_user-0-id": str(ana.tenant_user.pk)}
    sent = user_form(username="ANA", date_joined_0="2026-01-01", date_joined_1="00:00:00", is_active="on")
    sent |= {**profile, "tenant_user-0-designation": "Lead"}
    response = admin.post(page("auth_user", "change", ana.pk), sent)
    assert response.status_code == 302, problems(response)
    ana.refresh_from_db()
    assert (ana.username, ana.tenant_user.tenant, ana.tenant_user.designation) == ("ana", "acme", "Lead")
    listed = admin.get(page("auth_user"), {"tenant_user__tenant": "acme"}).context["cl"].result_list
    assert [user.username for user in listed] == ["ana"]


def test_a_name_that_is_taken_in_another_case_is_refused(admin):
    User.objects.create_user("ana")
    new = {"username": "ANA", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    assert "already exists" in problems(admin.post(page("auth_user", "add"), user_form(**new)))


def test_only_superusers_make_or_touch_superusers(admin):
    root = User.objects.create_superuser("root")
    ana = User.objects.create_user("ana")
    assert admin.post(page("auth_user", "change", root.pk), user_form(username="mine")).status_code == 403
    assert admin.post(page("auth_user", "delete", root.pk), {"post": "yes"}).status_code == 403
    assert admin.post(reverse("admin:auth_user_password_change", args=[root.pk]), {}).status_code == 403
    sent = user_form(username="ana", date_joined_0="2026-01-01", date_joined_1="00:00:00", is_superuser="on")
    admin.post(page("auth_user", "change", ana.pk), {**sent, "tenant_user-0-tenant": "default"})
    ana.refresh_from_db()
    assert ana.tenant_user.tenant == "default", "the rest of the form was not saved"
    assert not ana.is_superuser
    admin.force_login(root)
    admin.post(page("auth_user", "change", ana.pk), {**sent, "tenant_user-TOTAL_FORMS": "0"})
    ana.refresh_from_db()
    assert ana.is_superuser


def test_groups_are_nested_and_loops_refused(admin):
    eng, data = Group.objects.create(name="eng"), Group.objects.create(name="data")
    formset = {"nesting-TOTAL_FORMS": "1", "nesting-INITIAL_FORMS": "0"}
    response = admin.post(
        page("auth_group", "change", data.pk), {"name": "data", **formset, "nesting-0-parent": eng.pk}
    )
    assert response.status_code == 302, problems(response)
    assert GroupNesting.objects.get().parent == eng
    for parent in (eng, data):
        sent = {"name": "eng", **formset, "nesting-0-parent": parent.pk}
        assert "inside itself" in problems(admin.post(page("auth_group", "change", eng.pk), sent))


def test_a_role_is_added_and_counted_without_multiplying(admin):
    users = [User.objects.create_user(name) for name in ("ana", "bo", "cy")]
    groups = [Group.objects.create(name=name) for name in ("eng", "ops")]
    reader = Role.objects.create(name="reader")
    sent = {
        "tenant": "default",
        "name": "Engineer",
        "users": [user.pk for user in users],
        "groups": [group.pk for group in groups],
        "composites": [reader.pk],
        "attributes": "{}",
    }
    response = admin.post(page("purposeapp_role", "add"), sent)
    assert response.status_code == 302, problems(response)
    listed = admin.get(page("purposeapp_role"), {"q": "engin"}).context["cl"].result_list
    assert [(each.name, each.users_held, each.groups_held, each.parts) for each in listed] == [
        ("Engineer", 3, 2, 1)
    ]


@pytest.mark.parametrize("model", ["auth_user", "auth_group", "purposeapp_role"])
def test_a_long_list_costs_no_more_statements_than_a_short_one(admin, model):
    def statements(start: int, size: int) -> int:
        for number in range(start, start + size):
            group = Group.objects.create(name=f"g{number}")
            GroupNesting.objects.create(group=group, parent=Group.objects.get(name="Admin"))
            Role.objects.create(name=f"r{number}").users.add(User.objects.create_user(f"u{number}"))
        forget_tenants()  # whether the tenants are read anew is not left to the clock
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(page(model)).status_code == 200
        return len(captured)

    assert statements(0, 1) == statements(1, 30)


def test_the_audit_trail_is_read_and_searched_and_never_written(admin):
    entry = AccessAudit.objects.create(
        actor_id="1", actor_username="aud", subject_username="ana", action="explain", detail={"purpose": "g"}
    )
    AccessAudit.objects.create(actor_id="1", actor_username="aud", subject_username="bo", action="compare")
    listed = admin.get(page("purposeapp_accessaudit"), {"q": "ana"}).context["cl"].result_list
    assert [each.action for each in listed] == ["explain"]
    listed = admin.get(page("purposeapp_accessaudit"), {"action": "compare"}).context["cl"].result_list
    assert [each.subject_username for each in listed] == ["bo"]
    shown = admin.get(page("purposeapp_accessaudit", "change", entry.pk))
    assert "explain" in shown.content.decode()
    admin.force_login(User.objects.create_superuser("root"))
    assert admin.get(page("purposeapp_accessaudit", "add")).status_code == 403
    assert admin.post(page("purposeapp_accessaudit", "change", entry.pk), {"action": "x"}).status_code == 403
    assert admin.post(page("purposeapp_accessaudit", "delete", entry.pk), {"post": "yes"}).status_code == 403
    admin.post(
        page("purposeapp_accessaudit"),
        {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"},
    )
    assert AccessAudit.objects.count() == 2
