//! The jobs of accepted deliveries are done in time.

use std::time::Duration;

use futures::future::try_join_all;
use golive_core::prelude::*;
use golive_stores::Stores;
use golive_stores::bullmq::Finished;

use crate::delivery;
use crate::job;
use crate::topic::Topic;

pub(crate) struct Processed(pub(crate) Vec<Topic>);

#[async_trait]
impl Probe for Processed {
    fn facts(&self) -> Facts {
        let needs: Vec<String> = self.0.iter().map(|topic| topic.id("enqueued")).collect();
        Facts::new("webhooks.processed", "the jobs of accepted deliveries are done in time")
            .why("a job that waits or fails means messages that come late or never")
            .asks("follows the job of each topic's delivery through the queue's event stream")
            .fails_when("(WARN) a job failed, or is not completed within the contract's job_ms")
            .needs(&needs)
            .needs(&["queues.workers", "queues.paused"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(75))
            .variables(delivery::VARIABLES)
            .remedy("Read the job's failedReason and the events worker's log; start or scale the worker when jobs wait")
            .command("redis-cli -u \"$REDIS_URL\" HMGET \"$P:events:ID\" name failedReason atm processedOn finishedOn")
            .runbook("webhook-not-processed")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let ends = try_join_all(self.0.iter().map(|topic| end(cx, topic))).await?;
        Ok(judge(&ends, &cx.contract().queues.webhooks))
    }
}

/// How a topic's job ended; `None` when there is no job.
struct End {
    topic: String,
    job: Option<(String, Finished)>,
}

async fn end(cx: &Context, topic: &Topic) -> Result<End, Error> {
    let queued = job::of(cx, topic).await?;
    let (queue, cursor) = (&cx.contract().queues.webhooks, job::cursor(cx).await?);
    let job = match queued.search.first() {
        Some(seen) => {
            let (bullmq, within) = (cx.bullmq().await?, cx.contract().timeouts.job());
            let finished = bullmq
                .wait_for_state(queue, &cursor, &seen.job.id, within)
                .await?;
            Some((seen.job.id.clone(), finished))
        }
        None => None,
    };
    Ok(End {
        topic: topic.name.clone(),
        job,
    })
}

fn judge(ends: &[End], queue: &str) -> Outcome {
    let mut assertions = Assertions::new();
    for End { topic, job } in ends {
        let problem = match job {
            Some((_, Finished::Completed { .. })) => None,
            Some((id, Finished::Failed { reason })) => Some(format!("job {id} failed: {reason}")),
            Some((id, Finished::NotYet { state })) => Some(format!("job {id} is not done, but in {state}")),
            None => Some(format!("no job on {queue}")),
        };
        assertions.advise(
            problem.is_none(),
            Reason::EffectMissing,
            "every job completed",
            format!("{topic}: {}", problem.unwrap_or_default()),
        );
    }
    assertions.conclude(format!("{} jobs completed on {queue}", ends.len()))
}

#[cfg(test)]
mod tests {
    use golive_stores::bullmq::State;
    use serde_json::Value;

    use super::*;

    #[test]
    fn only_completed_jobs_pass() {
        let completed = || Finished::Completed {
            return_value: Value::Null,
        };
        let failed = Finished::Failed {
            reason: "TypeError".into(),
        };
        let delayed = Finished::NotYet {
            state: State::Delayed,
        };
        for (job, words) in [
            (Some(completed()), None),
            (Some(failed), Some("orders/paid: job 7 failed: TypeError")),
            (
                Some(delayed),
                Some("orders/paid: job 7 is not done, but in delayed"),
            ),
            (None, Some("orders/paid: no job on events")),
        ] {
            let end = |job: Option<Finished>| End {
                topic: "orders/paid".into(),
                job: job.map(|job| ("7".into(), job)),
            };
            let outcome = judge(&[end(Some(completed())), end(job)], "events");
            assert_eq!(outcome.assertions, 2);
            match words {
                None => assert_eq!(outcome.status, Status::Pass),
                Some(words) => assert_eq!((outcome.status, outcome.summary.as_str()), (Status::Warn, words)),
            }
        }
    }
}
