"""The steps on Redis that must happen whole: Lua, which Redis runs one script at a time.

An *era* is a stretch of time in which every change of the directory was recorded here. Its hash has

    token     its name; entries are found, and accepted, under the name of their era only
    tick      counts what was recorded: a clock that no machine's time can mislead
    vouched   the tick up to which somebody has recorded everything that had happened
    floor     the tick up to which `forgotten` is no more complete

`forgotten` (sorted set, by an entry's field) has the tick at which its user was last forgotten. An entry that was read before
is refused there, however late it comes; so what is found was read after the last change that was recorded. A blank member
says that the set is whole; where Redis has evicted it, the floor is raised to the present tick.

Entries and names are fields of hashes (keys.py). An entry begins with the second until which it may be believed (4 bytes): a
bucket as a whole is dropped when nothing was stored there for long. A name has its entry's bucket number and field.
"""

from typing import Final

from purposeapp.redis import Script

JOIN: Final = Script("""
local era = redis.call('HMGET', KEYS[1], 'token', 'vouched')
if not era[1] or era[1] == ARGV[2] then
    redis.call('UNLINK', KEYS[1], KEYS[2])
    redis.call('HSET', KEYS[1], 'token', ARGV[1], 'tick', 1, 'vouched', 1, 'floor', 0)
    redis.call('ZADD', KEYS[2], 'inf', '')
    return {ARGV[1], 1, 1}
end
return {era[1], redis.call('HINCRBY', KEYS[1], 'tick', 1), tonumber(era[2])}
""")
"""Keys: era, forgotten. Arguments: the name of a new era, the name of one to be ended (or a blank).

Gives token, tick, vouched; with tick 1 the era is new, and empty.
"""

BEAT: Final = Script("""
local era = redis.call('HMGET', KEYS[1], 'token', 'tick', 'vouched')
if era[1] ~= ARGV[1] then return {} end
local tick, vouched, mine = tonumber(era[2]), tonumber(era[3]), tonumber(ARGV[2])
if mine > tick then return {} end
if mine > vouched then
    redis.call('HSET', KEYS[1], 'vouched', mine)
    vouched = mine
end
return {tick, vouched}
""")
"""Key: era. Arguments: its token, the tick to vouch for (0: none). Gives tick, vouched; nothing when the era is another."""

MARK: Final = Script("""
return redis.call('HMGET', KEYS[1], 'token', 'tick')
""")
"""Key: era. Gives its token and tick."""

FIND: Final = Script("""
local era = redis.call('HMGET', KEYS[1], 'token', 'tick')
if era[1] ~= ARGV[1] then return {} end
local bucket, field = KEYS[2], ARGV[2]
if ARGV[3] then
    local place = redis.pcall('HGET', bucket, field)
    if type(place) ~= 'string' then return {tonumber(era[2]), false} end
    bucket, field = ARGV[3] .. string.sub(place, 1, 2), string.sub(place, 3)
end
local value = redis.pcall('HGET', bucket, field)
if type(value) ~= 'string' or #value < 4 then return {tonumber(era[2]), false} end
local now = tonumber(redis.call('TIME')[1])
return {tonumber(era[2]), struct.unpack('>I4', value) > now and string.sub(value, 5)}
""")
"""Keys: era, the bucket of the entry or of the name. Arguments: token, field; for a name also what the keys of entries'
buckets begin with. Gives the tick, and the entry or nil; nothing when the era is another."""

_MEND: Final = """
if not redis.call('ZSCORE', KEYS[2], '') then
    redis.call('HSET', KEYS[1], 'floor', redis.call('HGET', KEYS[1], 'tick'))
    redis.call('ZADD', KEYS[2], 'inf', '')
end
"""

STORE: Final = Script(
    "if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end"
    + _MEND
    + """
local count = (#KEYS - 2) / 2
local read, floor = tonumber(ARGV[2]), tonumber(redis.call('HGET', KEYS[1], 'floor'))
if floor > read then return count end
local now = tonumber(redis.call('TIME')[1])
for i = 1, count do
    local bucket, names = KEYS[2 * i + 1], KEYS[2 * i + 2]
    local field, name, life, entry = ARGV[4 * i], ARGV[4 * i + 1], ARGV[4 * i + 2], ARGV[4 * i + 3]
    local at = redis.call('ZSCORE', KEYS[2], field)
    if not (at and tonumber(at) > read) then
        redis.call('HSET', bucket, field, struct.pack('>I4', now + life) .. entry)
        redis.call('HSET', names, name, string.sub(bucket, -2) .. field)
        redis.call('EXPIRE', bucket, ARGV[3])
        redis.call('EXPIRE', names, ARGV[3])
    end
end
return count
"""
)
"""Keys: era, forgotten, then for each member the buckets of entry and name. Arguments: token, the tick at which they were read,
a bucket's life in seconds, then for each member: the entry's field, the name's field, the entry's life, the entry.

Gives how many were dealt with; 0 when the era is another. Entries that are older than what is known are left out.
"""

FORGET: Final = Script(
    """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
local tick = redis.call('HINCRBY', KEYS[1], 'tick', 1)
"""
    + _MEND
    + """
for i = 3, #KEYS do
    redis.call('ZADD', KEYS[2], tick, ARGV[i])
    redis.pcall('HDEL', KEYS[i], ARGV[i])
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
"""Keys: era, forgotten, the entries' buckets. Arguments: token, how many `forgotten` may have, the entries' fields.

Gives the tick; 0 when the era is another.
"""
