//! What the target says of its queues is what Redis holds.

use golive_core::prelude::*;
use golive_stores::Stores;

use crate::agreement::{self, Source};

pub(crate) struct Agrees;

#[async_trait]
impl Probe for Agrees {
    fn facts(&self) -> Facts {
        Facts::new("queues.health-agrees", "/queue/health and /queue/metrics state the counts that Redis holds")
            .why("a target that counts other queues than its workers work on looks healthy while nothing is sent")
            .asks("reads Redis, asks the target, reads Redis again; asks up to six times where a figure differs")
            .fails_when("a figure lies outside what Redis held before and after the answer, every time")
            .needs(&["contract.reachable", "redis.connect", "queues.health", "queues.metrics", "queues.workers"])
            .timeout(std::time::Duration::from_secs(30))
            .remedy("Give backend, workers and golive the same REDIS_URL (database number too) and QUEUE_PREFIX, and count at the time of the request")
            .command("redis-cli -u \"$REDIS_URL\" LLEN bull:events:wait")
            .runbook("queue-health-disagrees")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let (bullmq, queues) = (cx.bullmq().await?, &cx.contract().queues.health);
        let mut both = Assertions::new();
        for source in [Source::Health, Source::Metrics] {
            let rounds = agreement::rounds(cx, &bullmq, source, queues).await?;
            both.absorb(agreement::compare(source, &rounds).conclude(""));
        }
        let figures = both.checked();
        Ok(both.conclude(format!(
            "{figures} figures of {} queues are those in Redis",
            queues.len()
        )))
    }
}
