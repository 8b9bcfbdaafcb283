//! A queue's worker: takes jobs one after the other, as BullMQ's `Worker` with concurrency 1 does.

use std::time::{Duration, Instant};

use redis::RedisError;
use redis::aio::MultiplexedConnection;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::sleep;

use super::{key, processors, scripts};
use crate::ids;
use crate::redis_db::RedisDb;
use crate::state::App;

const LOCK_MS: u64 = 30_000;
const STALLED_CHECK: Duration = Duration::from_secs(30);
/// How long an idle worker blocks before it looks around.
const DRAIN_DELAY: Duration = Duration::from_secs(5);

/// A connection that shows its worker's name in CLIENT LIST.
pub(super) async fn connect(redis: &RedisDb, name: &str) -> Result<MultiplexedConnection, RedisError> {
    let mut connection = redis.connection().await?;
    redis::cmd("CLIENT").arg("SETNAME").arg(name).query_async::<()>(&mut connection).await?;
    Ok(connection)
}

pub(super) struct Worker {
    state: App,
    queue: &'static str,
    /// `<prefix>:<queue>:`
    base: String,
    blocking: MultiplexedConnection,
}

/// A job that this worker has locked.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) data: Value,
    options: JobOptions,
    attempts_made: u32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct JobOptions {
    attempts: Option<u32>,
    backoff: Option<Value>,
    remove_on_complete: Option<Value>,
    remove_on_fail: Option<Value>,
}

enum Taken {
    Job(Box<Job>),
    /// Nothing before that time (milliseconds), if at all.
    Nothing(Option<i64>),
}

impl Worker {
    pub(super) fn new(state: &App, queue: &'static str, blocking: MultiplexedConnection) -> Self {
        let base = key(&state.config.queue_prefix, queue, "");
        Self { state: App::clone(state), queue, base, blocking }
    }

    /// Works until it is cancelled; a Redis that is gone for a moment is tried again.
    pub(super) async fn run(mut self) {
        let (state, base) = (App::clone(&self.state), self.base.clone());
        tokio::join!(self.work_forever(), return_stalled_forever(&state, &base));
    }

    async fn work_forever(&mut self) {
        loop {
            if self.step().await.is_err() {
                sleep(Duration::from_millis(200)).await;
            }
        }
    }

    /// Works on the next job, or waits for one.
    async fn step(&mut self) -> Result<(), RedisError> {
        let deaf = self.queue == "housekeeping" && self.state.faults.on("queues.worker-deaf");
        let token = ids::token();
        let next = if deaf { Taken::Nothing(None) } else { take(&self.state, &self.base, &token).await? };
        let until = match next {
            Taken::Job(job) => return work(&self.state, self.queue, &self.base, &token, job).await,
            Taken::Nothing(until) => until,
        };
        let wait = until.map_or(DRAIN_DELAY, |at| {
            let left = at.saturating_sub(now()).max(1);
            DRAIN_DELAY.min(Duration::from_millis(left.unsigned_abs()))
        });
        let marker = if deaf { "nowhere" } else { "marker" };
        let popped: Option<(String, String, f64)> = redis::cmd("BZPOPMIN")
            .arg(format!("{}{marker}", self.base))
            .arg(wait.as_secs_f64())
            .query_async(&mut self.blocking)
            .await?;
        if let Some((_, member, at)) = popped
            && member == "1"
        {
            // the time at which the next delayed job is due
            #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
            let left = (at as i64).saturating_sub(now()).clamp(0, 5_000);
            sleep(Duration::from_millis(left.unsigned_abs())).await;
        }
        Ok(())
    }
}

async fn return_stalled_forever(state: &App, base: &str) {
    loop {
        sleep(STALLED_CHECK).await;
        let mut check = scripts::STALLED.key(base);
        check.arg(now()).arg(STALLED_CHECK.as_millis().to_string());
        check.invoke_async::<i64>(&mut state.redis()).await.ok();
    }
}

fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

