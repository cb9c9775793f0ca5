"""A detached server process: started, watched, stopped, frozen and killed through its pid file."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from deploy.native.account import Account
from deploy.native.errors import ServiceError
from deploy.native.processes import family, is_running, look_up, send

LOG_LINES_SHOWN = 20
POLL_SECONDS = 0.1


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll `condition` until it holds (True) or the time is over (False)."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


class Daemon:
    """One server process of `account`.

    `folder` stays the caller's and holds the pid file and the log, so that a server gone wrong cannot make
    its (perhaps privileged) keeper signal or overwrite something else; `home` in it is the server's own.
    The pid file has the process id and its start time: a recycled id is never taken for ours.
    """

    def __init__(
        self, name: str, folder: Path, account: Account, stop_signal: signal.Signals = signal.SIGTERM
    ):
        self.name = name
        self.folder = folder
        self.home = folder / "home"
        self.account = account
        self.stop_signal = stop_signal
        self.log = folder / f"{name}.log"
        self._pid_file = folder / f"{name}.pid"
        self._child: subprocess.Popen[bytes] | None = None

    def make_home(self) -> Path:
        """Create the server's own folder when it is missing, and return it."""
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        return self.account.make_folder(self.home)

    @property
    def pid(self) -> int | None:
        """The id of the running server process, or None."""
        try:
            pid, born = (int(part) for part in self._pid_file.read_text().split())
        except (FileNotFoundError, ValueError):
            return None
        process = look_up(pid)
        return pid if process and is_running(process) and process.born == born else None

    def start(self, command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
        """Start the server in a session of its own, so that it outlives this program."""
        self.make_home()
        with self.log.open("wb") as log:
            self._child = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.home), **environment},
                start_new_session=True,
                **self.account.process_arguments(),
            )
        process = look_up(self._child.pid)
        if process is not None:
            self._pid_file.write_text(f"{process.pid} {process.born}\n")

    def wait_ready(self, answers: Callable[[], bool], seconds: float) -> None:
        """Wait until the server answers; raise ServiceError with its last words when it does not."""
        wait_until(lambda: answers() or self.pid is None, seconds)
        if self.pid is None:
            raise ServiceError(self._last_words("ended while starting"))
        if not answers():
            raise ServiceError(self._last_words(f"did not answer within {seconds:.0f} s"))

    def stop(self, grace_seconds: float = 30) -> None:
        """Ask the server to end, then kill what is left of it. Not running is no error."""
        pid = self.pid
        if pid is not None:
            send(signal.SIGCONT, pid)
            os.kill(pid, self.stop_signal)
            self._wait_gone(pid, grace_seconds)
            send(signal.SIGKILL, pid)
        self._forget()

    def kill(self) -> None:
        """`kill -9` the whole family at once, as a power cut would."""
        pid = self.pid
        if pid is not None:
            # Once the leader is dead, members that left its session are no longer found through it.
            members = family(pid)
            send(signal.SIGKILL, pid)
            self._wait_gone(pid, 10, also=members)
        self._forget()

    def freeze(self) -> None:
        """SIGSTOP: sockets stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: the frozen server goes on where it was."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        pid = self.pid
        if pid is None:
            raise ServiceError(f"{self.name} is not running")
        send(number, pid)

    def _wait_gone(self, pid: int, seconds: float, *, also: Iterable[int] = ()) -> None:
        known = set(also)
        wait_until(
            lambda: not any(is_running(look_up(member)) for member in known | set(family(pid))), seconds
        )

    def _forget(self) -> None:
        if self._child is not None:
            self._child.wait()
            self._child = None
        self._pid_file.unlink(missing_ok=True)

    def _last_words(self, what: str) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:]
        quoted = "\n".join(f"    {line}" for line in lines)
        return f"{self.name} {what}. The end of its log, {self.log}:\n{quoted}"
