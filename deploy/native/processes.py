"""Linux processes as /proc tells them: identity that survives pid reuse, and whole families."""

import contextlib
import os
import signal
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")


class Process(NamedTuple):
    """One row of the process table. `born` is the start time in clock ticks since boot."""

    pid: int
    state: str
    parent: int
    session: int
    born: int


def look_up(pid: int) -> Process | None:
    """The process with this id, or None when there is none. See proc(5), `/proc/pid/stat`."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The second field, the program's name, may itself hold spaces and brackets.
    fields = text.rpartition(")")[2].split()
    return Process(pid, fields[0], int(fields[1]), int(fields[3]), int(fields[19]))


def family(leader: int) -> list[int]:
    """Ids of the session that `leader` opened, and of all descendants of its members.

    Both are needed: PostgreSQL's backends leave the session, and orphans keep only the session.
    """
    table = [entry for path in PROC.iterdir() if path.name.isdigit() and (entry := look_up(int(path.name)))]
    members = {entry.pid for entry in table if leader in (entry.pid, entry.session)}
    while found := {entry.pid for entry in table if entry.parent in members} - members:
        members |= found
    return sorted(members)


def send(number: signal.Signals, leader: int) -> None:
    """Send a signal to the whole family; a member that has just gone is no error."""
    for pid in family(leader):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def is_running(process: Process | None) -> bool:
    """True unless gone or a zombie (dead, but not yet reaped by its parent)."""
    return process is not None and process.state not in "ZX"
