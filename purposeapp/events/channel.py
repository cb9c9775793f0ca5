"""What is said about one source in Redis: who polls it for all, and what was found.

The leader holds a lease of a few seconds and says after each poll, news or not, when that poll began, by Redis's clock.
Each of its notices has a number, one more than the last. Who has heard them without a gap knows of everything there was
until the last one; who has missed one asks the source. So nothing is lost when notices are, or when two lead at once.
"""

import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import Any

import orjson
from redis import RedisError

from purposeapp.redis import RedisClient, Script

SILENCE = 1.0
"""Seconds without a notice after which there is no leader to listen to."""

LEASE_MS = 3_000
_REDIS_PAUSE = 1.0
"""Seconds for which a Redis that failed is left alone."""

# A lease is taken where it is free and prolonged where it is ours; the answer has Redis's time, as of this moment.
_LEAD = Script("""
local owner = redis.call('GET', KEYS[1])
if owner == ARGV[1] then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
elseif owner == false then
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
    owner = ARGV[1]
end
local now = redis.call('TIME')
return {owner == ARGV[1] and 1 or 0, now[1], now[2]}
""")
_RESIGN = Script("if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end")

Clock = Callable[[], float]
Say = Callable[["Notice"], None]
"""Adds a notice to the stream. Raises RedisError."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a leader says after a poll that began at `asked_at`, in seconds of Redis's clock."""

    channel: str
    leader: str
    number: int
    asked_at: float
    is_new: bool

    def fields(self, secret: bytes) -> dict[str, str]:
        """As Redis keeps it: texts, and a seal that nobody makes without the secret (16 to 64 bytes)."""
        texts = {
            "channel": self.channel,
            "leader": self.leader,
            "number": str(self.number),
            "asked_at": repr(self.asked_at),
            "is_new": str(int(self.is_new)),
        }
        return {**texts, "seal": _seal(texts, secret)}

    @classmethod
    def of(cls, fields: Mapping[str, str], secret: bytes) -> "Notice":
        """Raises LookupError or ValueError for anything else in the stream, whoever wrote it."""
        texts = {name: fields[name] for name in cls.__slots__}
        if not hmac.compare_digest(fields["seal"].encode(), _seal(texts, secret).encode()):
            raise ValueError("the seal is not ours")
        return cls(
            fields["channel"],
            fields["leader"],
            int(fields["number"]),
            float(fields["asked_at"]),
            fields["is_new"] == "1",
        )


def _seal(texts: Mapping[str, str], secret: bytes) -> str:
    written = orjson.dumps(texts, option=orjson.OPT_SORT_KEYS)
    return blake2b(written, key=secret, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Heard:
    """All that happened until `as_of` (monotonic clock) is known, but for what `is_new` says there is to ask for."""

    as_of: float
    is_new: bool


class Channel:
    """One source, as one process leads or listens. Made by `Relay.channel`."""

    def __init__(
        self, name: str, key: str, client: RedisClient, say: Say, *, clock: Clock = time.monotonic
    ) -> None:
        self.name = name
        self.on_news: Callable[[], None] = _nothing
        self._key = key
        self._client = client
        self._say = say
        self._clock = clock
        self._token = secrets.token_hex(8)
        self._said = 0
        self._leads_until = 0.0
        self._leave_alone_until = 0.0
        self._hearing = Lock()
        self._last: tuple[str, int] | None = None
        self._heard_at = float("-inf")
        self._as_of = float("-inf")
        self._is_new = False
        self._is_broken = True

    @property
    def is_leading(self) -> bool:
        return self._clock() < self._leads_until

    # --- leading ---

    def lead(self) -> float | None:
        """Take the lease, or keep it: gives Redis's time when this process may lead, else None. Never raises."""
        if not self.is_leading and self._clock() - self._heard_at <= SILENCE:
            return None
        began = self._clock()
        answer = self._ask(_LEAD, LEASE_MS)
        if not answer or not answer[0]:
            self._leads_until = 0.0
            return None
        self._leads_until = began + LEASE_MS / 1000
        return int(answer[1]) + int(answer[2]) / 1_000_000

    def tell(self, asked_at: float, *, is_new: bool) -> None:
        """Say what a poll that began at `asked_at` (Redis's time) found. Never raises: who hears nothing asks itself."""
        self._said += 1
        notice = Notice(self.name, self._token, self._said, asked_at, is_new)
        try:
            self._say(notice)
        except RedisError:
            self._leads_until = 0.0

    def resign(self) -> None:
        """Let another process lead: this one cannot reach the source."""
        if self.is_leading:
            self._leads_until = 0.0
            self._ask(_RESIGN)

    def _ask(self, script: Script, *arguments: int) -> Any:
        if self._clock() < self._leave_alone_until:
            return None
        try:
            return script.run(self._client, [self._key], [self._token, *arguments])
        except RedisError:
            self._leave_alone_until = self._clock() + _REDIS_PAUSE
            return None

    # --- listening ---

    def hear(self, notice: Notice, *, as_of: float) -> None:
        """Take in a notice of this channel; `as_of` is when its poll began, by the monotonic clock, or earlier."""
        with self._hearing:
            follows = self._last == (notice.leader, notice.number - 1)
            self._is_broken |= not follows
            self._last = (notice.leader, notice.number)
            self._as_of = as_of
            self._is_new |= notice.is_new
            self._heard_at = self._clock()
        if notice.is_new and notice.leader != self._token:
            self.on_news()

    def listen(self) -> Heard | None:
        """What was heard since the last call; None when that is not everything, and the source must be asked."""
        with self._hearing:
            is_broken, is_new = self._is_broken, self._is_new
            self._is_broken = self._is_new = False
            if is_broken or self._clock() - self._heard_at > SILENCE:
                return None
            return Heard(self._as_of, is_new)


def _nothing() -> None:
    """Who wants to know of news puts their own function in the place of this one."""
