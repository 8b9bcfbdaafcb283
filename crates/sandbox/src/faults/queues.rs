//! What the queues check must find, in Redis itself and in BullMQ's queues.

use super::Apply::{Env, Redis};
use super::{Fault, switch};

/// Adds jobs to a queue's `wait` list: queue, first id, last id, data.
const ADD_WAITING: &str = "for i = tonumber(ARGV[2]), tonumber(ARGV[3]) do
  local id, queue = 'fault-' .. i, 'bull:' .. ARGV[1] .. ':'
  redis.call('HSET', queue .. id, 'name', 'fault', 'data', ARGV[4], 'opts', '{}', 'timestamp', '1767225600000', 'delay', 0, 'priority', 0)
  redis.call('LPUSH', queue .. 'wait', id)
end";

/// Adds jobs to a queue's `prioritized` set: queue, how many.
const ADD_PRIORITIZED: &str = "for i = 1, tonumber(ARGV[2]) do
  local id, queue = 'urgent-' .. i, 'bull:' .. ARGV[1] .. ':'
  redis.call('HSET', queue .. id, 'name', 'fault', 'data', '{}', 'opts', '{}', 'timestamp', '1767225600000', 'delay', 0, 'priority', 1)
  redis.call('ZADD', queue .. 'prioritized', 0x100000000 + i, id)
end";

/// Adds jobs to a queue's `active` list that no worker holds: queue, how many.
const ADD_STALLED: &str = "for i = 1, tonumber(ARGV[2]) do
  local id, queue = 'stalled-' .. i, 'bull:' .. ARGV[1] .. ':'
  redis.call('HSET', queue .. id, 'name', 'fault', 'data', '{}', 'opts', '{}', 'timestamp', '1767225600000', 'processedOn', '1767225601000', 'ats', 1)
  redis.call('LPUSH', queue .. 'active', id)
end";

/// Adds jobs to a queue's `failed` set: queue, how many, why.
const ADD_FAILED: &str = "for i = 1, tonumber(ARGV[2]) do
  local id, queue = 'dead-' .. i, 'bull:' .. ARGV[1] .. ':'
  redis.call('HSET', queue .. id, 'name', 'fault', 'data', '{}', 'opts', '{\"attempts\":5}', 'timestamp', '1767225600000',
    'delay', 0, 'priority', 0, 'atm', 5, 'ats', 5, 'processedOn', '1767225601000', 'finishedOn', '1767225602000',
    'failedReason', ARGV[3], 'stacktrace', '[]')
  redis.call('ZADD', queue .. 'failed', 1767225602000, id)
end";

/// Keeps its worker busy for an hour.
const BUSY: &str = r#"{"sandboxBusyMs":3600000}"#;

