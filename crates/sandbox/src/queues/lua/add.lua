-- Stores a job and tells the workers.
local queue = KEYS[1]
local name, data, opts, now = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local id = tostring(redis.call('INCR', queue .. 'id'))
local max = redis.call('HGET', queue .. 'meta', 'opts.maxLenEvents') or 10000
redis.call('HSET', queue .. id, 'name', name, 'data', data, 'opts', opts, 'timestamp', now, 'delay', 0, 'priority', 0)
redis.call('XADD', queue .. 'events', '*', 'event', 'added', 'jobId', id, 'name', name)
if redis.call('HEXISTS', queue .. 'meta', 'paused') == 1 then
  redis.call('LPUSH', queue .. 'paused', id)
else
  redis.call('LPUSH', queue .. 'wait', id)
  redis.call('ZADD', queue .. 'marker', 0, '0')
end
redis.call('XADD', queue .. 'events', 'MAXLEN', '~', max, '*', 'event', 'waiting', 'jobId', id)
return id
