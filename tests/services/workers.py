"""Celery beside a running service, as an operator starts it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.service import ROOT, Service

Process = subprocess.Popen[bytes]


@contextmanager
def celery(
    service: Service, *arguments: str, app: str = "purposeapp", **environment: str
) -> Iterator[Process]:
    """A Celery process in the service's own environment, killed with all its children in the end."""
    command = [sys.executable, "-m", "celery", "-A", app, *arguments]
    with (Path(service.environment["WORK_DIR"]) / "celery.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**service.environment, **environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: Process) -> None:
    """At once, with its children."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
