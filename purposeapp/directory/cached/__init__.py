"""A directory that remembers: the answers of another one, kept as long as they are known to hold.

directory.py  CachedDirectory: the port, and what is told to it by whoever follows the source's changes
local.py      what one process holds       flights.py   many askers, one question      renewals.py   none who waits
shared.py     what all share in Redis      era.py scripts.py   why it may be believed      breaker.py   when it fails
keys.py       where it lies
keeping.py    how it gets there, after the answer              codec.py table.py    a Member as bytes
"""

from purposeapp.directory.cached.directory import CachedDirectory, Counters
from purposeapp.directory.cached.era import Mark

__all__ = ["CachedDirectory", "Counters", "Mark"]
