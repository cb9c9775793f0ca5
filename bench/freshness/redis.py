"""A Redis of our own on loopback, to be frozen, flushed and stopped."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.service import free_port
from deploy.native.account import unprivileged
from deploy.native.redis import Redis


@contextmanager
def own_redis() -> Iterator[Redis]:
    """Gone afterwards, with its folder."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        Path(folder).chmod(0o711)  # its account is another one, and must get through
        server = Redis(Path(folder), free_port(), unprivileged())
        try:
            server.start()
            yield server
        finally:
            server.daemon.kill()
