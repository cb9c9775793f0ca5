"""Where an issuer's keys are had, and for how long they are believed."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from purposeapp.domain.errors import KeysUnavailable
from purposeapp.tokens.fetch import DEADLINE, Fetch, FetchFailed, fetch
from purposeapp.tokens.keys import Key, usable_keys
from purposeapp.tokens.published import KeysById, PublishedKeys, by_id

__all__ = ["Key", "KeySource", "RemoteKeys", "StaticKeys"]

REFRESH_AFTER = 30.0
"""Age in seconds at which keys are fetched anew beside the request that noticed it."""
STALE_AFTER = 55.0
"""Age in seconds at which a request waits for newer keys, so that a removed key is refused within a minute."""
COOLDOWN = 5.0
"""Seconds between fetches for keys nobody has heard of, and between fetches that fail."""
KEEP = 86_400.0
"""Seconds for which the last good keys serve while the issuer cannot be reached."""


class KeySource(Protocol):
    """The signing keys of one issuer."""

    def key(self, kid: str | None) -> Key | None:
        """The key of that id, or None when the issuer has none; without an id, its only key.

        Raises KeysUnavailable when that cannot be told: "not fetched" is not "not there".
        """
        ...

    @property
    def generation(self) -> int:
        """Another number whenever the keys may be others than before. Costs nothing."""
        ...


class StaticKeys:
    """Keys that never change, from a JWKS document. Raises ValueError when none of them may verify."""

    def __init__(self, jwks: Mapping[str, object]) -> None:
        self._keys = by_id(usable_keys(jwks))
        if not self._keys:
            raise ValueError("the key set has no key that may verify signatures")
        self.generation = 0

    def key(self, kid: str | None) -> Key | None:
        return self._keys.get(kid)


class RemoteKeys:
    """The keys that an issuer publishes: fetched when first needed, then kept young beside the requests.

    `url` None means: where the discovery document of `issuer` says. `clock` gives monotonic seconds.
    One fetch runs at a time, in a thread of its own. A caller waits only when it has no key to go on with, or keys
    older than STALE_AFTER of an issuer that answered last time; never beyond the fetch's deadline.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        issuer: str | None = None,
        fetch: Fetch = fetch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._published = PublishedKeys(url, issuer, fetch)
        self._clock = clock
        self._lock = threading.Lock()
        self._good: _Good | None = None
        self.generation = 0
        self._attempt: _Attempt | None = None
        self._failing = False
        self._stranger_at = float("-inf")

    def key(self, kid: str | None) -> Key | None:
        keys = self._believed()
        if keys is None:
            return self._after(self._attempt_when(self._due), kid)
        if kid is None or kid in keys:
            return keys.get(kid)
        return self._after(self._attempt_when(self._due_for_stranger), kid)

    def _believed(self) -> KeysById | None:
        """The keys we have and may still go by; sees to it that they get younger."""
        good = self._good
        if good is None:
            return None
        age = self._clock() - good.fetched_at
        if age >= REFRESH_AFTER:
            was_failing = self._failing
            attempt = self._attempt_when(self._due)
            # An issuer in trouble holds up nobody who has keys: those who find out wait, those after them don't.
            if age >= STALE_AFTER and not was_failing:
                self._wait(attempt)
                good = self._good or good
        return good.keys if self._clock() - good.fetched_at < KEEP else None

    def _after(self, attempt: "_Attempt", kid: str | None) -> Key | None:
        """Look (again) once the attempt has ended well."""
        self._wait(attempt)
        if not attempt.succeeded or self._good is None:
            raise KeysUnavailable(retry_after=int(COOLDOWN))
        return self._good.keys.get(kid)

    def _wait(self, attempt: "_Attempt") -> None:
        attempt.ended.wait(max(0.0, attempt.started_at + DEADLINE - self._clock()))

    def _due(self, now: float) -> bool:
        return self._attempt is None or not self._failing or now - self._attempt.started_at >= COOLDOWN

    def _due_for_stranger(self, now: float) -> bool:
        """An unknown id is either a new key or made up: a flood of them costs one fetch in COOLDOWN seconds."""
        if not self._due(now) or now - self._stranger_at < COOLDOWN:
            return False
        self._stranger_at = now
        return True

    def _attempt_when(self, due: Callable[[float], bool]) -> "_Attempt":
        """The fetch under way; else a new one when `due`; else the last one, which has ended."""
        with self._lock:
            attempt, now = self._attempt, self._clock()
            if attempt is None or (attempt.ended.is_set() and due(now)):
                attempt = _Attempt(now)
                threading.Thread(target=self._run, args=(attempt,), daemon=True, name="jwks").start()
                self._attempt = attempt
            return attempt

    def _run(self, attempt: "_Attempt") -> None:
        try:
            self._good = _Good(self._published.load(), self._clock())
            self.generation += 1
            attempt.succeeded = True
        except FetchFailed:
            pass  # what we had stays: no answer, or a broken one, is no news about keys
        finally:
            self._failing = not attempt.succeeded
            attempt.ended.set()


@dataclass(frozen=True, slots=True)
class _Good:
    keys: KeysById
    fetched_at: float


@dataclass(slots=True)
class _Attempt:
    started_at: float
    succeeded: bool = False
    ended: threading.Event = field(default_factory=threading.Event)
