"""The catalogue of each tenant, kept for a moment: typing in a search box asks for it at every letter."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from purposeapp.discovery.finding import catalogue_of
from purposeapp.discovery.freshness import Ports
from purposeapp.domain.finding import Catalogue

MAX_AGE = 30.0
"""Seconds. A name that is new or gone may be missing or offered for so long; what is shown of it is always current."""


@dataclass
class _Shelf:
    lock: Lock = field(default_factory=Lock)
    catalogue: Catalogue | None = None
    made_at: float = 0.0


class Catalogues:
    """One catalogue for each tenant; whoever comes while one is made waits for it, so that it is made once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._shelves: dict[str, _Shelf] = {}

    def of(self, ports: Ports) -> Catalogue:
        """Raises Unavailable when there is none that is fresh and the sources do not answer."""
        with self._lock:
            shelf = self._shelves.setdefault(ports.slug, _Shelf())
        with shelf.lock:
            if shelf.catalogue is None or self._clock() - shelf.made_at > MAX_AGE:
                begun = self._clock()
                shelf.catalogue = catalogue_of(policies=ports.policies, directory=ports.directory)
                shelf.made_at = begun
            return shelf.catalogue

    def forget(self) -> None:
        with self._lock:
            self._shelves.clear()


catalogues = Catalogues()
