"""What processes have used, from Linux's /proc."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu` seconds of all processes together since they started; `peak` resident bytes of the largest one;
    `resident` bytes of each now, the largest first."""

    cpu: float
    peak: int
    resident: tuple[int, ...]


def usage_of_group(group: int) -> Usage:
    """Of the living processes of a process group."""
    members = list(_members(group))
    resident = sorted((now for _, _, now in members), reverse=True)
    return Usage(
        sum(cpu for cpu, _, _ in members), max((peak for _, peak, _ in members), default=0), tuple(resident)
    )


def forget_peaks(group: int) -> None:
    """From now on the peak of each process is the most since now."""
    for folder, _ in _processes(group):
        (folder / "clear_refs").write_text("5")


def _members(group: int) -> Iterator[tuple[float, int, int]]:
    """CPU seconds, peak and resident bytes of each."""
    for folder, fields in _processes(group):
        with suppress(OSError):  # it ended meanwhile
            yield (int(fields[11]) + int(fields[12])) / _TICK, *_memory(folder)


def _processes(group: int) -> Iterator[tuple[Path, list[str]]]:
    """The folder of each, and what its `stat` says behind the name."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # The name, in brackets, may hold blanks; behind it come state, parent, process group, …
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                yield folder, fields


def _memory(folder: Path) -> tuple[int, int]:
    lines = (folder / "status").read_text().splitlines()
    sizes = {
        name: rest.split()[0] for name, _, rest in (line.partition(":") for line in lines) if rest.split()
    }
    return 1024 * int(sizes.get("VmHWM", 0)), 1024 * int(sizes.get("VmRSS", 0))
