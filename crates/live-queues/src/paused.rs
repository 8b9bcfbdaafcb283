//! No queue is paused, and none holds jobs that a pause left behind.

use golive_core::prelude::*;
use golive_stores::Stores;
use golive_stores::bullmq::Counts;

use crate::figures::counted;

pub(crate) struct Paused;

#[async_trait]
impl Probe for Paused {
    fn facts(&self) -> Facts {
        Facts::new("queues.paused", "no queue is paused")
            .why("a queue that was paused for a deployment and forgotten takes jobs in and hands none out")
            .asks("reads the meta key of each queue and the length of its paused list")
            .fails_when("a queue is paused, or jobs stand in the paused list of a queue that is not (BullMQ 6 never takes them)")
            .needs(&["redis.connect"])
            .remedy("Find out why it was paused, then resume it with queue.resume(), which also brings left-over jobs back")
            .command("node queues.mjs resume QUEUE")
            .runbook("paused-or-stalled-queue")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let bullmq = cx.bullmq().await?;
        let mut seen = Vec::new();
        for queue in &cx.contract().queues.all {
            // Counted first: who resumes in between has moved the jobs by then.
            let counts = bullmq.counts(queue).await?;
            seen.push((queue.as_str(), bullmq.is_paused(queue).await?, counts));
        }
        Ok(judge(&seen))
    }
}

fn judge(seen: &[(&str, bool, Counts)]) -> Outcome {
    let mut assertions = Assertions::new();
    for (queue, paused, counts) in seen {
        assertions.require(
            !paused,
            Reason::Misconfigured,
            format!("{queue} is not paused"),
            format!("{queue} is paused, {} waiting", counts.backlog()),
        );
        let left = if *paused { 0 } else { counts.paused };
        assertions.require(
            left == 0,
            Reason::DataMismatch,
            format!("{queue}: nothing in the paused list of a queue that is not paused"),
            format!(
                "{queue} is not paused, yet its paused list holds {}",
                counted(left, "job")
            ),
        );
    }
    assertions.conclude(format!("none of {} queues is paused", seen.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paused_queues_and_jobs_left_behind() {
        let counts = |paused| Counts {
            waiting: 2,
            paused,
            ..Counts::default()
        };
        assert_eq!(
            judge(&[("a", false, counts(0)), ("b", false, counts(0))]).status,
            Status::Pass
        );
        let outcome = judge(&[("a", false, counts(0)), ("b", true, counts(5))]);
        assert_eq!(
            (outcome.reason, outcome.summary.as_str()),
            (Some(Reason::Misconfigured), "b is paused, 7 waiting")
        );
        assert_eq!(
            judge(&[("a", false, counts(1))]).reason,
            Some(Reason::DataMismatch)
        );
        assert_eq!(judge(&[]).assertions, 0);
    }
}
