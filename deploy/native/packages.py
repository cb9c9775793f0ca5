"""Programs from Debian packages: found where they are, installed when missing and allowed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from deploy.native.errors import ServiceError

POSTGRES_FOLDER = Path("/usr/lib/postgresql")
PACKAGES = {
    "java": "default-jre-headless",
    "mvn": "maven",
    "postgres": "postgresql",
    "redis-server": "redis-server",
    # Only tests use these.
    "docker-compose": "docker-compose",
    "pgbouncer": "pgbouncer",
    "chromium": "chromium",
    "faketime": "faketime",
}


def find(program: str) -> Path | None:
    """The program on PATH, or among Debian's PostgreSQL programs (newest version first)."""
    if on_path := shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"):
        return Path(on_path)
    versions = sorted(POSTGRES_FOLDER.glob("*"), key=lambda folder: int(folder.name), reverse=True)
    return next((path for folder in versions if (path := folder / "bin" / program).exists()), None)


def program(name: str) -> Path:
    """As `find`, but a missing program is a ServiceError that names its package."""
    path = find(name)
    if path is None:
        raise ServiceError(f"{name} is not installed; cure: apt-get install {PACKAGES.get(name, name)}")
    return path


def java_home() -> Path:
    """The folder of the Java runtime that `java` on PATH belongs to."""
    return program("java").resolve().parent.parent


def ensure(programs: Iterable[str]) -> None:
    """Install the Debian packages of those programs that are missing."""
    missing = sorted({PACKAGES[name] for name in programs if find(name) is None})
    if not missing:
        return
    prefix = _root_prefix()
    if prefix is None or shutil.which("apt-get") is None:
        raise ServiceError(f"these packages are missing; cure, as root: apt-get install {' '.join(missing)}")
    print(f"installing {' '.join(missing)} …", file=sys.stderr)
    # Runlevel 1 keeps Debian's scripts from starting servers of their own on the usual ports.
    settings = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"]
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *missing]):
        result = subprocess.run([*prefix, *settings, "apt-get", *step], stdout=sys.stderr)
        if result.returncode:
            raise ServiceError(f"apt-get {step[0]} failed; cure: install by hand: {' '.join(missing)}")


def _root_prefix() -> list[str] | None:
    """What to put before a command to run it as root; None when that is not allowed."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None
