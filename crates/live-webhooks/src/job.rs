//! The job that an accepted delivery becomes, found once a run by what its data says.

use std::sync::Arc;

use golive_core::context::Context;
use golive_core::error::Error;
use golive_stores::bullmq::{Cursor, Job, JobSearch, State};
use golive_stores::{BullMq, Stores};

use crate::delivery;
use crate::events;
use crate::topic::Topic;

/// What was found on the queue after a delivery.
#[derive(Debug)]
pub(crate) struct Queued {
    /// Id of the Event row, when there is one.
    pub(crate) event: Option<String>,
    pub(crate) search: JobSearch,
    /// Another queue that got the job instead.
    pub(crate) elsewhere: Option<String>,
}

/// The end of the queue's event stream before this run's first delivery.
pub(crate) async fn cursor(cx: &Context) -> Result<Arc<Cursor>, Error> {
    let take = || async { cx.bullmq().await?.cursor(&cx.contract().queues.webhooks).await };
    cx.shared("webhooks.cursor", take).await
}

/// The jobs of the topic's delivery; waits until there is one.
pub(crate) async fn of(cx: &Context, topic: &Topic) -> Result<Arc<Queued>, Error> {
    let key = format!("webhooks.job.{}", topic.name);
    // Boxed: what several probes await would nest too deeply otherwise.
    cx.shared(&key, || Box::pin(search(cx, topic))).await
}

async fn search(cx: &Context, topic: &Topic) -> Result<Queued, Error> {
    let (postgres, bullmq) = (cx.postgres().await?, cx.bullmq().await?);
    let delivery = delivery::accepted(cx, topic).await?;
    let rows = events::wait_for(cx, &postgres, &delivery.dedupe_key).await?;
    let event = rows.into_iter().next().map(|row| row.id);
    let (queues, cursor) = (&cx.contract().queues, cursor(cx).await?);
    let about = |job: &Job| is_about(job, delivery.object, event.as_deref());
    let within = cx.contract().timeouts.job();
    let first = bullmq
        .wait_for_job(&queues.webhooks, &cursor, about, within)
        .await?;
    // Look again for a second one, added right behind the first.
    let search = if first.found.is_empty() {
        first
    } else {
        bullmq.jobs_since(&queues.webhooks, &cursor, about).await?
    };
    let mut elsewhere = None;
    if search.found.is_empty() {
        for queue in queues.all.iter().filter(|queue| **queue != queues.webhooks) {
            if !marked(&bullmq, queue, about).await?.is_empty() {
                elsewhere = Some(queue.clone());
            }
        }
    }
    Ok(Queued {
        event,
        search,
        elsewhere,
    })
}

/// Whether its data names the object or the Event row.
pub(crate) fn is_about(job: &Job, object: u64, event: Option<&str>) -> bool {
    job.mentions(&object.to_string()) || event.is_some_and(|event| names(job, event))
}

/// Whether its data names that row: a short id only as a value of its own, a long one anywhere.
pub(crate) fn names(job: &Job, event: &str) -> bool {
    job.names(event) || (event.len() >= 8 && job.mentions(event))
}

/// Ids of the queue's newest jobs, whatever their state, that match.
pub(crate) async fn marked(
    bullmq: &BullMq,
    queue: &str,
    matches: impl Fn(&Job) -> bool,
) -> Result<Vec<String>, Error> {
    /// So many of the newest jobs are looked at in each state.
    const NEWEST: u32 = 200;
    let mut ids = Vec::new();
    for state in [
        State::Completed,
        State::Failed,
        State::Waiting,
        State::Active,
        State::Delayed,
        State::Prioritized,
        State::Paused,
    ] {
        let newest = bullmq.newest(queue, state, NEWEST).await?;
        let jobs = bullmq.jobs(queue, &newest).await?;
        ids.extend(jobs.into_iter().filter(|job| matches(job)).map(|job| job.id));
    }
    // A job may have moved from one state to the next in between.
    ids.sort();
    ids.dedup();
    Ok(ids)
}
