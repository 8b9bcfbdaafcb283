//! Workers take what waits: none is connected and deaf.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::future::try_join_all;
use golive_core::prelude::*;
use golive_stores::Stores;
use golive_stores::bullmq::{BullMq, Cursor, State, workers_of};
use golive_stores::redis::Client;

use crate::figures::counted;
use crate::smoke_job::{Done, SHARED};

pub(crate) struct AtWork {
    pub(crate) job_time: Duration,
}

/// A job done so lately is a sign of a worker that lives.
const RECENT: Duration = Duration::from_mins(10);

#[async_trait]
impl Probe for AtWork {
    fn facts(&self) -> Facts {
        Facts::new("queues.workers-at-work", "the workers of every queue take the jobs that wait")
            .why("a worker may be connected and take nothing: its process hangs, or its script fails each time")
            .asks("watches each queue where jobs wait and none is active until one is taken; where CLIENT LIST is refused, looks for jobs done lately")
            .fails_when("jobs wait, none is active, and none is taken within timeouts.job_ms; (PENDING) neither workers nor their work can be seen")
            .needs(&["redis.connect", "queues.workers", "queues.paused", "queues.smoke-job"])
            .timeout(self.job_time + Duration::from_secs(20))
            .remedy("Restart the worker process of the queues named above, and read its log for errors of its connection to Redis")
            .command("node queues.mjs counts QUEUE")
            .runbook("no-workers")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let bullmq = cx.bullmq().await?;
        let clients = bullmq.redis().client_list().await?.known();
        // Whoever asks first fills it: where no smoke job was run, nothing is known from it.
        let smoke = cx.shared(SHARED, || async { Ok(Done(false)) }).await?.0;
        let queues = &cx.contract().queues;
        let looks = queues.all.iter().map(|queue| async {
            let sign = match sign_of(&bullmq, queue, clients.as_deref()).await? {
                None if smoke && *queue == queues.smoke => Some("the smoke job was done"),
                sign => sign,
            };
            let untaken = untaken(cx, &bullmq, queue, self.job_time).await?;
            Ok::<_, Error>(Seen { queue, sign, untaken })
        });
        Ok(judge(&try_join_all(looks).await?, self.job_time))
    }
}

struct Seen<'a> {
    queue: &'a str,
    /// What shows that a worker lives.
    sign: Option<&'static str>,
    /// Jobs that waited all the time while none was taken.
    untaken: u64,
}

async fn sign_of(
    bullmq: &BullMq,
    queue: &str,
    clients: Option<&[Client]>,
) -> Result<Option<&'static str>, Error> {
    let db = bullmq.redis().target().db;
    if clients.is_some_and(|clients| !workers_of(clients, bullmq.prefix(), queue, db).is_empty()) {
        return Ok(Some("a worker is connected"));
    }
    let active = bullmq.counts(queue).await?.active;
    if active > 0 && (bullmq.stalled(queue).await?.len() as u64) < active {
        return Ok(Some("a worker holds a job"));
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    for state in [State::Completed, State::Failed] {
        let newest = bullmq.newest(queue, state, 1).await?;
        let done = bullmq.jobs(queue, &newest).await?;
        let at = done
            .first()
            .and_then(|job| job.finished_on)
            .map(Duration::from_millis);
        if at.is_some_and(|at| now.saturating_sub(at) < RECENT) {
            return Ok(Some("a job was done lately"));
        }
    }
    Ok(None)
}

/// How many jobs wait although nothing is taken for as long as a job may take; 0 as soon as one is.
async fn untaken(cx: &Context, bullmq: &BullMq, queue: &str, within: Duration) -> Result<u64, Error> {
    let mut cursor = bullmq.cursor(queue).await?;
    let look = async || {
        let counts = bullmq.counts(queue).await?;
        let waiting = counts.waiting + counts.prioritized;
        // BullMQ's `limiter` key: the queue takes no more jobs for a while, as its owner wants.
        let stuck = waiting > 0
            && counts.active == 0
            && !bullmq.redis().exists(&bullmq.key(queue, "limiter")).await?;
        Ok((!stuck).then_some(()))
    };
    let _waiting = cx.waiting_for(format!("a worker to take a job of queue {queue}"));
    let settled = cx.poll(Duration::from_millis(500), within, look).await?.is_some();
    if settled || taken(bullmq, queue, &mut cursor).await? {
        return Ok(0);
    }
    let counts = bullmq.counts(queue).await?;
    Ok(counts.waiting + counts.prioritized)
}

/// Whether a job became active since the cursor: short ones are never met in `active`.
async fn taken(bullmq: &BullMq, queue: &str, cursor: &mut Cursor) -> Result<bool, Error> {
    loop {
        let events = bullmq.events_after(queue, cursor, 500).await?;
        if events.iter().any(|event| event.kind == "active") {
            return Ok(true);
        }
        if events.len() < 500 {
            return Ok(false);
        }
    }
}

fn judge(seen: &[Seen<'_>], within: Duration) -> Outcome {
    let mut assertions = Assertions::new();
    for Seen { queue, sign, untaken } in seen {
        assertions.require(
            *untaken == 0,
            Reason::EffectMissing,
            format!(
                "{queue}: a worker takes the next job within {} s",
                within.as_secs_f64()
            ),
            format!(
                "{queue}: {} waiting, none active, and none was taken for {} s",
                counted(*untaken, "job"),
                within.as_secs_f64()
            ),
        );
        assertions.determine(
            sign.is_some(),
            Reason::QueryFailed,
            format!("{queue}: a worker in CLIENT LIST, a job held, or a job done in the last 10 minutes"),
            format!("{queue}: whether a worker lives cannot be determined"),
        );
    }
    let signs: Vec<String> = seen
        .iter()
        .filter_map(|seen| Some(format!("{} ({})", seen.queue, seen.sign?)))
        .collect();
    assertions.conclude(format!("nothing waits untaken: {}", signs.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deaf_and_unseen_are_told_apart() {
        let of = |sign, untaken| {
            judge(
                &[Seen {
                    queue: "q",
                    sign,
                    untaken,
                }],
                Duration::from_secs(10),
            )
        };
        assert_eq!(of(Some("a worker is connected"), 0).assertions, 2);
        let deaf = of(Some("a worker is connected"), 3);
        assert_eq!(
            (deaf.status, deaf.reason),
            (Status::Fail, Some(Reason::EffectMissing))
        );
        assert_eq!(
            deaf.summary,
            "q: 3 jobs waiting, none active, and none was taken for 10 s"
        );
        let unseen = of(None, 0);
        assert_eq!(
            (unseen.status, unseen.reason),
            (Status::Pending, Some(Reason::QueryFailed))
        );
        assert_eq!(of(None, 3).status, Status::Fail);
    }
}
