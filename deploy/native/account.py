"""The unprivileged account that servers run as: Elasticsearch and initdb refuse root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SYSTEM_USER = "purposeapp"


@dataclass(frozen=True)
class Account:
    """A user and its group; `is_other` when the caller is root and has to step down to it."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        return os.geteuid() != self.uid

    def process_arguments(self) -> dict[str, Any]:
        """Arguments of `subprocess.Popen` that start a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}

    def make_folder(self, path: Path) -> Path:
        """Create `path` for this account alone (mode 0700) and return it."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.is_other:
            os.chown(path, self.uid, self.gid)
        return path

    def own(self, tree: Path) -> None:
        """Give `tree` and everything under it to this account."""
        if not self.is_other:
            return
        for path in (tree, *tree.rglob("*")):
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def unprivileged() -> Account:
    """The caller's own account, or the system user `purposeapp` (created when missing) for root."""
    if os.geteuid() != 0:
        return Account(os.getuid(), os.getgid())
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        subprocess.run(["useradd", *options, SYSTEM_USER], check=True)
        entry = pwd.getpwnam(SYSTEM_USER)
    return Account(entry.pw_uid, entry.pw_gid)
