"""A Redis that keeps nothing on disk."""

from collections.abc import Sequence
from pathlib import Path

from deploy.native import probe
from deploy.native.account import Account
from deploy.native.daemon import Daemon
from deploy.native.packages import program

READY_SECONDS = 10


class Redis:
    """Redis on a loopback port, without persistence or password; `options` are more words for its command line."""

    def __init__(self, folder: Path, port: int, account: Account, *, options: Sequence[str] = ()):
        self.port = port
        self.options = options
        self.url = f"redis://127.0.0.1:{port}/0"
        self.daemon = Daemon("redis", folder, account)

    def answers(self) -> bool:
        return probe.redis(self.url)

    def start(self) -> None:
        """Start and return once it answers."""
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.daemon.start([program("redis-server"), *options, *self.options], {})
        self.daemon.wait_ready(self.answers, READY_SECONDS)
