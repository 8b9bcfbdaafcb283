//! BullMQ's queues, read from the layout that its majors 5 and 6 store in Redis.
//!
//! Layout: <https://docs.bullmq.io/guide/architecture> and the Lua scripts of the `bullmq` package; there is no
//! written wire protocol.

use std::fmt;
use std::time::Instant;

use golive_core::context::Context;
use golive_core::error::Error;

use crate::redis::{Redis, list, map, text};

mod add;
mod counts;
mod events;
mod follow;
mod job;
mod remove;
mod search;
mod stalled;
mod state;
mod workers;

pub use add::SmokeJob;
pub use counts::Counts;
pub use events::{Cursor, QueueEvent};
pub use follow::Finished;
pub use job::{FailedJob, Job};
pub use remove::Removal;
pub use search::{JobSearch, SeenJob};
pub use state::State;
pub use workers::{Worker, workers_of};

/// The queues of one Redis database under one prefix, bound to the probe that asked. Cheap to clone.
#[derive(Clone)]
pub struct BullMq {
    redis: Redis,
    prefix: String,
}

/// What a queue says of itself in `meta`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    /// Whether the key exists: every `new Queue(…)` writes it.
    pub exists: bool,
    /// As stored: `bullmq:5.81.5`.
    pub version: Option<String>,
    /// Whether the queue is paused.
    pub paused: bool,
    /// `opts.maxLenEvents`: to how many entries the event stream is trimmed.
    pub max_len_events: Option<u64>,
    /// Global concurrency limit.
    pub concurrency: Option<u64>,
}

impl Meta {
    /// The major of `bullmq:<major>.…`; `None` for another library or without version.
    pub fn major(&self) -> Option<u32> {
        self.version
            .as_deref()?
            .strip_prefix("bullmq:")?
            .split('.')
            .next()?
            .parse()
            .ok()
    }
}

impl BullMq {
    pub(crate) fn new(redis: Redis) -> Self {
        let cx = redis.context();
        let prefix = cx
            .settings()
            .queue_prefix()
            .unwrap_or_else(|| cx.contract().queue_prefix.clone());
        Self { redis, prefix }
    }

    /// The Redis behind it.
    pub fn redis(&self) -> &Redis {
        &self.redis
    }

    /// The key prefix: `bull`, or `QUEUE_PREFIX`.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// `<prefix>:<queue>:<part>`.
    pub fn key(&self, queue: &str, part: &str) -> String {
        format!("{}:{queue}:{part}", self.prefix)
    }

    fn cx(&self) -> &Context {
        self.redis.context()
    }

    /// What the queue says of itself.
    ///
    /// # Errors
    /// [`Error::Unreachable`]; [`Error::Query`] in the server's words.
    pub async fn meta(&self, queue: &str) -> Result<Meta, Error> {
        let fields = self.redis.hgetall(&self.key(queue, "meta")).await?;
        let number = |name: &str| fields.get(name).and_then(|value| value.parse().ok());
        Ok(Meta {
            exists: !fields.is_empty(),
            version: fields.get("version").cloned(),
            paused: fields.contains_key("paused"),
            max_len_events: number("opts.maxLenEvents"),
            concurrency: number("concurrency"),
        })
    }

    /// Whether the queue is paused.
    ///
    /// # Errors
    /// As [`BullMq::counts`].
    pub async fn is_paused(&self, queue: &str) -> Result<bool, Error> {
        Ok(self.meta(queue).await?.paused)
    }

    /// The job, or `None` when it does not exist (any more).
    ///
    /// # Errors
    /// As [`BullMq::counts`].
    pub async fn job(&self, queue: &str, id: &str) -> Result<Option<Job>, Error> {
        let fields = self.redis.hgetall(&self.key(queue, id)).await?;
        Ok(Job::parse(id, &fields))
    }

    /// The jobs that exist among `ids`, in their order, read in one go and not recorded one by one.
    ///
    /// # Errors
    /// As [`BullMq::counts`].
    pub async fn jobs(&self, queue: &str, ids: &[String]) -> Result<Vec<Job>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipe = redis::pipe();
        for id in ids {
            pipe.cmd("HGETALL").arg(self.key(queue, id));
        }
        let replies = self.redis.all_silently(&pipe).await?;
        Ok(ids
            .iter()
            .zip(replies)
            .filter_map(|(id, reply)| Job::parse(id, &map(reply)))
            .collect())
    }

    /// The `count` jobs that failed last, newest first: why they failed, not what they were about.
    ///
    /// # Errors
    /// As [`BullMq::counts`].
    pub async fn failed_jobs(&self, queue: &str, count: u32) -> Result<Vec<FailedJob>, Error> {
        let began = Instant::now();
        let ids = self.redis.zrevrange(&self.key(queue, "failed"), count).await?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipe = redis::pipe();
        for id in &ids {
            pipe.cmd("HMGET")
                .arg(self.key(queue, id))
                .arg(&["name", "failedReason", "finishedOn", "atm"]);
        }
        let replies = self.redis.all_silently(&pipe).await?;
        self.redis.record(
            &format!("HMGET {}:{queue}:<failed ids> name failedReason …", self.prefix),
            began,
            &format!("{} jobs", replies.len()),
        );
        let jobs = ids.into_iter().zip(replies);
        Ok(jobs
            .map(|(id, reply)| FailedJob::new(id, list(reply).into_iter().map(text).collect()))
            .collect())
    }
}

impl fmt::Debug for BullMq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BullMq")
            .field("redis", &self.redis)
            .field("prefix", &self.prefix)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majors() {
        let of = |version: &str| {
            Meta {
                version: Some(version.into()),
                ..Meta::default()
            }
            .major()
        };
        assert_eq!(
            (
                of("bullmq:5.81.5"),
                of("bullmq:6.7.0"),
                of("bullmq-pro:7.1.0"),
                of("5.1.0")
            ),
            (Some(5), Some(6), None, None)
        );
        assert_eq!(Meta::default().major(), None);
    }
}
