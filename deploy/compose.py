"""The four servers by Docker Compose, for machines where a Docker engine answers."""

import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from deploy.native.errors import ServiceError
from deploy.native.state import State

PROJECT = "purposeapp-services"
FILE = Path(__file__).resolve().parent.parent / "docker-compose.yml"


def engine_answers() -> bool:
    """True when both a Docker engine and the compose plugin are there."""
    try:
        for command in (["docker", "info"], ["docker", "compose", "version"]):
            subprocess.run(command, capture_output=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


class ComposeStack:
    """The servers as containers of a project of their own, with the passwords of the state."""

    def __init__(self, state: State):
        self.environment = {
            **os.environ,
            **state.database_secrets(),
            "POSTGRES_PASSWORD": state.secrets["postgres"],
            "KEYCLOAK_ADMIN_PASSWORD": state.secrets["keycloak_admin"],
            # The application is not started here, but the file as a whole asks for its key.
            "SECRET_KEY": "unused",
            **{f"{name.upper()}_PORT": str(port) for name, port in state.ports.items()},
        }

    def up(self, names: Collection[str]) -> None:
        """Bring up the named servers and wait until they are healthy; running ones are left as they are."""
        self._compose("up", "--detach", "--wait", *sorted(names))
        if "keycloak" in names:
            self._compose("run", "--rm", "--no-deps", "keycloak-reader")

    def down(self, names: Collection[str]) -> None:
        """Stop the named servers; their volumes stay."""
        self._compose("stop", *sorted(names))

    def forget_data(self) -> None:
        """Throw away the volumes: they are locked by secrets that are no longer known."""
        self._compose("down", "--volumes")

    def _compose(self, *arguments: str) -> None:
        command = ["docker", "compose", "--project-name", PROJECT, "--file", str(FILE), *arguments]
        if subprocess.run(command, env=self.environment, stdout=sys.stderr).returncode:
            raise ServiceError(f"docker compose {arguments[0]} failed; its output above has the reason")
