"""The three groups of staff, with what each may do. Their members can be changed in the admin at will."""

from collections.abc import Iterable
from typing import Any

from django.db import migrations

VERBS = ("view", "add", "change", "delete")
WRITABLE = ("purpose", "persona", "authpolicy")
ENTITIES = (*WRITABLE, "tenant", "role", "tenantuser", "groupnesting")


def _codenames(verbs: Iterable[str], models: Iterable[str]) -> set[tuple[str, str]]:
    """Permissions as (model, codename)."""
    models = tuple(models)
    return {(model, f"{verb}_{model}") for verb in verbs for model in models}


LOOK = {
    ("accessaudit", codename) for codename in ("view_accessaudit", "view_any_access", "simulate", "export")
}
AUDITOR = LOOK | _codenames(["view"], ENTITIES)
OPERATOR = (
    _codenames(["view"], ENTITIES)
    | _codenames(VERBS, WRITABLE)
    | {
        ("authpolicy", "manage_policies"),
        ("accessaudit", "simulate"),
    }
)
ADMIN = AUDITOR | OPERATOR | _codenames(VERBS, ENTITIES)
PEOPLE = _codenames(VERBS, ["user", "group"])


def create_groups(apps: Any, schema_editor: Any) -> None:
    group = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    granted = {
        "Auditor": _permissions(apps, "purposeapp", AUDITOR),
        "Operator": _permissions(apps, "purposeapp", OPERATOR),
        "Admin": _permissions(apps, "purposeapp", ADMIN) + _permissions(apps, "auth", PEOPLE),
    }
    for name, permissions in granted.items():
        group.get_or_create(name=name)[0].permissions.add(*permissions)


def _permissions(apps: Any, app_label: str, wanted: set[tuple[str, str]]) -> list[Any]:
    """Permissions are otherwise made after the last migration, which is too late for us."""
    types, permissions = apps.get_model("contenttypes", "ContentType"), apps.get_model("auth", "Permission")
    found = []
    for model, codename in sorted(wanted):
        content_type, _ = types.objects.get_or_create(app_label=app_label, model=model)
        permission, _ = permissions.objects.get_or_create(
            content_type=content_type,
            codename=codename,
            defaults={"name": f"Can {codename.replace('_', ' ')}"},
        )
        found.append(permission)
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("purposeapp", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop)]
