"""The real service, as `make serve` runs it, for as long as a measurement lasts."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from bench.people import User
from bench.places import FOLDER, ROOT
from bench.processes import Usage, usage_of_group
from purposeapp.tokens.issuer import LocalIssuer

AUDIENCE = "purposeapp"
TOKEN_SECONDS = 3_600
START_SECONDS, STOP_SECONDS = 60.0, 10.0


@dataclass(frozen=True, slots=True)
class Service:
    """A running service on loopback."""

    port: int
    group: int
    key: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def usage(self) -> Usage:
        """What its processes have used so far."""
        return usage_of_group(self.group)

    def tokens(self, users: Iterable[User]) -> list[str]:
        """A token for each user, signed with the service's own key."""
        issuer = LocalIssuer(self.url, AUDIENCE, self.key.read_text("ascii"))
        return [issuer.issue(user.id, user.username, time.time(), TOKEN_SECONDS) for user in users]


@contextmanager
def serving(settings: Mapping[str, str], *, processes: int = 2) -> Iterator[Service]:
    """Start the service with these environment variables, wait until it answers, stop it afterwards."""
    port, folder = _free_port(), FOLDER / "service"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SERVICES_")},
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": str(processes),
        "WORK_DIR": str(folder),
        "LOCAL_TOKENS": "true",
        **settings,
    }
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "service.log").open("wb") as log:
        for steps in (["migrate", "--verbosity", "0"], ["collectstatic", "--noinput", "--verbosity", "0"]):
            subprocess.run(
                [ROOT / ".venv/bin/python", "manage.py", *steps], cwd=ROOT, env=environment, check=True
            )
        command = ["make", "--no-print-directory", "granian"]
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        service = Service(port, server.pid, folder / "signing-key.pem")
        try:
            _wait_until_ready(service, server)
            yield service
        finally:
            _stop(server)


def _wait_until_ready(service: Service, server: subprocess.Popen[bytes]) -> None:
    opener, until = build_opener(ProxyHandler({})), time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        try:
            opener.open(f"{service.url}/healthz/ready", timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    log = service.key.parent / "service.log"
    raise SystemExit(f"The service did not come up; its log says:\n{log.read_text(errors='replace')[-2000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    os.killpg(server.pid, signal.SIGTERM)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
