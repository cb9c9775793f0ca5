"""What all suites share: an index of every backend, and the API over HTTP, in process, with callers' real tokens."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from purposeapp import wiring
from purposeapp.directory.base import Directory
from purposeapp.directory.memory import MemoryDirectory
from purposeapp.domain.model import Person
from purposeapp.policyindex.base import PolicyIndex
from purposeapp.policyindex.memory import MemoryPolicyIndex
from purposeapp.tokens.issuer import LocalIssuer
from purposeapp.tokens.jwks import StaticKeys
from purposeapp.tokens.verify import TrustedIssuer
from tests.contract.policyindex_rows import (
    MakeIndex,
    Row,
    database_postgres,
    database_sqlite,
    elasticsearch,
    memory,
    snapshot_of,
)

ISSUER = "https://sso.example.com/realms/acme"
AUDIENCE = "purposeapp"


BACKENDS = (memory, elasticsearch, database_sqlite, database_postgres)
POLICY_INDEXES: dict[str, Row] = {
    **{row.__name__: row for row in BACKENDS},
    **{f"snapshot_of_{row.__name__}": snapshot_of(row) for row in BACKENDS},
}


@pytest.fixture(scope="module", params=POLICY_INDEXES)
def make_index(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[MakeIndex]:
    """Makes a policy index of one backend from Atlas documents; each call makes a new one, of a new tenant."""
    with django_db_blocker.unblock(), POLICY_INDEXES[request.param]() as make:
        yield make


@pytest.fixture(scope="session")
def signing_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@dataclass
class Served:
    """A running tenant. `get` and `post` ask as a person; `token` makes what they send."""

    people: dict[str, Person]
    issuer: LocalIssuer
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def token(self, username: str, **overrides: Any) -> str:
        person = self.people[username]
        claims = {"subject": person.id, "username": person.username, "now": time.time(), **overrides}
        return self.issuer.issue(**claims)

    def get(self, path: str, as_: str | None = None, **headers: str) -> Any:
        return self.client.get(path, headers=self._headers(as_, headers))

    def post(self, path: str, body: Any, as_: str | None = None, **headers: str) -> Any:
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.post(
            path, content, content_type="application/json", headers=self._headers(as_, headers)
        )

    def _headers(self, as_: str | None, headers: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return named | ({"Authorization": f"Bearer {self.token(as_)}"} if as_ else {})


Serve = Callable[..., Served]


@pytest.fixture
def serve_without_database(monkeypatch: pytest.MonkeyPatch, signing_key: str) -> Serve:
    """Make a tenant the only one: `serve(people, documents)` or `serve(people, policies=index, directory=…)`.

    What else TenantServices has can be given as keyword arguments.
    """

    def make(
        people: Iterable[Person],
        documents: Iterable[Mapping[str, Any]] = (),
        *,
        policies: PolicyIndex | None = None,
        directory: Directory | None = None,
        **services: Any,
    ) -> Served:
        people = tuple(people)
        issuer = LocalIssuer(ISSUER, AUDIENCE, signing_key)
        tenant = wiring.TenantServices(
            slug="default",
            policies=policies or MemoryPolicyIndex.from_documents(documents),
            directory=directory or MemoryDirectory(people),
            issuers=(TrustedIssuer(ISSUER, frozenset({AUDIENCE}), StaticKeys(issuer.jwks())),),
            local_issuer=issuer,
            auditor_role="access-auditor",
            **services,
        )
        monkeypatch.setattr(wiring, "_cached", wiring._Cached(lambda: wiring.Tenants([tenant])))
        return Served({person.username: person for person in people}, issuer)

    return make


@pytest.fixture
def serve(serve_without_database: Serve, db: None) -> Serve:
    """As above, with the service's own database for the audit trail."""
    return serve_without_database
