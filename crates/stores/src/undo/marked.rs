//! Undo of the jobs that the target itself added because of smoke data, found by a marker in their data.

use std::time::Duration;

use golive_core::async_trait;
use golive_core::cleanup::{Undo, UndoHandler, Undone};
use golive_core::context::Context;
use golive_core::error::Error;
use serde::Deserialize;
use serde_json::json;

use super::job;
use crate::Stores;
use crate::bullmq::{BullMq, Removal, State};

const KIND: &str = "redis-jobs-by-marker";
/// So many of the newest jobs are looked at in each state.
const LOOKED_AT: u32 = 300;
/// Shorter markers could name somebody else's job.
const MARKER_LENGTH: usize = 8;
const PATIENCE: Duration = Duration::from_secs(2);
const STATES: [State; 7] = [
    State::Completed,
    State::Failed,
    State::Waiting,
    State::Active,
    State::Delayed,
    State::Prioritized,
    State::Paused,
];

/// Removes the jobs of the queue whose data holds the marker (8 characters or more), wherever they are by then:
/// among the 300 newest in each state.
pub fn redis_jobs_by_marker_undo(what: impl Into<String>, queue: &str, marker: &str) -> Undo {
    Undo {
        kind: KIND.into(),
        what: what.into(),
        data: json!({ "queue": queue, "marker": marker }),
    }
}

/// Handles [`redis_jobs_by_marker_undo`].
#[derive(Debug)]
pub struct RedisJobsByMarkerUndo;

#[derive(Deserialize)]
struct Data {
    queue: String,
    marker: String,
}

#[async_trait]
impl UndoHandler for RedisJobsByMarkerUndo {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn undo(&self, cx: &Context, undo: &Undo) -> Result<Undone, Error> {
        let Data { queue, marker } =
            Data::deserialize(&undo.data).map_err(|error| super::malformed(KIND, &error))?;
        if marker.chars().count() < MARKER_LENGTH {
            return Ok(Undone::Left(format!(
                "the marker {marker:?} is too short to remove jobs by"
            )));
        }
        let bullmq = cx.bullmq().await?;
        let (mut removed, mut held) = (0, Vec::new());
        for id in marked(&bullmq, &queue, &marker).await? {
            match job::remove(cx, &bullmq, &queue, &id, PATIENCE).await? {
                Removal::Removed => removed += 1,
                Removal::Absent => {}
                Removal::Locked => held.push(id),
            }
        }
        Ok(match (removed, held.as_slice()) {
            (0, []) => Undone::Done("nothing was there".into()),
            (removed, []) => Undone::Done(format!("removed {removed}")),
            (_, held) => Undone::Left(format!(
                "a worker still holds {} of queue {queue}; run `golive cleanup` later",
                held.join(", ")
            )),
        })
    }
}

async fn marked(bullmq: &BullMq, queue: &str, marker: &str) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    for state in STATES {
        let newest = bullmq.newest(queue, state, LOOKED_AT).await?;
        let jobs = bullmq.jobs(queue, &newest).await?;
        ids.extend(
            jobs.into_iter()
                .filter(|job| job.mentions(marker))
                .map(|job| job.id),
        );
    }
    // A job may have moved from one state to the next in between.
    ids.sort();
    ids.dedup();
    Ok(ids)
}
