"""The real service, as `make serve` runs it, for as long as a measurement lasts."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import orjson

from bench.people import User
from bench.places import FOLDER, ROOT
from bench.processes import Usage, usage_of_group
from purposeapp.tokens.issuer import LocalIssuer

AUDIENCE = "purposeapp"
TOKEN_SECONDS = 7_200
START_SECONDS, STOP_SECONDS = 60.0, 10.0
WORK = FOLDER / "service"
PYTHON = str(ROOT / ".venv/bin/python")

ASKED_IN_A_ROW = 20
"""Answers that all have to say "ready": each process has had its turn by then."""


class Service:
    """A service on a loopback port of its own, with these environment variables. Several share a work folder."""

    def __init__(self, settings: Mapping[str, str], *, processes: int) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SERVICES_")},
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "WEB_CONCURRENCY": str(processes),
            "WORK_DIR": str(WORK),
            "LOCAL_TOKENS": "true",
            **settings,
        }
        self._log = WORK / f"service-{self.port}.log"
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server; it answers a little later."""
        command = ["make", "--no-print-directory", "granian"]
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_ready(self) -> None:
        """Until every process follows all sources. Ends the program when that takes too long."""
        until, in_a_row = time.monotonic() + START_SECONDS, 0
        while in_a_row < ASKED_IN_A_ROW:
            if time.monotonic() > until:
                tail = self._log.read_text(errors="replace")[-2000:]
                raise SystemExit(f"{self.url} is not ready: {self.health()}; its log says:\n{tail}")
            in_a_row = in_a_row + 1 if self.health().get("status") == "ready" else 0
            time.sleep(0.0 if in_a_row else 0.1)

    def health(self) -> dict[str, object]:
        """What a process of it says about its dependencies; empty while none answers."""
        try:
            with build_opener(ProxyHandler({})).open(f"{self.url}/healthz/ready", timeout=5) as answer:
                found: dict[str, object] = orjson.loads(answer.read())
                return found
        except (URLError, OSError):
            return {}

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all of its processes."""
        assert self._server is not None
        with suppress(ProcessLookupError):
            os.killpg(self._server.pid, number)

    def stop(self) -> None:
        assert self._server is not None
        self.signal(signal.SIGTERM)
        try:
            self._server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        assert self._server is not None
        self.signal(signal.SIGKILL)
        self._server.wait()

    def usage(self) -> Usage:
        """What its processes have used so far."""
        return usage_of_group(self.group)

    @property
    def group(self) -> int:
        """The number of its process group."""
        assert self._server is not None
        return self._server.pid

    def tokens(self, users: Iterable[User]) -> list[str]:
        """A token for each user, signed with the service's own key."""
        issuer = LocalIssuer(self.url, AUDIENCE, (WORK / "signing-key.pem").read_text("ascii"))
        return [issuer.issue(user.id, user.username, time.time(), TOKEN_SECONDS) for user in users]

    def manage(self, *arguments: str) -> None:
        """Run a management command with the service's settings."""
        subprocess.run([PYTHON, "manage.py", *arguments], cwd=ROOT, env=self.environment, check=True)


@contextmanager
def serving(settings: Mapping[str, str], *, processes: int = 2, services: int = 1) -> Iterator[list[Service]]:
    """Services with these environment variables that follow their sources; they are stopped afterwards."""
    WORK.mkdir(parents=True, exist_ok=True)
    running = [Service(settings, processes=processes) for _ in range(services)]
    running[0].manage("migrate", "--verbosity", "0")
    if not (WORK / "static" / "staticfiles.json").exists():  # it takes a minute, and no page is asked for
        running[0].manage("collectstatic", "--noinput", "--verbosity", "0")
    try:
        for one in running:
            one.start()
        for one in running:
            one.wait_until_ready()
        yield running
    finally:
        for one in running:
            one.stop()


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
