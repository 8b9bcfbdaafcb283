-- Promotes delayed jobs that are due, then moves the next job to active and locks it.
local queue = KEYS[1]
local now, token, lock = tonumber(ARGV[1]), ARGV[2], ARGV[3]

if redis.call('HEXISTS', queue .. 'meta', 'paused') == 1 then return nil end

local due = redis.call('ZRANGEBYSCORE', queue .. 'delayed', 0, (now + 1) * 0x1000 - 1, 'LIMIT', 0, 1000)
for _, id in ipairs(due) do
  redis.call('ZREM', queue .. 'delayed', id)
  redis.call('HSET', queue .. id, 'delay', 0)
  local priority = tonumber(redis.call('HGET', queue .. id, 'priority')) or 0
  if priority > 0 then
    local counter = redis.call('INCR', queue .. 'pc')
    redis.call('ZADD', queue .. 'prioritized', priority * 0x100000000 + counter % 0x100000000, id)
  else
    redis.call('LPUSH', queue .. 'wait', id)
  end
  redis.call('XADD', queue .. 'events', '*', 'event', 'waiting', 'jobId', id, 'prev', 'delayed')
end

local id = redis.call('RPOPLPUSH', queue .. 'wait', queue .. 'active')
if not id then
  local first = redis.call('ZPOPMIN', queue .. 'prioritized')
  if first[1] then
    id = first[1]
    redis.call('LPUSH', queue .. 'active', id)
  end
end
if not id then
  local next = redis.call('ZRANGE', queue .. 'delayed', 0, 0, 'WITHSCORES')
  if next[2] then return math.floor(tonumber(next[2]) / 0x1000) end
  return nil
end

redis.call('SET', queue .. id .. ':lock', token, 'PX', lock)
redis.call('HSET', queue .. id, 'processedOn', ARGV[1])
redis.call('HINCRBY', queue .. id, 'ats', 1)
redis.call('XADD', queue .. 'events', '*', 'event', 'active', 'jobId', id, 'prev', 'waiting')
redis.call('ZADD', queue .. 'marker', 0, '0')
local job = redis.call('HMGET', queue .. id, 'name', 'data', 'opts', 'atm')
return { id, job[1] or '', job[2] or 'null', job[3] or '{}', job[4] or '0' }
