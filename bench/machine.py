"""On what the figures were taken."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from bench.places import ROOT


def describe() -> dict[str, object]:
    """The machine, the code, and how busy the machine was with other things when we began."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": _value("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory": _value("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
        "python": platform.python_version(),
        "commit": _commit(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "load_generator": "on the same machine",
    }


def _value(path: str, name: str) -> str:
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "unknown")


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
