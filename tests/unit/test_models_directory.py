"""The Django directory beyond the contract of every directory: statements, tenants, staff, loops."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection

from purposeapp.directory.djangoauth import DjangoDirectory
from purposeapp.domain.errors import DirectoryUnavailable
from purposeapp.models import GroupNesting, Role, TenantUser

pytestmark = pytest.mark.django_db


def group(name: str, parent: Group | None = None) -> Group:
    made = Group.objects.create(name=name)
    if parent:
        GroupNesting.objects.create(group=made, parent=parent)
    return made


def role(name: str, *, users=(), groups=(), part_of=(), **fields) -> Role:
    made = Role.objects.create(name=name, **fields)
    made.users.add(*users)
    made.groups.add(*groups)
    made.part_of.add(*part_of)
    return made


def role_names(person) -> set[str]:
    return {each.name for each in person.roles}


def test_roles_come_from_the_user_groups_ancestors_composites_and_the_defaults():
    ana = User.objects.create_user("ana")
    eng = group("eng")
    data = group("eng/data", eng)
    group("eng/data/ml", data).user_set.add(ana)
    group("sales").user_set.add(ana)
    engineer = role("engineer", groups=[eng])
    reader = role("reader", part_of=[engineer], attributes={"permissions": ["look", "list"]})
    engineer.part_of.add(reader)  # a loop
    role("analyst", groups=[data], level="3", summary="Looks at data")
    role("auditor", users=[ana])
    role("welcome", is_default=True)
    role("stranger", users=[User.objects.create_user("bo")])
    person = DjangoDirectory("default").by_username("ANA")
    assert [(each.name, each.path) for each in person.groups] == [("ml", "/eng/data/ml"), ("sales", "/sales")]
    assert role_names(person) == {"engineer", "reader", "analyst", "auditor", "welcome"}
    assert person.role_graph.effective_role_ids() == {each.id for each in person.roles}
    assert person.default_roles == ("welcome",)
    by_name = {each.name: each for each in person.roles}
    assert by_name["reader"].attributes == {"permissions": ("look", "list")}
    assert by_name["analyst"].attributes == {"level": ("3",), "summary": ("Looks at data",)}
    assert person.chains_to("reader") == (("/eng/data/ml", "/eng/data", "/eng", "engineer", "reader"),)


def test_a_loop_of_groups_ends():
    ana = User.objects.create_user("ana")
    eng = group("eng")
    data = group("data", eng)
    GroupNesting.objects.create(group=eng, parent=data)
    data.user_set.add(ana)
    role("engineer", groups=[eng])
    person = DjangoDirectory("default").by_username("ana")
    assert [each.path for each in person.groups] == ["/eng/data"]
    assert role_names(person) == {"engineer"}


def test_users_and_roles_of_other_tenants_are_invisible():
    ana, theirs = User.objects.create_user("ana"), User.objects.create_user("theirs")
    TenantUser.objects.create(user=theirs, tenant="acme")
    shared = group("eng")
    shared.user_set.add(ana, theirs)
    here = role("here", groups=[shared])
    role("there", groups=[shared], tenant="acme", part_of=[here])
    role("default there", tenant="acme", is_default=True)
    default, acme = DjangoDirectory("default"), DjangoDirectory("acme")
    assert default.by_username("theirs") is default.by_id(str(theirs.pk)) is None
    assert acme.by_username("ana") is acme.by_id(str(ana.pk)) is None
    assert role_names(default.by_username("ana")) == {"here"}
    assert role_names(acme.by_username("theirs")) == {"there", "default there"}


def test_a_user_can_be_of_the_default_tenant_by_name():
    TenantUser.objects.create(user=User.objects.create_user("ana"))
    assert DjangoDirectory("default").by_username("ana").username == "ana"


def test_the_profile_is_told_as_attributes():
    ana = User.objects.create_user("ana")
    TenantUser.objects.create(
        user=ana,
        designation="Analyst",
        profile_role="dataAnalyst",
        attributes={"team": ["A", "B"], "floor": 3},
    )
    assert DjangoDirectory("default").by_username("ana").attributes == {
        "designation": ("Analyst",),
        "profileRole": ("dataAnalyst",),
        "team": ("A", "B"),
        "floor": ("3",),
    }


def test_a_disabled_user_is_told_as_such_and_ids_must_be_exact():
    ana = User.objects.create_user("ana", is_active=False)
    directory = DjangoDirectory("default")
    assert directory.by_id(str(ana.pk)).enabled is False
    for nonsense in (
        f"0{ana.pk}",
        f" {ana.pk}",
        f"+{ana.pk}",
        f"{ana.pk}.0",
        "9" * 10,
        "9" * 400,
        "²",
        "\0",
        "",
    ):
        assert directory.by_id(nonsense) is None


@pytest.mark.parametrize("name", ["ana\0", "\ud800", "x" * 10_000, "ana ", "%", ""])
def test_names_that_nobody_has_find_nobody(name):
    User.objects.create_user("ana")
    assert DjangoDirectory("default").by_username(name) is None


@pytest.mark.parametrize(
    ("fields", "in_group", "may"),
    [
        ({"is_staff": True}, "Auditor", True),
        ({"is_staff": True}, "Operator", False),
        ({"is_staff": True, "is_superuser": True}, None, True),
        ({"is_superuser": True}, None, False),
        ({}, "Auditor", False),
        ({"is_staff": True, "is_active": False}, "Auditor", False),
    ],
)
def test_only_staff_with_the_permission_may_view_any_access(fields, in_group, may):
    staff = User.objects.create_user("staff", **fields)
    if in_group:
        staff.groups.add(Group.objects.get(name=in_group))
    directory = DjangoDirectory("default")
    assert directory.by_username("staff").may_view_any_access is may
    assert [member.may_view_any_access for member in directory.members(limit=2)] == [may]


@pytest.mark.parametrize("size", [1, 200])
def test_a_look_up_costs_four_statements_at_any_size(size, django_assert_num_queries):
    ana = User.objects.create_user("ana")
    groups = [group(f"g{number}") for number in range(size)]
    ana.groups.add(*groups)
    parts = [role(f"part {number}") for number in range(size)]
    role("all", groups=groups).composites.add(*parts)
    directory = DjangoDirectory("default")
    with django_assert_num_queries(4):
        person = directory.by_username("ana")
    assert (len(person.groups), len(person.roles)) == (size, size + 1)
    ana.is_staff = True
    ana.save()
    with django_assert_num_queries(6):
        directory.by_id(str(ana.pk))
    with django_assert_num_queries(1):
        assert directory.by_username("nobody") is None
    with django_assert_num_queries(1):
        assert directory.check().endswith("answers")


@pytest.mark.parametrize("size", [1, 100])
def test_a_whole_tenant_costs_the_same_few_statements_at_any_size(size, django_assert_num_queries):
    users = [User.objects.create_user(f"user-{number:03}", is_staff=True) for number in range(size)]
    nested = [group(f"g{number}", group(f"parent of {number}")) for number in range(size)]
    for each, of in zip(users, nested, strict=True):
        each.groups.add(of)
    role("all", groups=nested, users=users).composites.add(role("part"), role("everyone's", is_default=True))
    directory = DjangoDirectory("default")
    with django_assert_num_queries(4):
        realm = directory.realm()
    with django_assert_num_queries(5):
        members = directory.members(limit=size)
    for member in members:
        assert realm.person(member).roles == directory.by_username(member.username).roles


def test_a_database_that_fails_is_unavailable_and_never_a_person_without_groups():
    User.objects.create_user("ana")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE purposeapp_groupnesting RENAME TO elsewhere")
    with pytest.raises(DirectoryUnavailable) as failure:
        DjangoDirectory("default").by_username("ana")
    assert "groupnesting" not in str(failure.value)
    with pytest.raises(DirectoryUnavailable):
        DjangoDirectory("default").realm()
