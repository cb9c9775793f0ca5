"""Two processes between servers that can be made to fail one by one, and the truth about what they should say.

Elasticsearch is the shared one behind a gate of our own; Keycloak's database and Redis are throw-away ones.
"""

import logging
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from threading import Event, Thread
from types import MappingProxyType
from typing import Any

import httpx
import psycopg

from deploy.native.daemon import wait_until
from deploy.native.redis import Redis
from purposeapp.domain.revision import Revision
from purposeapp.policyindex.elasticsearch.client import open_client
from purposeapp.policyindex.elasticsearch.load import create_index
from tests import world
from tests.oracle import Oracle
from tests.servers import fresh_index, need, redis_server, servers
from tests.services.gate import Gate, gate
from tests.services.history import Sighting, Somebody, Truth, Watcher, look
from tests.services.keycloak_copy import KeycloakCopy, keycloak_copy
from tests.services.service import Service, running_service

PURPOSES, USER_PURPOSES = "/api/meta/purposes/accessible", "/api/meta/purposes/user"
USER = "user-1"
GROUPS = [f"group {number}" for number in range(8)]
SECRET = "what both processes are given to seal what they share"
RECOVERY = 10.0
"""Seconds after a source's return until all is as before."""

PAUSE = 0.3
TICK = "tick "
Ask = Callable[[], httpx.Response]


@dataclass
class Deployment:
    """`truth` is about the user whom both processes are asked about; what is written here is written into it, too."""

    processes: list[Service]
    tokens: list[str]
    elasticsearch: Gate
    keycloak: KeycloakCopy
    redis: Redis
    client: Any
    index: str
    documents: dict[str, Any]
    truth: Truth
    spare: str
    ticks: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    # --- asking ---

    def asks(self, number: int) -> list[tuple[str, Ask]]:
        """The same question at the edge, at Django, and at the frozen address."""
        token, service = self.tokens[number], self.processes[number]
        body = {"username": USER, "groups": GROUPS}
        return [
            ("edge", lambda: service.get(PURPOSES, token)),
            ("django", lambda: service.get(PURPOSES, token, consistency="fast")),
            ("frozen", lambda: service.post(USER_PURPOSES, body, token)),
        ]

    def full(self, number: int) -> Sighting:
        return self._consistently(number, "full")

    def at_least(self, number: int, revision: str) -> Sighting:
        return self._consistently(number, f"at-least:{revision}")

    def _consistently(self, number: int, consistency: str) -> Sighting:
        token, service = self.tokens[number], self.processes[number]
        return look(lambda: service.get(PURPOSES, token, consistency=consistency))

    def sees(self, number: int) -> Sighting:
        return look(self.asks(number)[0][1])

    def is_up_to_date(self) -> bool:
        return all(self.truth.is_now(look(ask)) for number in (0, 1) for _, ask in self.asks(number)[:2])

    def settled(self) -> bool:
        """Both answer with what is, and one of them polls for both."""
        return wait_until(lambda: self.is_up_to_date() and self.leader() is not None, 30)

    def leader(self) -> int | None:
        leading = [number for number in (0, 1) if self._leads(number)]
        return leading[0] if len(leading) == 1 else None

    def _leads(self, number: int) -> bool:
        try:
            dependencies = self.processes[number].get("/healthz/ready").json()["dependencies"]
        except httpx.TransportError:
            return False
        return any(
            each["name"] == "default/policies/changes" and each["detail"] == "followed for all processes"
            for each in dependencies
        )

    # --- writing ---

    def tick(self, *, people: bool = True) -> None:
        """Something changes: a name that everybody sees, and now and then who may see what, or who somebody is."""
        self.chance.choice([self.rename, self.rename, self.grant, *[self.move] * people])()

    def rename(self) -> None:
        self.ticks += 1
        name = f"{TICK}{self.ticks}"
        self._write("clock", {**self.documents["clock"], "name": name, "displayName": name})

    def grant(self) -> None:
        number = self.chance.randrange(len(GROUPS))
        policy = self.documents[f"policy {number}"]
        groups = [] if policy["policyGroups"] else [GROUPS[number]]
        self._write(f"policy {number}", {**policy, "policyGroups": groups})

    def move(self) -> None:
        """Into other groups."""
        groups = frozenset(self.chance.sample(GROUPS, 3))
        self.becomes(replace(self.truth.people.now, groups=groups))

    def becomes(self, somebody: Somebody) -> None:
        """As an administrator of Keycloak does it: rows, and an event in the same transaction."""

        def write() -> None:
            with self.keycloak.superuser() as database:
                write_person(database, somebody)

        self.truth.people.becomes(somebody, write)

    @contextmanager
    def another_layout(self) -> Iterator[None]:
        """The alias leads to one more index, which is empty: whoever follows it must read everything anew."""
        alias = f"{self.index}-alias"
        self.client.indices.put_alias(index=self.spare, name=alias)
        try:
            yield
        finally:
            self.client.indices.delete_alias(index=self.spare, name=alias)

    def _write(self, key: str, document: Any) -> None:
        self.documents[key] = document
        self.truth.policies.becomes(
            Oracle(self.documents.values()),
            lambda: self.client.index(
                index=self.index, id=document["__guid"], document=document, refresh="true"
            ),
        )

    # --- watching ---

    @contextmanager
    def load(self, *, people: bool = True) -> Iterator[list[Watcher]]:
        """Changes (of people too, or of policies only) and questions to both, while the block lasts."""
        ended, before = Event(), self.ticks

        def write() -> None:
            while not ended.wait(PAUSE):
                self.tick(people=people)

        writer = Thread(target=write, daemon=True)
        with Watcher(self.asks(0)) as first, Watcher(self.asks(1)) as second:
            writer.start()
            try:
                yield [first, second]
            finally:
                ended.set()
                writer.join(30)
        assert self.ticks > before, "nothing changed, so nothing could be stale"


