"""Tenants, people, roles and the audit trail."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from purposeapp.domain.errors import Forbidden
from purposeapp.models import AccessAudit, GroupNesting, Role, Tenant, TenantUser
from purposeapp.models.tenant import tenant_choices

pytestmark = pytest.mark.django_db


def acme(**values: object) -> Tenant:
    given = {
        "slug": "acme",
        "name": "Acme",
        "issuer": "https://sso.example.com/realms/acme",
        "audience": "api",
    }
    return Tenant(**{**given, **values})


def test_a_tenant_that_can_work_is_accepted():
    tenant = acme(audience="api, console", issuer="http://keycloak:8080/realms/acme")
    tenant.full_clean()
    tenant.save()
    assert tenant.audiences == ("api", "console")
    assert tenant_choices() == [("default", "Default"), ("acme", "Acme")]
    assert str(tenant) == "Acme"


@pytest.mark.parametrize(
    ("values", "field", "part_of_message"),
    [
        ({"slug": "default"}, "slug", "the environment describes"),
        ({"issuer": "https://sso.example.com "}, "issuer", "Remove the spaces"),
        ({"issuer": "acme"}, "issuer", "begins with https://"),
        ({"issuer": "https://["}, "issuer", "begins with https://"),
        ({"issuer": "https://sso.example.com/realms/default"}, "issuer", "default tenant"),
        ({"audience": " , "}, "audience", "Name an audience"),
        ({"jwks_url": "ftp://x/keys"}, "jwks_url", "begins with https://"),
        ({"jwks_url": "https://x/keys", "local_issuer": True}, "jwks_url", "Leave it blank"),
        ({"elasticsearch_index": "atlas"}, "elasticsearch_index", "Set ELASTICSEARCH_URL"),
        ({"keycloak_realm": "acme"}, "keycloak_realm", "Set KEYCLOAK_DATABASE_URL"),
    ],
)
def test_a_tenant_that_cannot_work_is_refused_with_the_cure(settings, values, field, part_of_message):
    settings.ELASTICSEARCH_URL = settings.KEYCLOAK_DATABASE_URL = ""
    settings.OIDC_ISSUER = "https://sso.example.com/realms/default"
    with pytest.raises(ValidationError) as refusal:
        acme(**values).full_clean()
    assert list(refusal.value.message_dict) == [field]
    assert part_of_message in refusal.value.message_dict[field][0]


def test_an_index_and_a_realm_are_fine_where_there_are_servers(settings):
    settings.ELASTICSEARCH_URL, settings.KEYCLOAK_DATABASE_URL = "https://es", "postgresql://db"
    acme(elasticsearch_index="atlas", keycloak_realm="acme").full_clean()


def test_the_slug_stays_because_local_data_carries_it():
    tenant = acme()
    tenant.save()
    tenant.slug = "other"
    with pytest.raises(ValidationError, match="put back “acme”"):
        tenant.full_clean()


def test_two_tenants_cannot_share_an_issuer():
    acme().save()
    with pytest.raises(IntegrityError), transaction.atomic():
        acme(slug="other").save()


def test_usernames_are_kept_in_lower_case():
    assert User.objects.create_user("Ana.LOPEZ").username == "ana.lopez"
    assert User.objects.create(username="STRAẞE").username == "straße"


def test_a_group_cannot_be_inside_itself():
    eng, data, ml = (Group.objects.create(name=name) for name in ("eng", "data", "ml"))
    GroupNesting.objects.create(group=data, parent=eng)
    nesting = GroupNesting.objects.create(group=ml, parent=data)
    nesting.full_clean()
    assert str(nesting) == "ml in data"
    for parent in (eng, data, ml):
        with pytest.raises(ValidationError, match="inside itself"):
            GroupNesting(group=eng, parent=parent).full_clean()


def test_role_names_are_unique_in_a_tenant_and_case_matters():
    Role.objects.create(name="reader")
    Role.objects.create(name="Reader")
    Role.objects.create(name="reader", tenant="acme")
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.create(name="reader")


def test_a_user_belongs_to_one_tenant():
    ana = User.objects.create_user("ana")
    profile = TenantUser.objects.create(user=ana, tenant="acme")
    assert str(profile) == "ana of acme"
    with pytest.raises(IntegrityError), transaction.atomic():
        TenantUser.objects.create(user=ana, tenant="other")


def looked(**values: object) -> AccessAudit:
    given = {"actor_id": "1", "actor_username": "aud", "subject_username": "ana", "action": "explain"}
    return AccessAudit.objects.create(**{**given, **values})


def test_the_audit_trail_takes_entries():
    entry = looked()
    AccessAudit.objects.bulk_create([AccessAudit(actor_id="1", actor_username="aud", action="export")])
    assert AccessAudit.objects.count() == 2
    assert str(entry).endswith("aud explain ana")


def test_the_audit_trail_gives_up_nothing():
    entry = looked()
    entry.action = "nothing"
    forbidden = [
        entry.save,
        entry.delete,
        AccessAudit.objects.all().delete,
        lambda: AccessAudit.objects.update(action="nothing"),
        lambda: AccessAudit.objects.bulk_update([entry], ["action"]),
        lambda: AccessAudit.objects.bulk_create(
            [entry], update_conflicts=True, unique_fields=["id"], update_fields=["action"]
        ),
    ]
    for attempt in forbidden:
        with pytest.raises(Forbidden):
            attempt()
    with pytest.raises(IntegrityError), transaction.atomic():
        looked(pk=entry.pk, action="nothing")
    assert AccessAudit.objects.get().action == "explain"


def test_the_staff_groups_may_do_what_their_names_say():
    def granted(name: str) -> set[str]:
        return set(Permission.objects.filter(group__name=name).values_list("codename", flat=True))

    assert "view_any_access" in granted("Auditor")
    assert not {each for each in granted("Auditor") if each.startswith(("add_", "change_", "delete_"))}
    assert {"manage_policies", "add_authpolicy", "change_purpose", "delete_persona"} <= granted("Operator")
    assert "view_any_access" not in granted("Operator")
    assert granted("Admin") >= granted("Auditor") | granted("Operator") | {"change_user", "change_tenant"}
