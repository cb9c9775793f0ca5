"""The sites that visitors go to: each a served product with people and policies in it. The tests only read."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.staff import ADMIN_PASSWORD
from tests.servers import KeycloakAdmin, administration, fresh_index, need, redis_server, sources
from tests.services.keycloak_copy import REALM, keycloak_copy
from tests.services.service import Service, running_service
from tests.services.workers import celery

SQLITE, SERVICES = "sqlite", "services"


def collect(shared: Path) -> Path:
    """The static files as an operator collects them, once for all who share the folder: they take long to compress."""
    work = shared / "collected"
    with (shared / "collected.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (work / "static" / "staticfiles.json").is_file():
            environment = {"PATH": os.environ["PATH"], "WORK_DIR": str(work)}
            Service("", environment).manage("collectstatic", "--noinput", "--verbosity", "0")
    return work / "static"


@contextmanager
def on_sqlite(static: Path, *, hostile: bool = True) -> Iterator[Service]:
    """The demo company as `make demo` starts it, and the hostile names."""
    before = (("demo",), *([_planting("plant_locally")] if hostile else []))
    with running_service(*before, static=static, DEMO_ADMIN_PASSWORD=ADMIN_PASSWORD) as service:
        yield service


@contextmanager
def on_services(static: Path) -> Iterator[Service]:
    """The same in real Elasticsearch and Keycloak; staff are accounts of the service itself."""
    keycloak, realm = KeycloakAdmin.connect(), f"acme-{secrets.token_hex(4)}"
    before = (("demo", "--into", "services"), _planting("plant_into_services"), _planting("make_staff"))
    with fresh_index(need("elasticsearch")) as index:
        settings = {**sources(index, realm), **administration()}
        try:
            with running_service(*before, static=static, **settings) as service:
                yield service
        finally:
            keycloak.delete_realm(realm)


@contextmanager
def crowded(static: Path, users: int) -> Iterator[Service]:
    """So many users in Keycloak's tables, a purpose that thousands of them see, and a worker."""
    before = (_planting("grant_widely"), _planting("make_staff"))
    with keycloak_copy(users=users, groups=300, roles=60) as copy, redis_server() as redis:
        settings = {
            "KEYCLOAK_DATABASE_URL": copy.reader_url,
            "KEYCLOAK_REALM": REALM,
            "KEYCLOAK_DEADLINE": "10",
            "REDIS_URL": redis.url,
        }
        with (
            running_service(*before, static=static, **settings) as service,
            celery(service, "worker", "--concurrency", "1"),
        ):
            yield service


SITES = {SQLITE: on_sqlite, SERVICES: on_services}


def _planting(name: str) -> tuple[str, ...]:
    """The management command that calls a function of tests/browser/seed.py in the service's settings."""
    return ("shell", "--verbosity", "0", "-c", f"from tests.browser import seed; seed.{name}()")
