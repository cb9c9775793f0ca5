"""Whether this process may believe what is in Redis."""

from dataclasses import dataclass

PATIENCE = 6.0
"""Seconds that a newcomer waits for somebody to vouch for an era, before it begins another.

Three beats pass when all is well: somebody sees that it came, vouches for that, and it hears so.
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of an era: what is read from the source after it, is stored with it."""

    token: bytes
    tick: int


@dataclass(slots=True)
class Membership:
    """One process's part in an era, from the moment it joined.

    It hears itself of every change after that moment. For those before, somebody else must vouch who was there already:
    until then, what the era's entries say is not believed.
    """

    token: bytes
    joined: Mark
    joined_at: float
    seen_at: float
    vouched: int
    seen: int

    @classmethod
    def begin(cls, token: bytes, tick: int, vouched: int, now: float) -> "Membership":
        return cls(token, Mark(token, tick), now, now, vouched, tick)

    @property
    def is_trusted(self) -> bool:
        return self.vouched >= self.joined.tick

    def can_vouch_for(self, as_of: float) -> int:
        """The tick for which this process vouches when it has recorded all that had happened at `as_of`; 0 for none.

        A tick that was seen before `as_of` was given out before it: all that had happened then has been recorded.
        """
        return self.seen if self.is_trusted and as_of >= self.seen_at else 0

    def heard(self, tick: int, vouched: int, now: float) -> bool:
        """Take in what the era is at now. False when its clock went back: Redis lost some of what was recorded."""
        went_back = tick < self.seen
        self.seen, self.seen_at, self.vouched = tick, now, vouched
        return not went_back

    def waits_in_vain(self, now: float) -> bool:
        return not self.is_trusted and now - self.joined_at > PATIENCE
