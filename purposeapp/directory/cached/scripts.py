"""The steps on Redis that must happen whole: Lua, which Redis runs one script at a time.

An *era* is a stretch of time in which every change of the directory was recorded here. Its hash has

    token     its name; entries are found, and accepted, under the name of their era only
    tick      counts what was recorded: a clock that no machine's time can mislead
    vouched   the tick up to which somebody has recorded everything that had happened
    floor     the tick up to which `forgotten` is no more complete

`forgotten` (sorted set) has the tick at which an entry's user was last forgotten. An entry that was read before is refused
there, however late it comes; so what is found under a key was read after the last change that was recorded. A blank member
says that the set is whole; where Redis has evicted it, the floor is raised to the present tick.
"""

from typing import Final

JOIN: Final = """
local era = redis.call('HMGET', KEYS[1], 'token', 'vouched')
if not era[1] or era[1] == ARGV[2] then
    redis.call('UNLINK', KEYS[1], KEYS[2])
    redis.call('HSET', KEYS[1], 'token', ARGV[1], 'tick', 1, 'vouched', 1, 'floor', 0)
    redis.call('ZADD', KEYS[2], 'inf', '')
    return {ARGV[1], 1, 1}
end
return {era[1], redis.call('HINCRBY', KEYS[1], 'tick', 1), tonumber(era[2])}
"""
"""Keys: era, forgotten. Arguments: the name of a new era, the name of one to be ended (or a blank).

Gives token, tick, vouched; with tick 1 the era is new, and empty.
"""

BEAT: Final = """
local era = redis.call('HMGET', KEYS[1], 'token', 'tick', 'vouched')
if era[1] ~= ARGV[1] then return {} end
local tick, vouched, mine = tonumber(era[2]), tonumber(era[3]), tonumber(ARGV[2])
if mine > tick then return {} end
if mine > vouched then
    redis.call('HSET', KEYS[1], 'vouched', mine)
    vouched = mine
end
return {tick, vouched}
"""
"""Key: era. Arguments: its token, the tick to vouch for (0: none). Gives tick, vouched; nothing when the era is another."""

MARK: Final = """
return redis.call('HMGET', KEYS[1], 'token', 'tick')
"""
"""Key: era. Gives its token and tick."""

FIND: Final = """
local era = redis.call('HMGET', KEYS[1], 'token', 'tick')
if era[1] ~= ARGV[1] then return {} end
local value = redis.pcall('GET', KEYS[2])
if ARGV[2] == 'name' and type(value) == 'string' then value = redis.pcall('GET', value) end
return {tonumber(era[2]), type(value) == 'string' and value}
"""
"""Keys: era, entry (or name, that has the entry's key). Arguments: token, `id` or `name`. Gives the tick, and the entry or nil;
nothing when the era is another."""

_MEND: Final = """
if not redis.call('ZSCORE', KEYS[2], '') then
    redis.call('HSET', KEYS[1], 'floor', redis.call('HGET', KEYS[1], 'tick'))
    redis.call('ZADD', KEYS[2], 'inf', '')
end
"""

STORE: Final = (
    "if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end"
    + _MEND
    + """
local read, floor = tonumber(ARGV[2]), tonumber(redis.call('HGET', KEYS[1], 'floor'))
local at = redis.call('ZSCORE', KEYS[2], KEYS[3])
if floor <= read and not (at and tonumber(at) > read) then
    redis.call('SET', KEYS[3], ARGV[3], 'EX', ARGV[4])
    redis.call('SET', KEYS[4], KEYS[3], 'EX', ARGV[4])
end
return 1
"""
)
"""Keys: era, forgotten, entry, name. Arguments: token, the tick at which it was read, the entry, its life in seconds.

Gives 0 when the era is another. An entry that is older than what is known is left out.
"""

FORGET: Final = (
    """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
local tick = redis.call('HINCRBY', KEYS[1], 'tick', 1)
"""
    + _MEND
    + """
for i = 3, #KEYS do
    redis.call('ZADD', KEYS[2], tick, KEYS[i])
    redis.call('UNLINK', KEYS[i])
end
local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[2])
if over > 0 then
    local last = redis.call('ZRANGE', KEYS[2], over - 1, over - 1, 'WITHSCORES')
    redis.call('HSET', KEYS[1], 'floor', last[2])
    redis.call('ZREMRANGEBYRANK', KEYS[2], 0, over - 1)
end
return tick
"""
)
"""Keys: era, forgotten, entries. Arguments: token, how many `forgotten` may have. Gives the tick; 0 when the era is another."""
