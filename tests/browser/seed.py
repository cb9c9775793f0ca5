"""Names as an attacker or a careless import would give them, beside the demo company's. Run inside the service's settings."""

from django.contrib.auth.models import Group, User

from purposeapp.policyindex.database import import_documents
from tests import world

SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>"
QUOTES = """'"`--></title></script>{{7*7}}${7*7}"""
RIGHT_TO_LEFT = "\u202egnp.exe \u2067עברית\u2069 العربية"
LONG = "w" * 290 + " lowly end"
HOSTILE = (SCRIPT, QUOTES, RIGHT_TO_LEFT, LONG)

MALLORY = "mallory<b>'\"&"
DISABLED = "zoe.disabled"
BUSY = "zack.busy"
MANY = 700


def plant() -> None:
    """Mallory is in a hostile group that hostile policies name, each of a hostile purpose; busy Zack sees many purposes."""
    group, crowd = Group.objects.create(name=SCRIPT), Group.objects.create(name="crowd")
    mallory = User.objects.create(username=MALLORY, first_name=SCRIPT[:150], last_name=QUOTES)
    mallory.groups.add(group)
    User.objects.create(username=DISABLED, is_active=False).groups.add(group)
    User.objects.create(username=BUSY).groups.add(crowd)
    documents = [
        *(each for name in HOSTILE for each in _granted(name, SCRIPT)),
        world.persona(QUOTES, groups=[SCRIPT]),
        *(each for number in range(MANY) for each in _granted(f"Purpose {number:04}", "crowd")),
    ]
    import_documents("default", documents)


WIDELY = "Widely seen"


def grant_widely() -> None:
    """A purpose for the members of the hundred first groups of a Keycloak copy."""
    purpose = world.purpose(WIDELY)
    groups = [f"group {number}" for number in range(100)]
    import_documents("default", [purpose, world.policy("many groups", on=purpose, groups=groups)])


def _granted(name: str, group: str) -> list[world.Document]:
    purpose = world.purpose(name, description=name)
    return [purpose, world.policy(f"{name} policy"[:300], on=purpose, groups=[group])]