#[rustfmt::skip] // a table: a fault a line
pub(super) const FAULTS: &[Fault] = &[
    // Redis
    Fault::new("queues.redis-unreachable", "REDIS_URL names a port where nobody listens", "redis.connect", Env(&[("REDIS_URL", Some("redis://127.0.0.1:1/0"))])),
    switch("queues.redis-silent", "Redis takes connections and never answers", "redis.connect"),
    switch("queues.redis-cluster", "REDIS_URL names a node of a Redis Cluster, where BullMQ's scripts are refused", "redis.connect"),
    switch("queues.redis-sentinel", "REDIS_URL names the Sentinel instead of the Redis it watches", "redis.connect"),
    redis("queues.redis-replica", "REDIS_URL leads to a replica, which takes no writes", "redis.connect", &[&["REPLICAOF", "127.0.0.1", "1"]]).own_redis(),
    switch("queues.redis-old", "Redis is older than BullMQ wants", "redis.version"),
    redis("queues.eviction", "Redis forgets jobs when memory runs out", "redis.eviction", &[&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]]).own_redis(),
    redis("queues.eviction-volatile", "Redis forgets locks and rate limits when memory runs out", "redis.eviction", &[&["CONFIG", "SET", "maxmemory-policy", "volatile-ttl"]]).own_redis(),
    redis("queues.no-persistence", "a restart of Redis loses every job", "redis.persistence", &[&["CONFIG", "SET", "appendonly", "no"], &["CONFIG", "SET", "save", ""]]).warn().own_redis(),
    redis("queues.snapshots-only", "Redis is written down once an hour: a crash loses the jobs since", "redis.persistence", &[&["CONFIG", "SET", "appendonly", "no"], &["CONFIG", "SET", "save", "3600 1"]]).warn().own_redis(),
    redis("queues.memory-nearly-full", "Redis has used nine tenths of its memory", "redis.memory", &[&["SETRANGE", "ballast", "62914559", "x"], &["CONFIG", "SET", "maxmemory", "70mb"]]).warn().own_redis(),
    // what the backend says of its queues
    switch("queues.health-missing", "/queue/health answers 404", "queues.health"),
    switch("queues.health-500", "/queue/health answers 500", "queues.health"),
    switch("queues.health-redis-false", "/queue/health says that Redis is gone", "queues.health"),
    switch("queues.health-redis-text", "/queue/health says that Redis is \"connected\" instead of true", "queues.health"),
    switch("queues.health-queue-missing", "/queue/health does not list the delivery queue", "queues.health"),
    switch("queues.health-figure-missing", "/queue/health does not count the delayed automations", "queues.health"),
    switch("queues.health-dlq-missing", "/queue/health has no dead-letter figures", "queues.health"),
    switch("queues.metrics-503", "/queue/metrics says that Redis is gone", "queues.metrics"),
    switch("queues.metrics-endless", "the answer of /queue/metrics never ends", "queues.metrics"),
    switch("queues.metrics-queue-missing", "/queue/metrics does not list the events queue", "queues.metrics"),
    switch("queues.health-counts-lie", "/queue/health counts jobs that Redis does not have", "queues.health-agrees"),
    switch("queues.health-dlq-lies", "/queue/health counts dead letters that Redis does not have", "queues.health-agrees"),
    switch("queues.metrics-lie", "/queue/metrics counts delayed jobs that Redis does not have", "queues.health-agrees"),
    switch("queues.health-frozen", "/queue/health keeps saying what was so at start-up", "queues.health-moves"),
    // jobs
    redis("queues.depth", "150 jobs wait for the campaigns worker, which is busy", "queues.depth", &[&["EVAL", ADD_WAITING, "0", "campaigns", "1", "1", BUSY], &["EVAL", ADD_WAITING, "0", "campaigns", "2", "151", "{}"]]).warn(),
    redis("queues.depth-prioritized", "120 prioritized jobs wait for the automations worker, which is busy", "queues.depth", &[&["EVAL", ADD_WAITING, "0", "automations", "1", "1", BUSY], &["EVAL", ADD_PRIORITIZED, "0", "automations", "120"]]).warn(),
    redis("queues.dead-letters-events", "three webhooks were given up", "queues.dead-letters", &[&["EVAL", ADD_FAILED, "0", "events", "3", "connect ETIMEDOUT"]]),
    redis("queues.dead-letters-delivery", "a message was given up", "queues.dead-letters", &[&["EVAL", ADD_FAILED, "0", "delivery", "1", "15555550142 is no mobile number"]]),
    redis("queues.paused", "somebody paused the campaigns queue and forgot it", "queues.paused", &[&["HSET", "bull:campaigns:meta", "paused", "1"]]),
    redis("queues.paused-delivery", "the delivery queue is paused, and messages wait in it", "queues.paused", &[&["HSET", "bull:delivery:meta", "paused", "1"], &["LPUSH", "bull:delivery:paused", "fault-1", "fault-2"]]),
    redis("queues.paused-left-behind", "a job was left in the paused list when the queue was resumed", "queues.paused", &[&["LPUSH", "bull:campaigns:paused", "fault-1"]]),
    redis("queues.stalled", "a worker died in the middle of two automations", "queues.stalled", &[&["EVAL", ADD_STALLED, "0", "automations", "2"]]).warn(),
    redis("queues.stalled-unlisted", "a worker died in the middle of a job on the queue that health does not list", "queues.stalled", &[&["EVAL", ADD_STALLED, "0", "discount-reservation", "1"]]).warn(),
    // workers
    switch("queues.worker-missing", "nobody works on the delivery queue: no message is sent", "queues.workers"),
    switch("queues.worker-missing-unlisted", "nobody works on the queue that health does not list", "queues.workers"),
    switch("queues.worker-missing-housekeeping", "nobody works on the housekeeping queue", "queues.workers"),
    switch("queues.workers-all-missing", "the worker process is not running", "queues.workers"),
    Fault::new("queues.prefix-differs", "golive and the backend use different queue prefixes", "queues.workers", Env(&[("QUEUE_PREFIX", Some("bullmq"))])),
    switch("queues.worker-hangs", "the campaigns worker is connected and takes no job", "queues.workers-at-work"),
    switch("queues.worker-deaf", "the housekeeping worker is connected and takes no job", "queues.smoke-job"),
    switch("queues.job-fails", "housekeeping jobs fail", "queues.smoke-job"),
    switch("queues.job-slow", "a housekeeping job takes a minute", "queues.smoke-job"),
];

const fn redis(
    name: &'static str,
    symptom: &'static str,
    owner: &'static str,
    commands: &'static [&'static [&'static str]],
) -> Fault {
    Fault::new(name, symptom, owner, Redis(commands))
}
