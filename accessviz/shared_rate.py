"""How often somebody may do something, counted once for all processes that share a Redis."""

from collections.abc import Callable

from redis.exceptions import RedisError

from accessviz.rate import Rate
from purposeapp.redis import RedisClient, Script

_COUNT = Script(
    """
    local count = redis.call('INCR', KEYS[1])
    if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
    return count
    """
)


class SharedRate:
    """At most `limit` times within `seconds` of the first, for each key.

    Without a Redis, and while it does not answer, each process counts for itself: nobody is held up by a cache that is down.
    """

    def __init__(self, name: str, limit: int, seconds: int, redis: Callable[[], RedisClient | None]) -> None:
        self._name = name
        self._limit = limit
        self._seconds = seconds
        self._redis = redis
        self._own = Rate(limit, seconds)

    def take(self, key: str) -> bool:
        """Count one more; false when it is too many."""
        client = self._redis()
        if client is None:
            return self._own.take(key)
        try:
            count = _COUNT.run(client, [f"purposeapp:rate:{self._name}:{key}"], [self._seconds])
        except RedisError:
            return self._own.take(key)
        return int(count) <= self._limit

    def forget(self) -> None:
        """Begin anew with everybody whom this process counted itself."""
        self._own.forget()
