//! How many jobs and workers a queue has.

use redis::RedisError;
use serde_json::{Value, json};

use super::{client_name, key};
use crate::state::State;

/// The sizes of one queue's lists and sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) queue: &'static str,
    pub(crate) waiting: u64,
    pub(crate) active: u64,
    pub(crate) completed: u64,
    pub(crate) failed: u64,
    pub(crate) delayed: u64,
}

impl Counts {
    /// The same queue, empty.
    pub(crate) fn none(&self) -> Self {
        Self {
            queue: self.queue,
            waiting: 0,
            active: 0,
            completed: 0,
            failed: 0,
            delayed: 0,
        }
    }

    pub(crate) fn json(&self) -> Value {
        let Self {
            waiting,
            active,
            completed,
            failed,
            delayed,
            ..
        } = self;
        json!({"waiting": waiting, "active": active, "completed": completed, "failed": failed, "delayed": delayed})
    }
}

/// The counts of all queues, read at one moment.
pub(crate) async fn counts(state: &State) -> Result<Vec<Counts>, RedisError> {
    let mut pipe = redis::pipe();
    pipe.atomic();
    for queue in state.config.queues {
        for part in ["wait", "active"] {
            pipe.cmd("LLEN").arg(key(&state.config.queue_prefix, queue, part));
        }
        for part in ["completed", "failed", "delayed"] {
            pipe.cmd("ZCARD")
                .arg(key(&state.config.queue_prefix, queue, part));
        }
    }
    let sizes: Vec<u64> = pipe.query_async(&mut state.redis()).await?;
    let counts = state
        .config
        .queues
        .iter()
        .zip(sizes.chunks_exact(5))
        .map(|(queue, sizes)| Counts {
            queue,
            waiting: sizes[0],
            active: sizes[1],
            completed: sizes[2],
            failed: sizes[3],
            delayed: sizes[4],
        });
    Ok(counts.collect())
}

/// How many live workers this deployment has, by their connections' names.
pub(crate) async fn workers(state: &State) -> Result<usize, RedisError> {
    let list: String = redis::cmd("CLIENT")
        .arg("LIST")
        .query_async(&mut state.redis())
        .await?;
    let database = format!("db={}", state.redis_number);
    let names: Vec<String> = state
        .config
        .queues
        .iter()
        .map(|queue| format!("name={}", client_name(&state.config.queue_prefix, queue)))
        .collect();
    let ours = |line: &&str| {
        let mut words = line.split(' ');
        line.split(' ').any(|word| word == database)
            && words.any(|word| names.iter().any(|name| word == name))
    };
    Ok(list.lines().filter(ours).count())
}
