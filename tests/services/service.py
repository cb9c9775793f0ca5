"""The service itself, started as an operator starts it: Granian, migrations, environment variables."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.servers import free_ports

ROOT = Path(__file__).parents[2]
START_SECONDS = 60


class Service:
    """A running service; `get` and `post` ask it with a bearer token."""

    def __init__(self, url: str, environment: dict[str, str]) -> None:
        self.url = url
        self.environment = environment
        self.http = httpx.Client(base_url=url, timeout=30)

    def get(self, path: str, token: str | None = None, **parameters: Any) -> httpx.Response:
        return self.http.get(path, params=parameters or None, headers=_bearer(token))

    def post(self, path: str, body: Any, token: str | None = None) -> httpx.Response:
        return self.http.post(path, json=body, headers=_bearer(token))

    def signal(self, number: int) -> None:
        """Send a signal to the server and to all that it started."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in (self.process.pid, *map(int, children)):
            os.kill(pid, number)

    def manage(self, *arguments: str) -> str:
        """Standard output of a management command in the service's own environment."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@contextmanager
def running_service(
    *before: tuple[str, ...], static: Path | None = None, **environment: str
) -> Iterator[Service]:
    """A service with a work folder and a port of its own and nothing but these settings.

    `before` are management commands to run once the database is there and before the service starts;
    `static` is a folder of collected static files to serve.
    """
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as work, (Path(work) / "log").open("wb") as log:
        variables = {"PATH": os.environ["PATH"], "WORK_DIR": work, "PORT": str(port), **environment}
        service = Service(url, variables)
        if static:
            (Path(work) / "static").symlink_to(static)
        for command in (("migrate", "--verbosity", "0"), *before):
            service.manage(*command)
        granian = Path(sys.executable).with_name("granian")
        options = ["--interface", "asgi", "--port", str(port), "--workers-kill-timeout", "2", "--no-ws"]
        process = subprocess.Popen(
            [granian, *options, "purposeapp.asgi:application"],
            cwd=ROOT,
            env=variables,
            stdout=log,
            stderr=log,
        )
        service.process = process
        try:
            _wait_for_start(service, process, Path(work) / "log")
            yield service
        finally:
            service.http.close()
            process.terminate()
            process.wait(15)


def _wait_for_start(service: Service, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if service.get("/healthz/live").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the service did not start:\n{log.read_text()[-3000:]}")


def _bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
