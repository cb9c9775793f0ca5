"""A progress bar for plain terminals; lines where there is no terminal."""

import shutil
import time
from collections.abc import Callable
from typing import Protocol

LINE_EVERY = 5.0
"""Seconds between two lines about the same thing, where there is no terminal."""

_WIDEST = 40
_NARROWEST = 10


class Output(Protocol):
    """Django's OutputWrapper, as far as it is needed."""

    def write(self, msg: str = ..., style_func: None = ..., ending: str | None = ...) -> object: ...
    def flush(self) -> None: ...
    def isatty(self) -> bool: ...


class Bar:
    """Shows one line that changes. Ends with `close`, which leaves its last state to be read."""

    def __init__(self, output: Output, clock: Callable[[], float] = time.monotonic) -> None:
        self._output = output
        self._clock = clock
        self._is_terminal = output.isatty()
        self._shown = ""
        self._shown_at = -LINE_EVERY

    def show(self, share: float | None, text: str) -> None:
        """Draw what is done, from 0 to 1 (None: nobody knows), and a few words."""
        if self._is_terminal:
            self._draw(bar_line(share, text, shutil.get_terminal_size().columns))
        elif text != self._shown and self._clock() - self._shown_at >= LINE_EVERY:
            self._say(text)

    def close(self, text: str) -> None:
        """Say the last words on a line of their own."""
        if self._is_terminal:
            self._draw("")
        self._say(text)

    def _draw(self, line: str) -> None:
        self._output.write(f"\r\x1b[K{line}", ending="")
        self._output.flush()

    def _say(self, text: str) -> None:
        self._shown, self._shown_at = text, self._clock()
        self._output.write(text)
        self._output.flush()


def bar_line(share: float | None, text: str, columns: int) -> str:
    """`[####------]  42% text`, cut to the width; the bar goes first where there is little room."""
    room = columns - 1  # a full line would wrap in some terminals
    percent = "    " if share is None else f"{share:4.0%}"
    width = min(_WIDEST, room - len(text) - len(percent) - 4)
    if width < _NARROWEST:
        return f"{percent} {text}".strip()[:room]
    full = round(width * (share or 0))
    return f"[{'#' * full}{'-' * (width - full)}] {percent} {text}"
