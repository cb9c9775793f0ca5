"""What a poll of the directory does to its cache."""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Protocol

from purposeapp.directory.base import DirectoryChanges
from purposeapp.events.following import Clock, News

READ_ANEW_EVERY = 900.0
"""Seconds, on average, after which this process reads all anew from what is shared: for changes that no tail could see."""

Ask = Callable[[bool], DirectoryChanges]
"""A tail's poll; the argument as in `following.Poll`."""


class Cache(Protocol):
    """What is kept of a directory: in this process, and for all that share it."""

    def forget(self, user_ids: Iterable[str]) -> None:
        """These users may be others now."""
        ...

    def forget_structure(self) -> None:
        """Groups, roles or edges between them may be; whatever this process keeps is read anew."""
        ...

    def forget_everything(self) -> None:
        """Anybody may be another, for all processes."""
        ...

    def confirm(self, as_of: float) -> None:
        """All changes until this moment of the monotonic clock have been told."""
        ...


class Together:
    """Several caches that are told the same, in this order."""

    def __init__(self, *caches: Cache) -> None:
        self._caches = caches

    def forget(self, user_ids: Iterable[str]) -> None:
        ids = tuple(user_ids)
        for cache in self._caches:
            cache.forget(ids)

    def forget_structure(self) -> None:
        for cache in self._caches:
            cache.forget_structure()

    def forget_everything(self) -> None:
        for cache in self._caches:
            cache.forget_everything()

    def confirm(self, as_of: float) -> None:
        for cache in self._caches:
            cache.confirm(as_of)


class KeptPeople:
    """Keeps one cache as the directory is."""

    def __init__(self, cache: Cache, ask: Ask, *, clock: Clock = time.monotonic) -> None:
        self._cache = cache
        self._ask = ask
        self._clock = clock
        self._read_anew_at: float | None = None

    def poll(self, at_source: bool) -> News:
        """See `following.Poll`. Where the directory keeps no record, who must catch up reads everybody anew."""
        changes = self._ask(at_source)
        if at_source and not changes.is_complete:
            changes = replace(changes, everything=True)
        return News(
            changes.as_of if changes.is_complete else None,
            changes.is_new or self._is_anew_due(),
            partial(self._settle, changes),
            changes.warning,
        )

    def _settle(self, changes: DirectoryChanges) -> None:
        # The first poll calls everything new. It is to this process; what others share is vouched for among them.
        if changes.everything and self._read_anew_at is not None:
            self._cache.forget_everything()
        elif changes.structure or self._is_anew_due():
            self._cache.forget_structure()
            self._read_anew_at = self._clock() + READ_ANEW_EVERY * random.uniform(0.75, 1.25)  # noqa: S311 (to spread load)
        if changes.users:
            self._cache.forget(changes.users)
        if changes.is_complete:
            self._cache.confirm(changes.as_of)

    def _is_anew_due(self) -> bool:
        return self._read_anew_at is None or self._clock() >= self._read_anew_at