def write_person(
    database: "psycopg.Connection[tuple[object, ...]]", somebody: Somebody, realm: str = "acme-id"
) -> None:
    with database.transaction():
        database.execute(
            "UPDATE user_entity SET enabled = %s WHERE username = %s AND realm_id = %s RETURNING id",
            (somebody.enabled, somebody.username, realm),
        )
        database.execute(
            """DELETE FROM user_group_membership WHERE user_id =
               (SELECT id FROM user_entity WHERE username = %s AND realm_id = %s)""",
            (somebody.username, realm),
        )
        database.execute(
            """INSERT INTO user_group_membership (user_id, group_id, membership_type)
               SELECT user_entity.id, keycloak_group.id, 'UNMANAGED' FROM user_entity JOIN keycloak_group USING (realm_id)
               WHERE username = %s AND realm_id = %s AND keycloak_group.name = ANY(%s)""",
            (somebody.username, realm, list(somebody.groups)),
        )
        database.execute(EVENT, {"username": somebody.username, "realm": realm})


EVENT = """
INSERT INTO admin_event_entity (id, admin_event_time, realm_id, operation_type, resource_type, resource_path)
SELECT gen_random_uuid()::text, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, realm_id, 'UPDATE', 'USER',
       'users/' || id
FROM user_entity WHERE username = %(username)s AND realm_id = %(realm)s
"""


def first_documents() -> dict[str, Any]:
    """A purpose for everybody, whose name tells the time; one for each group."""
    clock = world.purpose(f"{TICK}0", guid="clock")
    found = {"clock": clock, "to all": world.policy("to all", on=clock, groups=["public"])}
    for number, group in enumerate(GROUPS):
        purpose = found[f"purpose {number}"] = world.purpose(f"of {group}")
        found[f"policy {number}"] = world.policy(f"policy {number}", on=purpose, groups=[group])
    return found


@contextmanager
def deployment(first: Mapping[str, str] = MappingProxyType({})) -> Iterator[Deployment]:
    """Both with the same settings, but for what only the first process is given."""
    # Its thousands of lines about single questions would take longer than these, and hide everything else.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with ExitStack() as stack:
        index, spare = (stack.enter_context(fresh_index(need("elasticsearch"))) for _ in range(2))
        client = stack.enter_context(open_client(servers().elasticsearch_url, request_timeout=30))
        documents = first_documents()
        for each in (index, spare):
            create_index(client, each)
        client.indices.put_alias(index=index, name=f"{index}-alias")
        for document in documents.values():
            client.index(index=index, id=document["__guid"], document=document, refresh="true")
        elasticsearch = stack.enter_context(gate(servers().elasticsearch_url))
        keycloak = stack.enter_context(keycloak_copy())
        ana = Somebody(USER, frozenset(GROUPS[:2]))
        with keycloak.superuser() as database:
            database.execute("UPDATE realm SET admin_events_enabled = true")
            write_person(database, ana)
        redis = stack.enter_context(redis_server())
        settings = {
            "ELASTICSEARCH_URL": elasticsearch.url,
            "ELASTICSEARCH_INDEX": f"{index}-alias",
            "KEYCLOAK_DATABASE_URL": keycloak.reader_url,
            "KEYCLOAK_REALM": "acme",
            "REDIS_URL": redis.url,
            "SECRET_KEY": SECRET,
        }
        processes = [stack.enter_context(running_service(**settings, **extra)) for extra in (first, {})]
        tokens = [each.manage("token", USER, "--lifetime", "3600") for each in processes]
        yield Deployment(
            processes,
            tokens,
            elasticsearch,
            keycloak,
            redis,
            client,
            index,
            documents,
            Truth(documents.values(), ana),
            spare,
        )


def judged(two: Deployment, watchers: list[Watcher], *, refusals: bool = False) -> None:
    """Every answer was true a moment ago; none is refused, unless that is all that can be done."""
    for watcher in watchers:
        wrong = [each for each in watcher.seen if each.status != 503 and not two.truth.allows(each)]
        assert not wrong, (
            f"{len(wrong)} of {len(watcher.seen)} are wrong: {wrong[0]}, not {two.truth.allowed(wrong[0])}"
        )
        refused = [each for each in watcher.seen if each.status == 503]
        assert refusals or not refused, f"{len(refused)} of {len(watcher.seen)} are refused: {refused[:3]}"
        revisions = [Revision.parse(each.revision) for each in watcher.seen if each.status == 200]
        back = [(before, after) for before, after in pairwise(revisions) if not after.includes(before)]
        assert not back, (
            f"{len(back)} revisions of {len(revisions)} are smaller than the one before: {back[:3]}"
        )


def ticks(seen: Sighting) -> int:
    (name,) = (name for name in seen.names if name.startswith(TICK))
    return int(name.removeprefix(TICK))
