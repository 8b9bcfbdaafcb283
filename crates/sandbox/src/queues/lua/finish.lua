-- Moves an active job to completed or failed, and forgets the oldest ones there.
local queue = KEYS[1]
local id, token, now, target, value = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local keep, age = tonumber(ARGV[6]), tonumber(ARGV[7])

if redis.call('GET', queue .. id .. ':lock') ~= token then return 0 end
redis.call('DEL', queue .. id .. ':lock')
redis.call('SREM', queue .. 'stalled', id)
if redis.call('LREM', queue .. 'active', -1, id) == 0 then return 0 end

local max = redis.call('HGET', queue .. 'meta', 'opts.maxLenEvents') or 10000
local field = target == 'completed' and 'returnvalue' or 'failedReason'
local attempts = redis.call('HINCRBY', queue .. id, 'atm', 1)

local function forget(ids)
  for _, old in ipairs(ids) do
    redis.call('DEL', queue .. old, queue .. old .. ':logs')
    redis.call('ZREM', queue .. target, old)
  end
end

if keep == 0 then
  redis.call('DEL', queue .. id, queue .. id .. ':logs')
else
  redis.call('HSET', queue .. id, field, value, 'finishedOn', now)
  if target == 'failed' then redis.call('HSET', queue .. id, 'stacktrace', cjson.encode({ value })) end
  redis.call('ZADD', queue .. target, now, id)
  if age > 0 then forget(redis.call('ZRANGEBYSCORE', queue .. target, '-inf', tonumber(now) - age)) end
  if keep > 0 then forget(redis.call('ZREVRANGE', queue .. target, keep, -1)) end
end

redis.call('XADD', queue .. 'events', 'MAXLEN', '~', max, '*', 'event', target, 'jobId', id, field, value, 'prev', 'active')
if target == 'failed' then
  redis.call('XADD', queue .. 'events', '*', 'event', 'retries-exhausted', 'jobId', id, 'attemptsMade', attempts)
end
if redis.call('LLEN', queue .. 'wait') == 0 and redis.call('LLEN', queue .. 'active') == 0
  and redis.call('ZCARD', queue .. 'prioritized') == 0 then
  redis.call('XADD', queue .. 'events', '*', 'event', 'drained')
end
return 1
