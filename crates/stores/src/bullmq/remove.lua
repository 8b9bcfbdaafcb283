-- Removes one job and every trace of it, unless a worker holds it.
-- KEYS 1: job, 2: lock, 3..7: logs, dependencies, processed, failed, unsuccessful of the job,
-- 8..10: wait, active, paused, 11..15: completed, failed, delayed, prioritized, waiting-children,
-- 16: stalled, 17: marker, 18: events.  ARGV: job id.
if redis.call('EXISTS', KEYS[2]) == 1 then
  return 'locked'
end
-- An id like "meta" would name one of the queue's own keys.
if string.sub(ARGV[1], 1, 7) ~= 'golive-' and redis.call('EXISTS', KEYS[1]) == 1 and redis.call('HEXISTS', KEYS[1], 'name') == 0 then
  return 'no job'
end
local gone = 0
for i = 8, 10 do gone = gone + redis.call('LREM', KEYS[i], 0, ARGV[1]) end
for i = 11, 15 do gone = gone + redis.call('ZREM', KEYS[i], ARGV[1]) end
gone = gone + redis.call('SREM', KEYS[16], ARGV[1])
for i = 1, 7 do gone = gone + redis.call('DEL', KEYS[i]) end
-- The marker "0" wakes a worker that waits; with nothing to take it means nothing.
if gone > 0 and redis.call('LLEN', KEYS[8]) == 0 and redis.call('ZCARD', KEYS[14]) == 0 then
  redis.call('ZREM', KEYS[17], '0')
end
local entries = redis.call('XREVRANGE', KEYS[18], '+', '-', 'COUNT', 1000)
for _, entry in ipairs(entries) do
  local fields = entry[2]
  for i = 1, #fields, 2 do
    if fields[i] == 'jobId' and fields[i + 1] == ARGV[1] then
      gone = gone + redis.call('XDEL', KEYS[18], entry[1])
      break
    end
  end
end
-- A stream that only ever held this job's events.
if #entries > 0 and redis.call('XLEN', KEYS[18]) == 0 then
  redis.call('DEL', KEYS[18])
end
if gone > 0 then
  return 'removed'
end
return 'absent'
