//! Undo of one job whose id is known.

use std::time::Duration;

use golive_core::async_trait;
use golive_core::cleanup::{Undo, UndoHandler, Undone};
use golive_core::context::Context;
use golive_core::error::Error;
use serde::Deserialize;
use serde_json::json;

use crate::Stores;
use crate::bullmq::{BullMq, Removal};

const KIND: &str = "redis-job";
/// A worker that holds the job gets this long to let go of it.
const PATIENCE: Duration = Duration::from_secs(8);

/// Removes the job from its queue with every trace of it.
pub fn redis_job_undo(what: impl Into<String>, queue: &str, id: &str) -> Undo {
    Undo {
        kind: KIND.into(),
        what: what.into(),
        data: json!({ "queue": queue, "id": id }),
    }
}

/// Handles [`redis_job_undo`].
#[derive(Debug)]
pub struct RedisJobUndo;

#[derive(Deserialize)]
struct Data {
    queue: String,
    id: String,
}

#[async_trait]
impl UndoHandler for RedisJobUndo {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn undo(&self, cx: &Context, undo: &Undo) -> Result<Undone, Error> {
        let Data { queue, id } =
            Data::deserialize(&undo.data).map_err(|error| super::malformed(KIND, &error))?;
        let bullmq = cx.bullmq().await?;
        Ok(match remove(cx, &bullmq, &queue, &id, PATIENCE).await? {
            Removal::Removed => Undone::Done("removed".into()),
            Removal::Absent => Undone::Done("nothing was there".into()),
            Removal::Locked => Undone::Left(format!(
                "a worker still holds job {id} of queue {queue}; run `golive cleanup` later"
            )),
        })
    }
}

/// Removes the job once no worker holds it any more.
pub(super) async fn remove(
    cx: &Context,
    bullmq: &BullMq,
    queue: &str,
    id: &str,
    patience: Duration,
) -> Result<Removal, Error> {
    let attempt = async || match bullmq.remove_job(queue, id).await? {
        Removal::Locked => Ok(None),
        removal => Ok(Some(removal)),
    };
    Ok(cx
        .poll(Duration::from_millis(200), patience, attempt)
        .await?
        .unwrap_or(Removal::Locked))
}
