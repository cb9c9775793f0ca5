"""Local purposes, personas and policies: what saving fills in, refuses and derives."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from purposeapp.models import AuthPolicy, Persona, PersonaSubject, PolicySubject, Purpose, State
from purposeapp.models.identifiers import new_qualified_name

pytestmark = pytest.mark.django_db


def names_of(policy: AuthPolicy) -> set[tuple[str, str]]:
    return set(PolicySubject.objects.filter(policy=policy).values_list("kind", "name"))


def make_policy(**values: object) -> AuthPolicy:
    return AuthPolicy.objects.create(**{"name": "read", "actions": ["entity-read"], **values})


def test_a_new_purpose_gets_the_names_atlas_would_give_it():
    sales = Purpose.objects.create(name="Sales")
    prefix, segment = sales.qualified_name.split("/")
    assert prefix == "default"
    assert len(segment) == 22
    assert segment.isalnum()
    assert len(sales.guid) == 36
    assert sales.create_time > 1_700_000_000_000
    assert str(sales) == "Sales"


def test_a_policy_is_named_below_its_purpose():
    sales = Purpose.objects.create(name="Sales")
    policy = make_policy(purpose=sales)
    assert policy.qualified_name.rpartition("/")[0] == sales.qualified_name
    assert make_policy().qualified_name.startswith("default/")


def test_qualified_names_are_random():
    assert new_qualified_name("default") != new_qualified_name("default")


def test_a_guid_is_unique_within_its_tenant_only():
    Purpose.objects.create(name="One", guid="g")
    Purpose.objects.create(name="Other tenant's", guid="g", tenant="acme")
    with pytest.raises(IntegrityError), transaction.atomic():
        Purpose.objects.create(name="Two", guid="g")


def test_a_state_that_is_none_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        Purpose.objects.create(name="One", state="GONE")


def test_saving_moves_the_update_time_and_nothing_moves_the_create_time():
    sales = Purpose.objects.create(name="Sales", create_time=1, update_time=1)
    sales.save(update_fields=["name"])
    sales.refresh_from_db()
    assert sales.create_time == 1
    assert sales.update_time > 1


def test_the_names_of_a_policy_are_kept_as_rows_and_follow_it():
    policy = make_policy(users=["ana", "ana", "Ana"], groups=["eng"], roles=["reader"])
    assert names_of(policy) == {("user", "ana"), ("user", "Ana"), ("group", "eng"), ("role", "reader")}
    policy.users = ["bo"]
    policy.groups = []
    policy.save()
    assert names_of(policy) == {("user", "bo"), ("role", "reader")}


def test_bulk_writes_and_updates_keep_the_rows_in_step_too():
    one, two = AuthPolicy.objects.bulk_create(
        [AuthPolicy(name="1", users=["ana"]), AuthPolicy(name="2", groups=["eng"])]
    )
    assert names_of(one) == {("user", "ana")}
    AuthPolicy.objects.filter(users=["ana"]).update(users=["bo"])
    assert names_of(one) == {("user", "bo")}
    one.users, two.roles = [], ["reader"]
    AuthPolicy.objects.bulk_update([one, two], ["users", "roles"])
    assert names_of(one) == set()
    assert names_of(two) == {("group", "eng"), ("role", "reader")}
    AuthPolicy.objects.filter(pk=two.pk).update(tenant="acme")
    assert set(PolicySubject.objects.values_list("tenant", flat=True)) == {"acme"}


def test_the_rows_go_with_their_policy():
    policy = make_policy(users=["ana"])
    policy.delete()
    assert not PolicySubject.objects.exists()


def test_a_persona_is_also_named_by_its_role():
    persona = Persona.objects.create(name="Analyst", users=["ana"], groups=["eng"])
    role = "persona_" + persona.qualified_name.rpartition("/")[2]
    found = PersonaSubject.objects.filter(persona=persona).values_list("kind", "name")
    assert set(found) == {("user", "ana"), ("group", "eng"), ("role", role)}


@pytest.mark.parametrize(
    ("field", "value", "part_of_message"),
    [
        ("type", "permit", "Unknown type “permit”"),
        ("actions", ["entity-read", "fly"], "Unknown action fly"),
        ("actions", [], "at least one action"),
        ("users", "ana", "list of texts"),
        ("users", ["ana\0"], "cannot be stored"),
        ("groups", ["x" * 256], "longer than the 255"),
        ("schedule", [{"policyValidityScheduleStartTime": "tomorrow"}], "yyyy/MM/dd"),
        ("schedule", [{"policyValidityScheduleTimezone": "Mars/Olympus"}], "time zone"),
        ("schedule", ["always"], "must be an object"),
        ("attributes", ["x"], "object of attribute names"),
        ("attributes", {"score": float("nan")}, "cannot be stored"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_with_the_cure(field, value, part_of_message):
    policy = AuthPolicy(**{"name": "read", "actions": ["entity-read"], field: value})
    with pytest.raises(ValidationError) as refusal:
        policy.full_clean()
    assert part_of_message in " ".join(refusal.value.message_dict[field])


def test_a_policy_cannot_be_on_another_tenants_purpose():
    theirs = Purpose.objects.create(name="Theirs", tenant="acme")
    with pytest.raises(ValidationError, match="another tenant"):
        AuthPolicy(name="read", actions=["entity-read"], purpose=theirs).full_clean()


def test_policies_of_other_categories_may_do_what_they_like():
    AuthPolicy(name="boot", category="bootstrap", actions=["admin-purge"]).full_clean()


def test_only_live_policies_of_category_purpose_are_looked_at():
    make_policy(state=State.DELETED)
    make_policy(category="bootstrap")
    make_policy(tenant="acme")
    live = make_policy()
    assert list(AuthPolicy.objects.of_purposes("default")) == [live]
