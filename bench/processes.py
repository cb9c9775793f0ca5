"""What processes have used, from Linux's /proc."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu` seconds of all processes together since they started; `peak` resident bytes of the largest one."""

    cpu: float
    peak: int


def usage_of_group(group: int) -> Usage:
    """Of the living processes of a process group."""
    members = list(_members(group))
    return Usage(sum(cpu for cpu, _ in members), max((peak for _, peak in members), default=0))


def _members(group: int) -> Iterator[tuple[float, int]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name, in brackets, may hold blanks; behind it come state, parent, process group, …
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                yield (int(fields[11]) + int(fields[12])) / _TICK, _peak(folder)
        except OSError:
            continue  # it ended meanwhile


def _peak(folder: Path) -> int:
    lines = (folder / "status").read_text().splitlines()
    sizes = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return 1024 * sum(sizes)
