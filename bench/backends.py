"""Each backend asked in its own process, since a process has one database: `python -m bench.backends <name> <size> <users>`."""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import django

from bench.oracle import EFFECTIVE, LISTED, Oracle
from bench.people import User
from bench.places import Places
from bench.sizes import SIZES
from bench.stores import index, keycloak
from bench.truth import Truth
from bench.who import Roles
from bench.world import World
from purposeapp.directory.base import Directory
from purposeapp.directory.keycloak import KeycloakDirectory
from purposeapp.directory.keycloak import connect as connect_keycloak
from purposeapp.domain.model import Mode, Subject
from purposeapp.domain.page import display_order
from purposeapp.domain.resolve import resolve
from purposeapp.policyindex.base import PolicyIndex
from purposeapp.policyindex.elasticsearch import ElasticsearchPolicyIndex, connect
from purposeapp.policyindex.memory import MemoryPolicyIndex

Ports = tuple[PolicyIndex, Directory | None]


@dataclass
class Verdict:
    """How many users got a wrong answer of each kind, and the mean milliseconds of one (a single client, in process)."""

    users: int
    wrong_person: int = 0
    wrong_listed: int = 0
    wrong_effective: int = 0
    person_ms: float = 0.0
    listed_ms: float = 0.0
    effective_ms: float = 0.0


def memory(world: World) -> Ports:
    return MemoryPolicyIndex.from_documents(world.documents()), None


def elasticsearch(world: World) -> Ports:
    """With Keycloak's tables as directory."""
    places = Places.of_environment()
    policies = ElasticsearchPolicyIndex(
        connect(places.elasticsearch), index.load(places.elasticsearch, world)
    )
    return policies, KeycloakDirectory(connect_keycloak(keycloak.load(places, world)), keycloak.REALM)


def database(world: World) -> Ports:
    """Policies and people in Django's own database."""
    django.setup()
    # Django's models can be imported only now.
    from bench.stores import local
    from purposeapp.directory.djangoauth import DjangoDirectory
    from purposeapp.models import DEFAULT_TENANT
    from purposeapp.policyindex.database import DatabasePolicyIndex

    local.load(world)
    return DatabasePolicyIndex(DEFAULT_TENANT), DjangoDirectory(DEFAULT_TENANT)


BACKENDS: Mapping[str, Callable[[World], Ports]] = {
    "memory": memory,
    "sqlite": database,
    "postgresql": database,
    "elasticsearch": elasticsearch,
}


def judge(ports: Ports, truth: Truth, users: list[User]) -> Verdict:
    """Ask everything about every user and compare, lists with their order."""
    policies, directory = ports
    verdict = Verdict(len(users))
    for user in users:
        right = Subject(*truth.who(user))
        began = time.perf_counter()
        person = directory.by_username(user.username) if directory else None
        found = time.perf_counter()
        listed = [each.guid for each in sorted(policies.listed_purposes(right), key=display_order)]
        done = time.perf_counter()
        resolution = resolve(policies.evidence(right), right, mode=Mode.EFFECTIVE, now=time.time())
        effective = [grant.purpose.guid for grant in resolution.grants]
        verdict.effective_ms += 1000 * (time.perf_counter() - done) / len(users)
        verdict.listed_ms += 1000 * (done - found) / len(users)
        verdict.person_ms += 1000 * (found - began) / len(users)
        verdict.wrong_person += directory is not None and (person is None or person.subject != right)
        verdict.wrong_listed += listed != truth.purposes(user, LISTED)
        verdict.wrong_effective += effective != truth.purposes(user, EFFECTIVE)
    return verdict


def main(name: str, size: str, users: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "purposeapp.settings")
    world = World(SIZES[size])
    ports = BACKENDS[name](world)
    truth = Truth(Oracle(world.documents()), Roles(world.people))
    print(json.dumps(asdict(judge(ports, truth, world.people.sample(int(users))))))
    sys.stdout.flush()
    os._exit(0)  # pools have threads that are no concern of ours


if __name__ == "__main__":
    main(*sys.argv[1:])
