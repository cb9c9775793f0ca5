"""One question at a time: whoever asks what is being asked already waits for that answer."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

from purposeapp.domain.errors import DirectoryUnavailable

Answer = TypeVar("Answer")


class Flights(Generic[Answer]):
    """Questions under way, by key. An error goes to all who wait and is kept for nobody."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way: dict[Hashable, Future[Answer]] = {}

    def share(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        """The answer of `ask`, from the call that is under way for this key if there is one."""
        with self._lock:
            flight = self._under_way.get(key)
            if flight is not None:
                mine = False
            else:
                mine, flight = True, Future[Answer]()
                self._under_way[key] = flight
        if mine:
            self._fly(key, flight, ask)
        return flight.result()

    def detach(self) -> None:
        """Let nobody join what is under way: from now on, answers must be newer."""
        with self._lock:
            self._under_way.clear()

    def _fly(self, key: Hashable, flight: "Future[Answer]", ask: Callable[[], Answer]) -> None:
        try:
            flight.set_result(ask())
        except Exception as error:
            flight.set_exception(error)
        except BaseException:
            # This thread is being stopped; those who wait for it are not.
            flight.set_exception(DirectoryUnavailable())
            raise
        finally:
            with self._lock:
                if self._under_way.get(key) is flight:
                    del self._under_way[key]
