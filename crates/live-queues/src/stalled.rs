//! Every active job is held by a worker that is alive.

use golive_core::prelude::*;
use golive_stores::Stores;

pub(crate) struct Stalled;

/// So many ids are named.
const NAMED: usize = 5;

#[async_trait]
impl Probe for Stalled {
    fn facts(&self) -> Facts {
        Facts::new("queues.stalled", "every active job is held by a live worker")
            .why("a job whose worker died in the middle may run twice, or never be finished")
            .asks("looks for the lock of each active job, and again for those without")
            .fails_when("(WARN) an active job has no lock, twice")
            .needs(&["redis.connect", "queues.workers"])
            .remedy("Read the worker's log for crashes and for jobs that block its event loop longer than lockDuration; a live worker puts the jobs back within a minute")
            .command("redis-cli -u \"$REDIS_URL\" LRANGE bull:QUEUE:active 0 9")
            .runbook("paused-or-stalled-queue")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let bullmq = cx.bullmq().await?;
        let mut seen = Vec::new();
        for queue in &cx.contract().queues.all {
            let active = bullmq.counts(queue).await?.active;
            let mut stalled = Vec::new();
            if active > 0 {
                stalled = bullmq.stalled(queue).await?;
            }
            if !stalled.is_empty() {
                let again = bullmq.stalled(queue).await?;
                stalled.retain(|id| again.contains(id));
            }
            seen.push(Seen {
                queue,
                active,
                stalled,
            });
        }
        Ok(judge(&seen))
    }
}

struct Seen<'a> {
    queue: &'a str,
    active: u64,
    stalled: Vec<String>,
}

fn judge(seen: &[Seen<'_>]) -> Outcome {
    let mut assertions = Assertions::new();
    for Seen {
        queue,
        active,
        stalled,
    } in seen
    {
        let mut ids = stalled.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        if stalled.len() > NAMED {
            ids.push_str(", …");
        }
        assertions.advise(
            stalled.is_empty(),
            Reason::EffectMissing,
            format!("{queue}: a lock on each active job"),
            format!(
                "{queue}: {} of {active} active jobs have no lock (id {ids})",
                stalled.len()
            ),
        );
    }
    let active: u64 = seen.iter().map(|seen| seen.active).sum();
    assertions.conclude(format!(
        "{active} active jobs in {} queues, each with its lock",
        seen.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_without_a_lock_are_named() {
        let seen = |stalled: &[&str]| {
            judge(&[Seen {
                queue: "events",
                active: 7,
                stalled: stalled.iter().map(ToString::to_string).collect(),
            }])
        };
        assert_eq!(seen(&[]).summary, "7 active jobs in 1 queues, each with its lock");
        let outcome = seen(&["3", "4"]);
        assert_eq!(outcome.status, Status::Warn);
        assert_eq!(
            outcome.summary,
            "events: 2 of 7 active jobs have no lock (id 3, 4)"
        );
        assert!(
            seen(&["1", "2", "3", "4", "5"])
                .summary
                .ends_with("(id 1, 2, 3, 4, 5)")
        );
        assert!(
            seen(&["1", "2", "3", "4", "5", "6"])
                .summary
                .ends_with("(id 1, 2, 3, 4, 5, …)")
        );
        assert_eq!(judge(&[]).assertions, 0);
    }
}
