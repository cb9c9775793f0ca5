"""Keycloak in its development mode, on a PostgreSQL database of its own."""

from dataclasses import dataclass
from pathlib import Path

from deploy.native import probe
from deploy.native.account import Account
from deploy.native.artefacts import Artefact
from deploy.native.daemon import Daemon
from deploy.native.packages import java_home

READY_SECONDS = 300
ARTEFACT = Artefact(
    coordinates="org.keycloak:keycloak-quarkus-dist:26.7.3",
    sha256="27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f",
    folder="keycloak-26.7.3",
)


@dataclass(frozen=True)
class Credentials:
    """The first administrator, and the role that owns Keycloak's database."""

    admin: str
    admin_password: str
    database_user: str
    database_password: str


class Keycloak:
    """A server on a loopback port, with the database `keycloak` of the PostgreSQL on `database_port`."""

    def __init__(
        self,
        distribution: Path,
        folder: Path,
        port: int,
        database_port: int,
        credentials: Credentials,
        account: Account,
    ):
        self.distribution = distribution
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.daemon = Daemon("keycloak", folder, account)
        self._environment = {
            "JAVA_OPTS_APPEND": "-Xmx768m",
            "KC_HTTP_HOST": "127.0.0.1",
            "KC_HTTP_PORT": str(port),
            "KC_DB": "postgres",
            "KC_DB_URL": f"jdbc:postgresql://127.0.0.1:{database_port}/keycloak",
            "KC_DB_USERNAME": credentials.database_user,
            "KC_DB_PASSWORD": credentials.database_password,
            "KC_BOOTSTRAP_ADMIN_USERNAME": credentials.admin,
            "KC_BOOTSTRAP_ADMIN_PASSWORD": credentials.admin_password,
        }

    def answers(self) -> bool:
        return probe.keycloak(self.url)

    def start(self) -> None:
        """Start and return once it answers."""
        command: list[str | Path] = [self.distribution / "bin" / "kc.sh", "start-dev"]
        self.daemon.start(command, {"JAVA_HOME": str(java_home()), **self._environment})
        self.daemon.wait_ready(self.answers, READY_SECONDS)
