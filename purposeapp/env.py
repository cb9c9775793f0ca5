"""Typed readers of the environment. A wrong value stops the start with a sentence that says the cure.

Every variable NAME can also be given as NAME_FILE, the path of a file that holds the value (Docker and Kubernetes secrets).
"""

import math
import os
import secrets
import ssl
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class Environment:
    """Reads settings from a mapping of environment variables; blank counts as absent."""

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self._variables = variables

    def text(self, name: str, default: str = "") -> str:
        value = self._variables.get(name, "").strip()
        path = self._variables.get(f"{name}_FILE", "").strip()
        if value and path:
            raise ImproperlyConfigured(f"Both {name} and {name}_FILE are set; set only one of them.")
        return (_content(name, path) if path else value) or default

    def given(self, name: str) -> bool:
        return bool(self.text(name))

    def flag(self, name: str, default: bool) -> bool:
        value = self.text(name).lower()
        if not value:
            return default
        if value in _TRUE | _FALSE:
            return value in _TRUE
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """One of the choices, which are in capitals; case does not matter."""
        value = self.text(name, default).upper()
        if value not in choices:
            raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
        return value

    def integer(self, name: str, default: int, *, least: int = 0, most: int) -> int:
        """A whole number of a range, both ends included."""
        return int(self._number(name, default, least, most, int))

    def seconds(self, name: str, default: float) -> float:
        """How long to wait for an answer: less than a network takes, or more than anybody waits, is a mistake."""
        return self._number(name, default, 0.05, 60.0, float)

    def names(self, name: str, default: str = "") -> list[str]:
        """A comma-separated list."""
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def url(self, name: str, *schemes: str, default: str = "") -> str:
        """A URL of one of the schemes. The value itself is never shown: it may hold a password."""
        value = self.text(name, default)
        if value and not _is_url(value, schemes):
            raise ImproperlyConfigured(
                f"{name} must be a URL that begins with {' or '.join(schemes)}://; a port in it is from 1 to 65535."
            )
        return value

    def certificates(self, name: str) -> str:
        """The path of a PEM file with certificates, which was read once to see that it can be; blank without one."""
        path = self.text(name)
        try:
            if path:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
        except OSError as error:
            what = "it holds none" if isinstance(error, ssl.SSLError) else error.strerror
            raise ImproperlyConfigured(
                f"{name} names no certificates that can be read: {path}: {what}. Give the path of a PEM file that this"
                " account may read, or leave it out to trust the certificates that the system trusts."
            ) from None
        return path

    def _number(
        self, name: str, default: float, least: float, most: float, kind: type[int] | type[float]
    ) -> float:
        value = self.text(name)
        try:
            number = kind(value) if value else default
        except ValueError:
            number = math.nan  # which is in no range
        if not least <= number <= most:
            what = "a whole number" if kind is int else "a number"
            raise ImproperlyConfigured(
                f"{name} must be {what} from {least} to {most}, not {value!r}; without it, it is {default}."
            )
        return number


def kept(path: Path, make: Callable[[], str]) -> str:
    """The content of a private file (mode 0600), made on first use.

    Several processes may start at once: the file appears whole or not at all, and all of them read the first one's.
    """
    try:
        if not path.exists():
            _create_once(path, make())
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be kept: {error.strerror}. Set WORK_DIR to a folder of this account."
        ) from None


def _create_once(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename, this never replaces what another process put there first
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _is_url(value: str, schemes: Sequence[str]) -> bool:
    """Several hosts may stand in one, with commas between them."""
    try:
        parts, whole = urlsplit(value.split(",")[0]), urlsplit(value)
        ports = [urlsplit(f"//{host}").port for host in whole.netloc.rpartition("@")[2].split(",")]
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc or parts.path) and 0 not in ports


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}: {path}") from None
