-- Gives a failed attempt another one, now or later.
local queue = KEYS[1]
local id, token, now, reason, delay = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])

if redis.call('GET', queue .. id .. ':lock') ~= token then return 0 end
redis.call('DEL', queue .. id .. ':lock')
redis.call('SREM', queue .. 'stalled', id)
if redis.call('LREM', queue .. 'active', -1, id) == 0 then return 0 end

redis.call('HSET', queue .. id, 'failedReason', reason, 'stacktrace', cjson.encode({ reason }))
redis.call('HINCRBY', queue .. id, 'atm', 1)
if delay > 0 then
  local at = now + delay
  redis.call('HSET', queue .. id, 'delay', delay)
  redis.call('ZADD', queue .. 'delayed', at * 0x1000, id)
  redis.call('XADD', queue .. 'events', '*', 'event', 'delayed', 'jobId', id, 'delay', at)
  local first = redis.call('ZRANGE', queue .. 'delayed', 0, 0, 'WITHSCORES')
  redis.call('ZADD', queue .. 'marker', math.floor(tonumber(first[2]) / 0x1000), '1')
else
  redis.call('RPUSH', queue .. 'wait', id)
  redis.call('ZADD', queue .. 'marker', 0, '0')
  redis.call('XADD', queue .. 'events', '*', 'event', 'waiting', 'jobId', id, 'prev', 'failed')
end
return 1
