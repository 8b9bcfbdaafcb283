-- Adds one plain job as BullMQ 5 and 6 store it, or answers why not.
-- KEYS: meta, job, wait, marker, events.  ARGV: job id, name, data, opts, timestamp.
local meta = redis.call('HMGET', KEYS[1], 'version', 'paused', 'opts.maxLenEvents')
local version, paused, limit = meta[1], meta[2], meta[3] or 10000
if version then
  local major = string.match(version, '^bullmq:(%d+)%.')
  if major ~= '5' and major ~= '6' then
    return 'the queue is written by ' .. version .. ', whose layout golive does not know'
  end
end
if paused then
  return 'the queue is paused'
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  return 'there is a job of that id already'
end
redis.call('HSET', KEYS[2], 'name', ARGV[2], 'data', ARGV[3], 'opts', ARGV[4], 'timestamp', ARGV[5], 'delay', 0, 'priority', 0)
redis.call('XADD', KEYS[5], 'MAXLEN', '~', limit, '*', 'event', 'added', 'jobId', ARGV[1], 'name', ARGV[2])
redis.call('LPUSH', KEYS[3], ARGV[1])
redis.call('ZADD', KEYS[4], 0, '0')
redis.call('XADD', KEYS[5], 'MAXLEN', '~', limit, '*', 'event', 'waiting', 'jobId', ARGV[1])
return version and 'added' or 'added without version'
