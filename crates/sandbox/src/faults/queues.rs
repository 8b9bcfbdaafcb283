//! What the queues check must find, in Redis itself and in BullMQ's queues.

use super::Apply::{Env, Redis, Switch};
use super::Fault;

/// Adds jobs to a queue's `wait` list: queue, first id, last id, data.
const ADD_WAITING: &str = "for i = tonumber(ARGV[2]), tonumber(ARGV[3]) do
  local id, queue = 'fault-' .. i, 'bull:' .. ARGV[1] .. ':'
  redis.call('HSET', queue .. id, 'name', 'fault', 'data', ARGV[4], 'opts', '{}', 'timestamp', '1767225600000', 'delay', 0, 'priority', 0)
  redis.call('LPUSH', queue .. 'wait', id)
end";

/// Adds jobs to a queue's `failed` set: queue, how many.
const ADD_FAILED: &str = "for i = 1, tonumber(ARGV[2]) do
  local id, queue = 'dead-' .. i, 'bull:' .. ARGV[1] .. ':'
  redis.call('HSET', queue .. id, 'name', 'fault', 'data', '{}', 'opts', '{\"attempts\":5}', 'timestamp', '1767225600000',
    'delay', 0, 'priority', 0, 'atm', 5, 'ats', 5, 'processedOn', '1767225601000', 'finishedOn', '1767225602000',
    'failedReason', 'connect ETIMEDOUT', 'stacktrace', '[\"Error: connect ETIMEDOUT\"]')
  redis.call('ZADD', queue .. 'failed', 1767225602000, id)
end";

pub(super) const FAULTS: &[Fault] = &[
    // Redis
    Fault::new(
        "queues.redis-unreachable",
        "REDIS_URL names a port where nobody listens",
        "redis.connect",
        Env(&[("REDIS_URL", Some("redis://127.0.0.1:1/0"))]),
    ),
    Fault::new(
        "queues.eviction",
        "Redis forgets jobs when memory runs out",
        "redis.eviction",
        Redis(&[&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]]),
    )
    .own_redis(),
    Fault::new(
        "queues.no-persistence",
        "a restart of Redis loses every job",
        "redis.persistence",
        Redis(&[
            &["CONFIG", "SET", "appendonly", "no"],
            &["CONFIG", "SET", "save", ""],
        ]),
    )
    .warn()
    .own_redis(),
    Fault::new(
        "queues.memory-nearly-full",
        "Redis has used nine tenths of its memory",
        "redis.memory",
        Redis(&[
            &["SETRANGE", "ballast", "62914559", "x"],
            &["CONFIG", "SET", "maxmemory", "70mb"],
        ]),
    )
    .warn()
    .own_redis(),
    // what /queue/health says
    Fault::new(
        "queues.health-redis-false",
        "/queue/health says that Redis is gone",
        "queues.health",
        Switch,
    ),
    Fault::new(
        "queues.health-500",
        "/queue/health answers 500",
        "queues.health",
        Switch,
    ),
    Fault::new(
        "queues.health-queue-missing",
        "/queue/health does not list the delivery queue",
        "queues.health",
        Switch,
    ),
    Fault::new(
        "queues.health-counts-lie",
        "/queue/health counts jobs that Redis does not have",
        "queues.health-agrees",
        Switch,
    ),
    // the queues
    Fault::new(
        "queues.depth",
        "150 jobs wait for the campaigns worker, which is busy",
        "queues.depth",
        Redis(&[
            &[
                "EVAL",
                ADD_WAITING,
                "0",
                "campaigns",
                "1",
                "1",
                r#"{"sandboxBusyMs":3600000}"#,
            ],
            &["EVAL", ADD_WAITING, "0", "campaigns", "2", "151", "{}"],
        ]),
    )
    .warn(),
    Fault::new(
        "queues.dead-letters-events",
        "three webhooks were given up",
        "queues.dead-letters",
        Redis(&[&["EVAL", ADD_FAILED, "0", "events", "3"]]),
    ),
    Fault::new(
        "queues.dead-letters-delivery",
        "a message was given up",
        "queues.dead-letters",
        Redis(&[&["EVAL", ADD_FAILED, "0", "delivery", "1"]]),
    ),
    Fault::new(
        "queues.paused",
        "somebody paused the campaigns queue and forgot it",
        "queues.paused",
        Redis(&[&["HSET", "bull:campaigns:meta", "paused", "1"]]),
    ),
    Fault::new(
        "queues.stalled",
        "a worker died in the middle of two automations",
        "queues.stalled",
        Redis(&[
            &[
                "HSET",
                "bull:automations:fault-1",
                "name",
                "fault",
                "data",
                "{}",
                "opts",
                "{}",
                "timestamp",
                "1767225600000",
                "processedOn",
                "1767225601000",
                "ats",
                "1",
            ],
            &[
                "HSET",
                "bull:automations:fault-2",
                "name",
                "fault",
                "data",
                "{}",
                "opts",
                "{}",
                "timestamp",
                "1767225600000",
                "processedOn",
                "1767225601000",
                "ats",
                "1",
            ],
            &["LPUSH", "bull:automations:active", "fault-1", "fault-2"],
        ]),
    )
    .warn(),
    Fault::new(
        "queues.worker-missing",
        "nobody works on the delivery queue: no message is sent",
        "queues.workers",
        Switch,
    ),
    Fault::new(
        "queues.worker-deaf",
        "the housekeeping worker is connected and takes no job",
        "queues.smoke-job",
        Switch,
    ),
    Fault::new(
        "queues.job-fails",
        "housekeeping jobs fail",
        "queues.smoke-job",
        Switch,
    ),
    Fault::new(
        "queues.job-slow",
        "a housekeeping job takes a minute",
        "queues.smoke-job",
        Switch,
    ),
];
