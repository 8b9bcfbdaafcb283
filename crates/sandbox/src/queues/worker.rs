//! A queue's worker: takes jobs one after the other, as BullMQ's `Worker` with concurrency 1 does.

use std::time::{Duration, Instant};

use redis::RedisError;
use redis::aio::MultiplexedConnection;
use tokio::time::sleep;

use super::job::{Job, Keep};
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
    redis::cmd("CLIENT")
        .arg("SETNAME")
        .arg(name)
        .query_async::<()>(&mut connection)
        .await?;
    Ok(connection)
}

pub(super) struct Worker {
    state: App,
    queue: &'static str,
    /// `<prefix>:<queue>:`
    base: String,
    blocking: MultiplexedConnection,
}

enum Taken {
    Job(Box<Job>),
    /// Nothing before that time (milliseconds), if at all.
    Nothing(Option<i64>),
}

impl Worker {
    pub(super) fn new(state: &App, queue: &'static str, blocking: MultiplexedConnection) -> Self {
        let base = key(&state.config.queue_prefix, queue, "");
        Self {
            state: App::clone(state),
            queue,
            base,
            blocking,
        }
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
        let next = if deaf {
            Taken::Nothing(None)
        } else {
            take(&self.state, &self.base, &token).await?
        };
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
            Ok(Taken::Job(Box::new(Job::new(
                id, name, &data, &options, attempts,
            ))))
        }
    }
}

/// Processes a job under its lock, which is renewed meanwhile, and moves it on.
async fn work(
    state: &App,
    queue: &'static str,
    base: &str,
    token: &str,
    job: Box<Job>,
) -> Result<(), RedisError> {
    let started = Instant::now();
    let result = tokio::select! {
        result = processors::process(state, queue, &job) => result,
        error = renew(state, base, token, &job.id) => Err(error),
    };
    let status = if result.is_ok() { "completed" } else { "failed" };
    let took = (!state.faults.on("metrics.durations-stuck")).then(|| started.elapsed());
    state.metrics.queue_job(queue, status, took);
    let finish = |target: &str, value: String, (count, age): Keep| {
        let mut finish = scripts::FINISH.key(base);
        finish.arg(&job.id).arg(token).arg(now()).arg(target).arg(value);
        finish.arg(count).arg(age);
        finish
    };
    let moved = match (result, job.retry_in()) {
        (Ok(value), _) => finish("completed", value.to_string(), job.keep_completed()),
        (Err(reason), Some(delay)) => {
            let mut retry = scripts::RETRY.key(base);
            retry.arg(&job.id).arg(token).arg(now()).arg(reason).arg(delay);
            retry
        }
        (Err(reason), None) => finish("failed", reason, job.keep_failed()),
    };
    moved.invoke_async::<i64>(&mut state.redis()).await.map(drop)
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
