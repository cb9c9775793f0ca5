"""What a long step says while it runs, on stderr."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

EVERY_SECONDS = 5.0

Item = TypeVar("Item")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def counted(items: Iterable[Item], what: str, total: int | None = None) -> Iterator[Item]:
    """Pass the items on, telling now and then how many there were."""
    began = told = time.monotonic()
    count = 0
    for count, item in enumerate(items, 1):
        yield item
        if time.monotonic() - told > EVERY_SECONDS:
            told = time.monotonic()
            say(f"  {count:,}{f' of {total:,}' if total else ''} {what}")
    say(f"  {count:,} {what} in {time.monotonic() - began:.0f} s")
