"""Commands, as they are to be typed."""

import shlex
import sys
from pathlib import Path

from django.conf import settings


def typed(*arguments: str) -> str:
    """A command of manage.py for a shell in this folder, with the Python that has what it needs."""
    paths = Path(sys.executable), Path(settings.BASE_DIR) / "manage.py"
    return shlex.join([*map(_from_here, paths), *arguments])


def _from_here(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
