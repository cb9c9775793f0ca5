"""Where the bench finds servers, and where it keeps what it made."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"
RESULTS = ROOT / "bench" / "results"
MIB = 2**20
REDIS_DATABASE = "9"
"""The number of the bench's own, which the service under `make serve` does not have."""


@dataclass(frozen=True, slots=True)
class Places:
    """The servers that `make services` starts. `postgres` is a superuser's URL, `keycloak` that of the reading role,
    `redis` that of a database which is emptied now and then."""

    elasticsearch: str
    postgres: str
    keycloak: str
    redis: str

    @classmethod
    def of_environment(cls) -> "Places":
        """From the variables that `python -m deploy.services env` prints. Ends the program when one is missing."""
        servers = ("ELASTICSEARCH", "POSTGRES", "KEYCLOAK_DATABASE", "REDIS")
        names = [f"SERVICES_{server}_URL" for server in servers]
        if missing := [name for name in names if not os.environ.get(name)]:
            raise SystemExit(f"{', '.join(missing)} not set: run `make bench`, which starts the servers")
        elasticsearch, postgres, keycloak, redis = (os.environ[name] for name in names)
        return cls(elasticsearch, postgres, keycloak, of_database(redis, REDIS_DATABASE))


def of_database(url: str, name: str) -> str:
    """The URL of another database on the same server, for the same role."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def libpq(url: str) -> dict[str, str]:
    """The environment in which PostgreSQL's programs connect to `url`: unlike an argument, others cannot read it."""
    parts = urlsplit(url)
    return {
        **os.environ,
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.lstrip("/"),
    }
