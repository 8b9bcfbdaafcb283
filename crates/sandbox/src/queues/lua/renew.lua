-- Keeps the lock of a job that is still being worked on.
local queue = KEYS[1]
local id, token, lock = ARGV[1], ARGV[2], ARGV[3]
if redis.call('GET', queue .. id .. ':lock') ~= token then return 0 end
redis.call('SET', queue .. id .. ':lock', token, 'PX', lock)
redis.call('SREM', queue .. 'stalled', id)
return 1
