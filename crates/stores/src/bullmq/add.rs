//! The one job that golive adds: a smoke job on a queue whose worker finishes it without side effects.

use std::time::{SystemTime, UNIX_EPOCH};

use golive_core::cleanup::UndoTicket;
use golive_core::error::Error;
use serde_json::{Value, json};

use super::{BullMq, Cursor, Removal};
use crate::redis::refused;
use crate::undo::redis_job_undo;

const SCRIPT: &str = include_str!("add.lua");

/// A smoke job that was added.
#[derive(Debug, Clone)]
pub struct SmokeJob {
    /// Its queue.
    pub queue: String,
    /// Its id.
    pub id: String,
    /// A place in the event stream before it was added.
    pub cursor: Cursor,
    undo: UndoTicket,
}

impl BullMq {
    /// Registers the undo, then adds the job; `id` must begin with `golive-`, so that it never meets BullMQ's numbers.
    ///
    /// One attempt; kept when it ends, so that its end can be seen: [`BullMq::remove_smoke_job`] takes it away.
    ///
    /// # Errors
    /// [`Error::Query`] when the queue is paused, or of a BullMQ whose layout is not known, or the server refuses;
    /// [`Error::Internal`] in a read-only run and when the undo journal cannot be written.
    pub async fn add_smoke_job(
        &self,
        queue: &str,
        id: &str,
        name: &str,
        data: &Value,
    ) -> Result<SmokeJob, Error> {
        if self.cx().read_only() {
            return Err(Error::Internal("a read-only run adds no job".into()));
        }
        if !id.starts_with("golive-") {
            return Err(Error::Internal(format!(
                "smoke job {id:?} must begin with golive-"
            )));
        }
        let cursor = self.cursor(queue).await?;
        let undo = self
            .cx()
            .undo_later(redis_job_undo(format!("job {id} on queue {queue}"), queue, id))?;
        let opts = json!({ "jobId": id, "attempts": 1, "removeOnComplete": false, "removeOnFail": false });
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_millis());
        let mut cmd = redis::cmd("EVAL");
        cmd.arg(SCRIPT).arg(5);
        for part in ["meta", id, "wait", "marker", "events"] {
            cmd.arg(self.key(queue, part));
        }
        cmd.arg(id)
            .arg(name)
            .arg(data.to_string())
            .arg(opts.to_string())
            .arg(now.to_string());
        match self
            .run_script(&cmd, &format!("EVAL <add job> {}", self.key(queue, id)))
            .await?
            .as_str()
        {
            "added" => {}
            "added without version" => {
                self.cx().note(format!(
                    "queue {queue} has no meta.version; its layout was taken for BullMQ 5 or 6"
                ));
            }
            why => {
                undo.done();
                return Err(refused(format!("no job added to {queue}: {why}")));
            }
        }
        Ok(SmokeJob {
            queue: queue.to_owned(),
            id: id.to_owned(),
            cursor,
            undo,
        })
    }

    /// Removes the smoke job and says so in the undo journal; one that a worker holds stays for the clean-up.
    ///
    /// # Errors
    /// As [`BullMq::remove_job`].
    pub async fn remove_smoke_job(&self, job: &SmokeJob) -> Result<Removal, Error> {
        let removal = self.remove_job(&job.queue, &job.id).await?;
        if removal != Removal::Locked {
            job.undo.done();
        }
        Ok(removal)
    }
}
