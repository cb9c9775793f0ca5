"""The real servers that service tests run on, and throw-away ones that a test may freeze and kill.

    def test_finds_the_policy():
        url = need("elasticsearch")
        with fresh_index(url) as index: ...

A server that does not answer skips the test aloud at a desk, and fails it in CI. `make services` starts them.
"""

import os
import secrets
import socket
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest
import redis as redis_client

from deploy.native import elasticsearch, packages
from deploy.native.account import Account, unprivileged
from deploy.native.daemon import wait_until
from deploy.native.elasticsearch import ElasticsearchNode, NodePlan
from deploy.native.postgres import Postgres
from deploy.native.redis import Redis
from deploy.native.state import PROBES, State, default_home

PREFIX = "SERVICES_"
TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True)
class Servers:
    """Addresses of the servers, as `deploy/services.py env` prints them; passwords stay out of `repr`."""

    elasticsearch_url: str
    keycloak_url: str
    redis_url: str
    keycloak_admin: str
    keycloak_admin_password: str = field(repr=False)
    postgres_url: str = field(repr=False)
    purposeapp_database_url: str = field(repr=False)
    keycloak_database_url: str = field(repr=False)


def servers() -> Servers:
    """The addresses of the environment (`SERVICES_…`), the rest from the state that `make services` left.

    Raises LookupError when neither knows them all.
    """
    state = State.load(default_home())
    known = state.urls() if state else {}
    names = [name.upper() for name in Servers.__dataclass_fields__]
    found = {name: os.environ.get(PREFIX + name, known.get(name)) for name in names}
    if missing := [PREFIX + name for name, value in found.items() if value is None]:
        raise LookupError(f"unknown: {', '.join(missing)}")
    return Servers(**{name.lower(): str(value) for name, value in found.items()})


def need(name: str) -> str:
    """The URL of `elasticsearch`, `postgres`, `keycloak` or `redis`, once it has answered; else no test."""
    variable, answers = PROBES[name]
    try:
        url: str = getattr(servers(), variable.lower())
    except LookupError as problem:
        _do_without(f"{name} has not been started ({problem})")
    if not answers(url):
        _do_without(f"{name} does not answer")
    return url


def sources(index: str, realm: str) -> dict[str, str]:
    """The settings of a service on the real Elasticsearch and Keycloak, with deadlines for all of it on a small machine."""
    known = servers()
    return {
        "ELASTICSEARCH_URL": known.elasticsearch_url,
        "ELASTICSEARCH_INDEX": index,
        "ELASTICSEARCH_DEADLINE": "10",
        "KEYCLOAK_DATABASE_URL": known.keycloak_database_url,
        "KEYCLOAK_DEADLINE": "5",
        "KEYCLOAK_REALM": realm,
    }


def administration() -> dict[str, str]:
    """The settings with which `demo --into services` makes a realm."""
    known = servers()
    return {
        "KEYCLOAK_URL": known.keycloak_url,
        "KEYCLOAK_ADMIN": known.keycloak_admin,
        "KEYCLOAK_ADMIN_PASSWORD": known.keycloak_admin_password,
    }


def tool(name: str) -> Path:
    """A program that a test runs. A missing one is installed in CI (Debian packages); elsewhere there is no test."""
    if os.environ.get("CI") == "true":
        packages.ensure([name])
    path = packages.find(name)
    if path is None:
        pytest.skip(f"{name} is not installed; cure: apt-get install {packages.PACKAGES[name]}")
    return path


def _do_without(reason: str) -> NoReturn:
    message = f"{reason}; cure: make services"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def fresh_index(url: str) -> Iterator[str]:
    """An index name that nobody else uses; the index, if the test made one, is deleted afterwards."""
    name = f"test-{secrets.token_hex(8)}"
    try:
        yield name
    finally:
        httpx.delete(
            f"{url}/{name}", params={"ignore_unavailable": "true"}, timeout=TIMEOUT_SECONDS, trust_env=False
        )


class _AdminToken(httpx.Auth):
    """Fetches Keycloak's short-lived administrator token, and a new one before it has run out."""

    requires_response_body = True
    EARLY_SECONDS = 15

    def __init__(self, url: str, user: str, password: str):
        self._url = f"{url}/realms/master/protocol/openid-connect/token"
        self._form = {
            "grant_type": "password",
            "client_id": "admin-cli",
            "username": user,
            "password": password,
        }
        self._header = ""
        self._renew_at = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if time.monotonic() >= self._renew_at:
            response = yield httpx.Request("POST", self._url, data=self._form)
            content = response.raise_for_status().json()
            self._header = f"Bearer {content['access_token']}"
            self._renew_at = time.monotonic() + content["expires_in"] - self.EARLY_SECONDS
        request.headers["Authorization"] = self._header
        yield request


