"""The stream in Redis that carries notices from leaders to listeners, and Redis's clock as seen from here.

Clocks of different machines cannot be compared, but all can be compared with Redis's. Doubt makes data look older, never
fresher: when Redis's clock steps forth or back, when an answer is slow, when a process was frozen.
"""

import logging
import time
from collections.abc import Mapping
from hashlib import blake2b
from threading import Event, Lock, Thread
from typing import Any

from redis import RedisError

from purposeapp.events.channel import Channel, Clock, Notice
from purposeapp.redis import Script, connect

log = logging.getLogger(__name__)

_STREAM = "changes"
_KEPT = 1_000
"""Notices in the stream, about: whoever reads at all is never far behind."""

_BLOCK_MS = 500
_READ_TIMEOUT = 2.0
"""Longer than a blocking read takes, or a quiet Redis would look like a dead one."""

_WRITE_TIMEOUT = 0.1
_PAUSE = 0.5
_QUIET = 2.0
"""Seconds without any notice after which the end of the stream is looked for anew: Redis may have lost it."""

_OFFSET_KEPT = 60.0
"""Seconds for which the largest difference between the clocks counts: longer than a notice can be on its way."""

_TIME = Script("return redis.call('TIME')")
"""Run with the stream as its key: the time of the node that has it."""


class RedisClock:
    """Redis's clock, by how far it is ahead of ours (which never steps)."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._ahead: float | None = None
        self._noted_at = 0.0

    def note(self, seconds: float, *, asked_at: float) -> None:
        """Redis said `seconds` to a question sent at `asked_at`: so by then it was no further ahead than that."""
        ahead = seconds - asked_at
        if self._ahead is None or ahead >= self._ahead or asked_at - self._noted_at > _OFFSET_KEPT:
            self._ahead, self._noted_at = ahead, asked_at

    def ours(self, seconds: float) -> float:
        """A moment of Redis's clock on ours, or an earlier one; never one that is still to come."""
        return float("-inf") if self._ahead is None else min(seconds - self._ahead, self._clock())

    def now(self) -> float:
        """Epoch seconds that all processes agree about, once Redis has been heard; this machine's until then."""
        return time.time() if self._ahead is None else self._clock() + self._ahead


class Relay:
    """One process's end of the stream. Its thread begins with the first channel.

    Only those are believed who know the `secret`: a notice that nothing happened keeps old answers in use.
    """

    def __init__(self, url: str, *, prefix: str, secret: str, clock: Clock = time.monotonic) -> None:
        self._writer = connect(url, deadline=_WRITE_TIMEOUT, decode_responses=True)
        self._reader = connect(url, deadline=_READ_TIMEOUT, decode_responses=True)
        self._secret = blake2b(secret.encode(), digest_size=32, person=b"relay").digest()
        self._stream = f"{prefix}:{_STREAM}"
        self._clock = clock
        self.clock = RedisClock(clock)
        self._channels: dict[str, Channel] = {}
        self._opening = Lock()
        self._thread: Thread | None = None
        self._stopped = Event()
        self._is_down = False

    def channel(self, name: str) -> Channel:
        """The channel of a source; everybody who follows the same source gives the same name."""
        with self._opening:
            if name not in self._channels:
                # By its tag a lease lies beside the stream in a cluster: there is but one node whose clock counts.
                lease = f"{{{self._stream}}}:leader:{name}"
                self._channels[name] = Channel(name, lease, self._writer, self._say, clock=self._clock)
            return self._channels[name]

    def start(self) -> None:
        """Begin to listen; nothing happens when that goes on already."""
        with self._opening:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name="relay", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Listen no more; the thread ends within a blocking read."""
        self._stopped.set()

    def _say(self, notice: Notice) -> None:
        words = (word for field in notice.fields(self._secret).items() for word in field)
        self._writer.execute_command("XADD", self._stream, "MAXLEN", "~", _KEPT, "*", *words)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
            except RedisError as error:
                if not self._is_down:
                    log.warning(
                        "Redis does not answer (%s): each process polls for itself", type(error).__name__
                    )
                self._is_down = True
                self._stopped.wait(_PAUSE)
            except Exception:
                log.exception("listening to changes failed")
                self._stopped.wait(_PAUSE)

    def _listen(self) -> None:
        """Hear what is said from now on, until `stop`. Raises RedisError when Redis fails."""
        self._read_clock()
        last, heard_at = self._end(), self._clock()
        if self._is_down:
            log.warning("Redis answers again")
            self._is_down = False
        while not self._stopped.is_set():
            answer: Any = self._reader.execute_command(
                "XREAD", "COUNT", _KEPT, "BLOCK", _BLOCK_MS, "STREAMS", self._stream, last
            )
            entries = _entries(answer)
            if entries:
                # After the notices, so that a step of Redis's clock between the two makes them older.
                self._read_clock()
                last, heard_at = entries[-1][0], self._clock()
                for _, fields in entries:
                    self._hand_on(fields)
            elif self._clock() - heard_at > _QUIET:
                last, heard_at = self._end(), self._clock()

    def _hand_on(self, fields: Mapping[str, str]) -> None:
        try:
            notice = Notice.of(fields, self._secret)
        except (LookupError, ValueError):
            return  # not one of ours; whoever misses a notice asks the source
        channel = self._channels.get(notice.channel)
        if channel is not None:
            channel.hear(notice, as_of=self.clock.ours(notice.asked_at))

    def _end(self) -> str:
        newest: Any = self._reader.execute_command("XREVRANGE", self._stream, "+", "-", "COUNT", 1)
        return str(newest[0][0]) if newest else "0-0"

    def _read_clock(self) -> None:
        asked_at = self._clock()
        seconds, microseconds = _TIME.run(self._reader, [self._stream], [])
        self.clock.note(int(seconds) + int(microseconds) / 1_000_000, asked_at=asked_at)


def _entries(answer: Any) -> list[tuple[str, Mapping[str, str]]]:
    """The entries of the one stream: in a list of pairs, or, in the newer protocol, a mapping of lists of lists."""
    if not answer:
        return []
    if isinstance(answer, dict):
        return [entry for pages in answer.values() for page in pages for entry in page]
    return list(answer[0][1])