async fn take(state: &App, base: &str, token: &str) -> Result<Taken, RedisError> {
    let reply: redis::Value = scripts::TAKE
        .key(base)
        .arg(now())
        .arg(token)
        .arg(LOCK_MS)
        .invoke_async(&mut state.redis())
        .await?;
    match reply {
        redis::Value::Nil => Ok(Taken::Nothing(None)),
        redis::Value::Int(at) => Ok(Taken::Nothing(Some(at))),
        job => {
            let (id, name, data, options, attempts): (String, String, String, String, u32) =
                redis::from_redis_value(job)?;
            Ok(Taken::Job(Box::new(Job {
                id,
                name,
                data: serde_json::from_str(&data).unwrap_or_default(),
                options: serde_json::from_str(&options).unwrap_or_default(),
                attempts_made: attempts,
            })))
        }
    }
}

/// Processes a job under its lock, which is renewed meanwhile, and moves it on.
async fn work(state: &App, queue: &'static str, base: &str, token: &str, job: Box<Job>) -> Result<(), RedisError> {
    let started = Instant::now();
    let result = tokio::select! {
        result = processors::process(state, queue, &job) => result,
        error = renew(state, base, token, &job.id) => Err(error),
    };
    let status = if result.is_ok() { "completed" } else { "failed" };
    state.metrics.queue_job(queue, status, Some(started.elapsed()));
    let finish = |target: &str, value: String, keep: (i64, i64)| {
        let mut finish = scripts::FINISH.key(base);
        finish.arg(&job.id).arg(token).arg(now()).arg(target).arg(value).arg(keep.0).arg(keep.1);
        finish
    };
    match result {
        Ok(value) => {
            let keep = keep(job.options.remove_on_complete.as_ref(), 100);
            finish("completed", value.to_string(), keep).invoke_async::<i64>(&mut state.redis()).await?;
        }
        Err(reason) if job.attempts_made + 1 < job.options.attempts.unwrap_or(1) => {
            let delay = backoff(job.options.backoff.as_ref(), job.attempts_made + 1);
            let mut retry = scripts::RETRY.key(base);
            retry.arg(&job.id).arg(token).arg(now()).arg(reason).arg(delay);
            retry.invoke_async::<i64>(&mut state.redis()).await?;
        }
        Err(reason) => {
            let keep = keep(job.options.remove_on_fail.as_ref(), 50);
            finish("failed", reason, keep).invoke_async::<i64>(&mut state.redis()).await?;
        }
    }
    Ok(())
}

/// Keeps the lock; returns only when it is lost.
async fn renew(state: &App, base: &str, token: &str, id: &str) -> String {
    loop {
        sleep(Duration::from_millis(LOCK_MS / 2)).await;
        let mut renew = scripts::RENEW.key(base);
        renew.arg(id).arg(token).arg(LOCK_MS);
        if let Ok(0) = renew.invoke_async::<i64>(&mut state.redis()).await {
            return "could not renew lock for job".to_owned();
        }
    }
}

/// How many finished jobs stay (-1 all), and for how many milliseconds (0 for ever).
fn keep(option: Option<&Value>, default: i64) -> (i64, i64) {
    match option {
        None | Some(Value::Null) => (default, 0),
        Some(Value::Bool(remove)) => (if *remove { 0 } else { -1 }, 0),
        Some(Value::Number(count)) => (count.as_i64().unwrap_or(default), 0),
        Some(other) => {
            let number = |name: &str| other.get(name).and_then(Value::as_i64);
            (number("count").unwrap_or(-1), number("age").map_or(0, |seconds| seconds * 1000))
        }
    }
}

/// Milliseconds until the next attempt.
fn backoff(option: Option<&Value>, attempts_made: u32) -> i64 {
    let Some(option) = option else { return 0 };
    let delay = option.as_i64().or_else(|| option["delay"].as_i64()).unwrap_or(0);
    match option["type"].as_str() {
        Some("exponential") => delay.saturating_mul(1_i64 << attempts_made.saturating_sub(1).min(20)),
        _ => delay,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn options_mean_what_bullmq_says() {
        assert_eq!(keep(None, 100), (100, 0));
        assert_eq!(keep(Some(&json!(true)), 100), (0, 0));
        assert_eq!(keep(Some(&json!(false)), 100), (-1, 0));
        assert_eq!(keep(Some(&json!(7)), 100), (7, 0));
        assert_eq!(keep(Some(&json!({"age": 60, "count": 3})), 100), (3, 60_000));
        assert_eq!(backoff(None, 1), 0);
        assert_eq!(backoff(Some(&json!(500)), 3), 500);
        assert_eq!(backoff(Some(&json!({"type": "exponential", "delay": 2000})), 3), 8_000);
    }
}
