"""Server distributions from Maven artefacts: fetched once, checked against a pinned digest, unpacked."""

import hashlib
import subprocess
import sys
import threading
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.native.account import Account
from deploy.native.errors import ServiceError
from deploy.native.packages import program

# Two Maven processes may spoil each other's local repository while both fill it.
_one_maven = threading.Lock()


@dataclass(frozen=True)
class Artefact:
    """A zip of one server: Maven `group:name:version`, its SHA-256, and the folder inside it."""

    coordinates: str
    sha256: str
    folder: str

    def unpacked(self, home: Path, account: Account) -> Path:
        """The distribution's folder in `home`, owned by `account`; fetched and unpacked when missing."""
        target = home / self.folder
        if not target.exists():
            with TemporaryDirectory(dir=home) as temporary:
                archive = self._fetch(Path(temporary))
                _unzip(archive, Path(temporary))
                fresh = Path(temporary) / self.folder
                account.own(fresh)
                fresh.rename(target)
        return target

    def _fetch(self, folder: Path) -> Path:
        print(f"fetching {self.coordinates} …", file=sys.stderr)
        goal = ["dependency:copy", f"-Dartifact={self.coordinates}:zip", f"-DoutputDirectory={folder}"]
        with _one_maven:
            result = subprocess.run([program("mvn"), "-q", "-B", "-C", *goal], stdout=sys.stderr, cwd=folder)
        archive = next(folder.glob("*.zip"), None)
        if result.returncode or archive is None:
            raise ServiceError(
                f"Maven could not fetch {self.coordinates}; cure: check the network and try again"
            )
        with archive.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        if digest != self.sha256:
            raise ServiceError(
                f"{self.coordinates} has SHA-256 {digest}, not the pinned {self.sha256}: not used"
            )
        return archive


def _unzip(archive: Path, folder: Path) -> None:
    """Unpack and keep the file modes, which `ZipFile.extractall` drops."""
    with zipfile.ZipFile(archive) as content:
        for member in content.infolist():
            path = Path(content.extract(member, folder))
            if mode := member.external_attr >> 16 & 0o777:
                path.chmod(mode)
