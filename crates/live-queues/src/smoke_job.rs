//! A job that is added is done, and can be removed again.

use std::time::{Duration, Instant};

use golive_core::prelude::*;
use golive_stores::Stores;
use golive_stores::bullmq::{BullMq, Finished, SmokeJob, State};
use serde_json::json;

use crate::dead_letters::masked;

pub(crate) struct Smoke {
    pub(crate) job_time: Duration,
}

/// A smoke job and what became of it. It is still there.
pub(crate) struct Ran {
    pub(crate) job: SmokeJob,
    pub(crate) finished: Finished,
    pub(crate) took: Duration,
}

/// Whether the smoke job was done: a sign of life of its queue's worker.
pub(crate) struct Done(pub(crate) bool);

/// Key of [`Done`] among what the probes share.
pub(crate) const SHARED: &str = "queues.smoke-job";

/// Adds a smoke job and waits for its end; its undo is registered before it is added.
pub(crate) async fn run(cx: &Context, bullmq: &BullMq, what: &str, within: Duration) -> Result<Ran, Error> {
    let queue = &cx.contract().queues.smoke;
    let id = cx.smoke_name(what);
    let data = json!({"task": cx.smoke_name("smoke"), "golive": true});
    let began = Instant::now();
    let job = bullmq.add_smoke_job(queue, &id, "golive-smoke", &data).await?;
    let finished = bullmq.wait_for_state(queue, &job.cursor, &id, within).await?;
    Ok(Ran {
        job,
        finished,
        took: began.elapsed(),
    })
}

#[async_trait]
impl Probe for Smoke {
    fn facts(&self) -> Facts {
        Facts::new("queues.smoke-job", "a job that is added is done in time")
            .why("it goes the whole way that each message goes: stored, taken by a worker, worked on, finished")
            .asks("adds a job with an unknown task to the smoke queue as BullMQ stores one, follows it, and removes it")
            .fails_when("no worker takes it, it fails, or it is not done within timeouts.job_ms")
            .needs(&["redis.connect", "queues.workers", "queues.paused"])
            .safety(Safety::Smoke)
            .timeout(self.job_time + Duration::from_secs(20))
            .remedy("Read the worker's log; restart a worker that takes nothing, and let the housekeeping processor ignore tasks it does not know")
            .command("node queues.mjs counts housekeeping")
            .runbook("smoke-job-not-processed")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let bullmq = cx.bullmq().await?;
        let ran = run(cx, &bullmq, "smoke", self.job_time).await?;
        let done = matches!(ran.finished, Finished::Completed { .. });
        cx.shared(SHARED, || async { Ok(Done(done)) }).await?;
        let backlog = bullmq.counts(&ran.job.queue).await?.backlog();
        // What a worker still holds stays for the clean-up at the end of the run.
        bullmq.remove_smoke_job(&ran.job).await?;
        Ok(judge(
            &ran.job.queue,
            &ran.finished,
            ran.took,
            self.job_time,
            backlog,
        ))
    }
}

fn judge(queue: &str, finished: &Finished, took: Duration, within: Duration, backlog: u64) -> Outcome {
    let seconds = within.as_secs_f64();
    let expected = format!("a job on {queue} is completed within {seconds} s");
    let fail = |observed: String| {
        Outcome::fail(Reason::EffectMissing, observed.clone())
            .expected(expected.clone())
            .observed(observed)
    };
    match finished {
        Finished::Completed { .. } => {
            let took_ms = took.as_secs_f64() * 1_000.0;
            Outcome::pass(1, format!("{queue} completed the smoke job in {took_ms:.0} ms")).measure(
                Measurement::new("smoke job", took_ms, "ms").threshold(format!("< {}", within.as_millis())),
            )
        }
        Finished::Failed { reason } => fail(format!(
            "a worker of {queue} took the smoke job, and it failed: {:?}",
            masked(reason)
        )),
        Finished::NotYet { state: State::Active } => fail(format!(
            "a worker of {queue} took the smoke job and did not finish it within {seconds} s"
        )),
        Finished::NotYet {
            state: State::Waiting | State::Paused | State::Prioritized,
        } => {
            let others = backlog.saturating_sub(1);
            fail(format!(
                "no worker of {queue} took the smoke job within {seconds} s ({others} others wait there)"
            ))
        }
        Finished::NotYet {
            state: State::Missing,
        } => fail(format!(
            "the smoke job vanished from {queue} without being completed"
        )),
        Finished::NotYet { state } => {
            fail(format!("the smoke job is in {queue}'s {state} after {seconds} s"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn not_taken_not_finished_and_failed_are_told_apart() {
        let of = |finished: &Finished| {
            judge(
                "housekeeping",
                finished,
                Duration::from_millis(42),
                Duration::from_secs(10),
                3,
            )
        };
        let done = of(&Finished::Completed {
            return_value: Value::Null,
        });
        assert_eq!(
            (done.status, done.summary.as_str()),
            (Status::Pass, "housekeeping completed the smoke job in 42 ms")
        );
        for (state, words) in [
            (
                State::Waiting,
                "no worker of housekeeping took the smoke job within 10 s (2 others wait there)",
            ),
            (State::Active, "did not finish it within 10 s"),
            (State::Missing, "vanished"),
            (State::Delayed, "delayed after 10 s"),
        ] {
            let outcome = of(&Finished::NotYet { state });
            assert_eq!(
                (outcome.status, outcome.reason),
                (Status::Fail, Some(Reason::EffectMissing)),
                "{state}"
            );
            assert!(outcome.summary.contains(words), "{}", outcome.summary);
        }
        let failed = of(&Finished::Failed {
            reason: "TypeError: no task\n    at x".into(),
        });
        assert!(
            failed.summary.ends_with("it failed: \"TypeError: no task\""),
            "{}",
            failed.summary
        );
    }
}
