-- Gives back active jobs that were without a lock at this check and the last.
local queue = KEYS[1]
local now, interval = ARGV[1], ARGV[2]
if not redis.call('SET', queue .. 'stalled-check', now, 'PX', interval, 'NX') then return 0 end

local returned = 0
for _, id in ipairs(redis.call('SMEMBERS', queue .. 'stalled')) do
  if redis.call('EXISTS', queue .. id .. ':lock') == 0 and redis.call('LREM', queue .. 'active', 1, id) > 0 then
    redis.call('HINCRBY', queue .. id, 'stc', 1)
    redis.call('XADD', queue .. 'events', '*', 'event', 'stalled', 'jobId', id)
    redis.call('RPUSH', queue .. 'wait', id)
    redis.call('ZADD', queue .. 'marker', 0, '0')
    redis.call('XADD', queue .. 'events', '*', 'event', 'waiting', 'jobId', id, 'prev', 'active')
    returned = returned + 1
  end
end
redis.call('DEL', queue .. 'stalled')
local active = redis.call('LRANGE', queue .. 'active', 0, -1)
if #active > 0 then redis.call('SADD', queue .. 'stalled', unpack(active)) end
return returned