class KeycloakAdmin:
    """Keycloak's admin REST interface. Paths are below `/admin/realms`, such as `acme/users`.

    Every refusal raises httpx.HTTPStatusError.
    """

    def __init__(self, url: str, user: str, password: str):
        self.url = url
        auth = _AdminToken(url, user, password)
        self._http = httpx.Client(
            base_url=f"{url}/admin/realms/", auth=auth, timeout=TIMEOUT_SECONDS, trust_env=False
        )

    @classmethod
    def connect(cls) -> "KeycloakAdmin":
        """The administrator of the Keycloak that `need` finds."""
        url, known = need("keycloak"), servers()
        return cls(url, known.keycloak_admin, known.keycloak_admin_password)

    def create_realm(self, representation: dict[str, Any]) -> None:
        """Make a realm with all its users, groups, roles and clients from one RealmRepresentation."""
        self._call("POST", "", json=representation)

    def delete_realm(self, realm: str) -> None:
        """Delete a realm and everything in it."""
        self._call("DELETE", realm)

    def get(self, path: str, **parameters: str | int | bool) -> Any:
        """The decoded answer to GET with these query parameters."""
        return self._call("GET", path, params=parameters).json()

    def post(self, path: str, content: object = None) -> str:
        """Create something; returns the id at the end of the `Location` header, "" when there is none."""
        location: str = self._call("POST", path, json=content).headers.get("Location", "")
        return location.rpartition("/")[2]

    def put(self, path: str, content: object = None) -> None:
        """Replace or switch something."""
        self._call("PUT", path, json=content)

    def delete(self, path: str, content: object = None) -> None:
        """Remove something; role mappings take their list in the body."""
        self._call("DELETE", path, json=content)

    def user_token(self, realm: str, client: str, user: str, password: str) -> str:
        """A user's access token by the password grant of a public client."""
        form = {"grant_type": "password", "client_id": client, "username": user, "password": password}
        url = f"{self.url}/realms/{realm}/protocol/openid-connect/token"
        answer = httpx.post(url, data=form, timeout=TIMEOUT_SECONDS, trust_env=False).raise_for_status()
        return str(answer.json()["access_token"])

    def _call(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        return self._http.request(method, path, **arguments).raise_for_status()


@contextmanager
def elasticsearch_cluster(nodes: int = 2) -> Iterator[list[ElasticsearchNode]]:
    """A cluster on free ports, 512 MiB heap each, Elasticsearch's own defaults for partial results.

    The first node is the only master. `node.daemon` freezes, thaws, kills; `node.start()` revives.
    """
    with _throw_away("java") as (folder, account):
        home = default_home()
        home.mkdir(parents=True, exist_ok=True)
        distribution = elasticsearch.ARTEFACT.unpacked(home, account)
        ports = iter(free_ports(2 * nodes))
        addresses = [(f"node-{number}", next(ports), next(ports)) for number in range(1, nodes + 1)]
        master = (addresses[0][0], addresses[0][2])
        with ExitStack() as clean_up:
            cluster = []
            for name, http_port, transport_port in addresses:
                plan = NodePlan(name, http_port, transport_port, heap_mib=512, master=master)
                node = ElasticsearchNode(distribution, folder / name, plan, account)
                clean_up.callback(node.daemon.kill)
                node.launch()
                cluster.append(node)
            for node in cluster:
                node.wait_ready()
            yield cluster


@contextmanager
def postgres_cluster() -> Iterator[Postgres]:
    """A PostgreSQL of its own on a free port; `daemon` freezes, thaws, stops, kills; `start()` revives."""
    with _throw_away("postgres") as (folder, account):
        server = Postgres(folder, free_ports(1)[0], secrets.token_hex(16), account)
        with ExitStack() as clean_up:
            clean_up.callback(server.daemon.kill)
            server.start()
            yield server


@contextmanager
def redis_server() -> Iterator[Redis]:
    """A Redis of its own on a free port; `daemon` freezes, thaws, stops, kills; `start()` revives, empty."""
    with _throw_away("redis-server") as (folder, account):
        server = Redis(folder, free_ports(1)[0], account)
        with ExitStack() as clean_up:
            clean_up.callback(server.daemon.kill)
            server.start()
            yield server


@contextmanager
def redis_cluster(nodes: int = 3) -> Iterator[list[Redis]]:
    """Nodes that share all slots, each a Redis as above; who is gone for a second is taken for dead, and nobody stands in."""
    with _throw_away("redis-server") as (folder, account), ExitStack() as clean_up:
        ports = free_ports(2 * nodes)
        cluster = []
        for number in range(nodes):
            options = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000"]
            options += ["--cluster-port", str(ports[nodes + number])]
            server = Redis(folder / f"node-{number}", ports[number], account, options=options)
            clean_up.callback(server.daemon.kill)
            server.start()
            cluster.append(server)
        _share_slots(cluster)
        yield cluster


def _share_slots(cluster: list[Redis]) -> None:
    """Give each node its part of the 16,384 slots, and return once all know of all."""
    with ExitStack() as clean_up:
        clients = [clean_up.enter_context(redis_client.Redis.from_url(node.url)) for node in cluster]
        for number, client in enumerate(clients):
            first, behind = (16_384 * each // len(cluster) for each in (number, number + 1))
            client.execute_command("CLUSTER ADDSLOTSRANGE", first, behind - 1)
            bus_port = cluster[0].options[-1]
            client.execute_command("CLUSTER MEET", "127.0.0.1", cluster[0].port, bus_port)
        agreed = wait_until(lambda: all(map(_sees_all_slots, clients)), TIMEOUT_SECONDS)
        assert agreed, "the nodes of the Redis cluster have not found one another"


def _sees_all_slots(client: "redis_client.Redis") -> bool:
    state: Any = client.execute_command("CLUSTER INFO")
    return state["cluster_state"] == "ok" and state["cluster_slots_ok"] == "16384"


@contextmanager
def _throw_away(program: str) -> Iterator[tuple[Path, Account]]:
    """A folder that any account may traverse, removed afterwards; no test where `program` is missing."""
    if packages.find(program) is None:
        _do_without(f"{program} is not installed")
    with tempfile.TemporaryDirectory(prefix="purposeapp-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder), unprivileged()


def free_ports(count: int) -> list[int]:
    """Loopback ports that nobody listens on now; all are held until the last is found: none comes twice."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
