"""What is remembered between commands: where the servers are, and the secrets made for them."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Self

from deploy.native import probe

ROOT_HOME = Path("/var/cache/purposeapp/services")
ADMIN = "admin"
SECRETS = ("postgres", "keycloak_database", "keycloak_reader", "keycloak_admin", "purposeapp_database")
# Next to the usual ports, so as not to meet a developer's own servers.
PORTS = {
    "elasticsearch": 19200,
    "elasticsearch_transport": 19300,
    "postgres": 15432,
    "keycloak": 18080,
    "redis": 16379,
}

# Per server: the URL that `State.urls` has for it, and the question that shows whether it answers.
PROBES = {
    "elasticsearch": ("ELASTICSEARCH_URL", probe.elasticsearch),
    "postgres": ("POSTGRES_URL", probe.postgres),
    "keycloak": ("KEYCLOAK_URL", probe.keycloak),
    "redis": ("REDIS_URL", probe.redis),
}


def default_home(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the servers: `SERVICES_HOME`, else the user's cache; root's may be entered by others."""
    if chosen := environment.get("SERVICES_HOME"):
        return Path(chosen)
    if os.geteuid() == 0:
        return ROOT_HOME
    cache = environment.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "purposeapp" / "services"


@dataclass(frozen=True)
class State:
    """How the servers were started, on which loopback ports, and with which passwords."""

    mode: Literal["native", "compose"]
    ports: dict[str, int]
    secrets: dict[str, str]

    @classmethod
    def fresh(cls, mode: Literal["native", "compose"], environment: Mapping[str, str]) -> Self:
        """New secrets, and the ports of the environment (`SERVICES_POSTGRES_PORT` …) or the usual ones."""
        ports = {
            name: int(environment.get(f"SERVICES_{name.upper()}_PORT", port)) for name, port in PORTS.items()
        }
        return cls(mode, ports, {name: secrets.token_hex(16) for name in SECRETS})

    @classmethod
    def load(cls, home: Path) -> Self | None:
        """What `save` wrote, or None when there is nothing."""
        try:
            content = json.loads(path_in(home).read_text())
        except FileNotFoundError:
            return None
        return cls(**{name: content[name] for name in ("mode", "ports", "secrets")})

    def save(self, home: Path) -> None:
        """Write the state for its owner alone (mode 0600), the URLs with it for people to read."""
        path = path_in(home)
        path.touch(mode=0o600)
        path.write_text(json.dumps({**asdict(self), "urls": self.urls()}, indent=2) + "\n")

    def urls(self) -> dict[str, str]:
        """Addresses and credentials, by the name that `env` prints with the prefix `SERVICES_`."""
        return {
            "ELASTICSEARCH_URL": f"http://127.0.0.1:{self.ports['elasticsearch']}",
            "POSTGRES_URL": self._database_url("postgres", "postgres", "postgres"),
            "PURPOSEAPP_DATABASE_URL": self._database_url("purposeapp", "purposeapp_database", "purposeapp"),
            "KEYCLOAK_URL": f"http://127.0.0.1:{self.ports['keycloak']}",
            "KEYCLOAK_ADMIN": ADMIN,
            "KEYCLOAK_ADMIN_PASSWORD": self.secrets["keycloak_admin"],
            "KEYCLOAK_DATABASE_URL": self._database_url("keycloak_reader", "keycloak_reader", "keycloak"),
            "REDIS_URL": f"redis://127.0.0.1:{self.ports['redis']}/0",
        }

    def database_secrets(self) -> dict[str, str]:
        """The variables that the SQL scripts of this folder read."""
        return {
            "KEYCLOAK_DB_PASSWORD": self.secrets["keycloak_database"],
            "KEYCLOAK_READER_PASSWORD": self.secrets["keycloak_reader"],
            "PURPOSEAPP_DB_PASSWORD": self.secrets["purposeapp_database"],
        }

    def answering(self) -> dict[str, bool]:
        """Which servers answer at this moment."""
        urls = self.urls()
        return {name: answers(urls[variable]) for name, (variable, answers) in PROBES.items()}

    def _database_url(self, user: str, secret: str, database: str) -> str:
        return f"postgresql://{user}:{self.secrets[secret]}@127.0.0.1:{self.ports['postgres']}/{database}"


def path_in(home: Path) -> Path:
    """The state file of a services folder."""
    return home / "state.json"
