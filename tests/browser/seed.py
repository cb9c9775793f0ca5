"""Names as an attacker or a careless import would give them, beside the demo company's. Run inside the service's settings."""

import os
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group, User

from purposeapp.demo.local import make_administrator, make_auditor
from purposeapp.policyindex.database import import_documents
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import bulk_load
from tests import world
from tests.browser.staff import ADMIN_PASSWORD, ADMINISTRATOR, AUDITOR, PASSWORD
from tests.servers import KeycloakAdmin

SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>"
QUOTES = """'"`--></title></script>{{7*7}}${7*7}"""
RIGHT_TO_LEFT = "\u202egnp.exe \u2067עברית\u2069 العربية"
LONG = "w" * 290 + " lowly end"
HOSTILE = (SCRIPT, QUOTES, RIGHT_TO_LEFT, LONG)

MALLORY = "mallory<b>'\"&"
DISABLED = "zoe.disabled"
BUSY = "zack.busy"
MANY = 700

ELASTICSEARCH_SECONDS = 60


@dataclass(frozen=True)
class Planted:
    """Somebody in one root group."""

    username: str
    group: str
    enabled: bool = True
    first_name: str = ""
    last_name: str = ""


PEOPLE = (
    Planted(MALLORY, SCRIPT, first_name=SCRIPT[:150], last_name=QUOTES),
    Planted(DISABLED, SCRIPT, enabled=False),
    Planted(BUSY, "crowd"),
)
"""Mallory is in a hostile group that hostile policies name, each of a hostile purpose; busy Zack sees many purposes."""


def documents() -> list[world.Document]:
    """What those people may see."""
    return [
        *(each for name in HOSTILE for each in _granted(name, SCRIPT)),
        world.persona(QUOTES, groups=[SCRIPT]),
        *(each for number in range(MANY) for each in _granted(f"Purpose {number:04}", "crowd")),
    ]


def plant_locally() -> None:
    """Into the local database."""
    for each in PEOPLE:
        group, _ = Group.objects.get_or_create(name=each.group)
        names = {"first_name": each.first_name, "last_name": each.last_name}
        User.objects.create(username=each.username, is_active=each.enabled, **names).groups.add(group)
    import_documents("default", documents())


def plant_into_services() -> None:
    """Into the Elasticsearch index and the Keycloak realm that `manage.py demo --into services` has filled."""
    client = open_client(settings.ELASTICSEARCH_URL, request_timeout=ELASTICSEARCH_SECONDS)
    bulk_load(client, settings.ELASTICSEARCH_INDEX, documents())
    client.close()
    keycloak = KeycloakAdmin(
        *(os.environ[name] for name in ("KEYCLOAK_URL", "KEYCLOAK_ADMIN", "KEYCLOAK_ADMIN_PASSWORD"))
    )
    realm = settings.KEYCLOAK_REALM
    groups = {name: keycloak.post(f"{realm}/groups", {"name": name}) for name in {p.group for p in PEOPLE}}
    for each in PEOPLE:
        names = {"firstName": each.first_name, "lastName": each.last_name}
        user = {"username": each.username, "enabled": each.enabled, **names}
        created = keycloak.post(f"{realm}/users", user)
        # By its id: a path would split at the slash in the name.
        keycloak.put(f"{realm}/users/{created}/groups/{groups[each.group]}", {})


def make_staff() -> None:
    """The demo's auditor and administrator as accounts of the service, where the directory's people are elsewhere."""
    User.objects.create_user(AUDITOR, password=PASSWORD)
    make_auditor(AUDITOR)
    make_administrator(ADMINISTRATOR, ADMIN_PASSWORD, invent=str)


WIDELY = "Widely seen"


def grant_widely() -> None:
    """A purpose for the members of the hundred first groups of a Keycloak copy."""
    purpose = world.purpose(WIDELY)
    groups = [f"group {number}" for number in range(100)]
    import_documents("default", [purpose, world.policy("many groups", on=purpose, groups=groups)])


def _granted(name: str, group: str) -> list[world.Document]:
    purpose = world.purpose(name, description=name)
    return [purpose, world.policy(f"{name} policy"[:300], on=purpose, groups=[group])]
