//! No queue grows faster than it is worked off.

use golive_core::prelude::*;
use golive_stores::Stores;

pub(crate) struct Depth;

#[async_trait]
impl Probe for Depth {
    fn facts(&self) -> Facts {
        Facts::new("queues.depth", "few jobs wait in each queue")
            .why("a backlog at go-live means that messages arrive late, or after the offer has ended")
            .asks("counts the jobs that wait for a worker in each queue, prioritized ones too")
            .fails_when("(WARN) as many wait in one queue as thresholds.queue_depth allows, or more")
            .needs(&["redis.connect", "queues.paused", "queues.workers"])
            .remedy(
                "Look again in a minute; if it grows, start more worker processes or raise their concurrency",
            )
            .command("node queues.mjs counts QUEUE")
            .runbook("queue-depth")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let bullmq = cx.bullmq().await?;
        let mut seen = Vec::new();
        for queue in &cx.contract().queues.all {
            seen.push((queue.as_str(), bullmq.counts(queue).await?.backlog()));
        }
        Ok(judge(&seen, cx.contract().thresholds.queue_depth))
    }
}

fn judge(seen: &[(&str, u64)], limit: u64) -> Outcome {
    let mut assertions = Assertions::new();
    for (queue, waiting) in seen {
        assertions.advise(
            *waiting < limit,
            Reason::Threshold,
            format!("{queue}: fewer than {limit} waiting"),
            format!("{queue}: {waiting} waiting"),
        );
        assertions.measure(Measurement::new(*queue, *waiting as f64, "jobs").threshold(format!("< {limit}")));
    }
    let most = seen.iter().map(|(_, waiting)| *waiting).max().unwrap_or(0);
    assertions.conclude(format!("at most {most} waiting in each of {} queues", seen.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_too_many() {
        assert_eq!(judge(&[("a", 99), ("b", 0)], 100).status, Status::Pass);
        let outcome = judge(&[("a", 99), ("b", 100)], 100);
        assert_eq!(
            (outcome.status, outcome.summary.as_str()),
            (Status::Warn, "b: 100 waiting")
        );
        assert_eq!(judge(&[], 100).assertions, 0);
    }
}
