//! Removing one job with every trace of it, and nothing else.

use std::time::Instant;

use golive_core::error::Error;

use super::BullMq;
use crate::redis::{refused, text};

const SCRIPT: &str = include_str!("remove.lua");

/// What became of a job that was to be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is gone, with its lists, sets, logs and the last 1,000 events that name it.
    Removed,
    /// There was nothing of it.
    Absent,
    /// A worker holds it: nothing was removed.
    Locked,
}

impl BullMq {
    /// Removes the job, unless a worker holds it.
    ///
    /// # Errors
    /// [`Error::Unreachable`]; [`Error::Query`] in the server's words (a replica, an ACL).
    pub async fn remove_job(&self, queue: &str, id: &str) -> Result<Removal, Error> {
        let of_job = [
            "",
            ":lock",
            ":logs",
            ":dependencies",
            ":processed",
            ":failed",
            ":unsuccessful",
        ];
        let of_queue = [
            "wait",
            "active",
            "paused",
            "completed",
            "failed",
            "delayed",
            "prioritized",
            "waiting-children",
            "stalled",
            "marker",
            "events",
        ];
        if id.is_empty() {
            return Err(Error::Internal("a job to be removed must have an id".into()));
        }
        let mut cmd = redis::cmd("EVAL");
        cmd.arg(SCRIPT).arg(of_job.len() + of_queue.len());
        for suffix in of_job {
            cmd.arg(self.key(queue, &format!("{id}{suffix}")));
        }
        for part in of_queue {
            cmd.arg(self.key(queue, part));
        }
        cmd.arg(id);
        let answer = self
            .run_script(&cmd, &format!("EVAL <remove job> {}", self.key(queue, id)))
            .await?;
        match answer.as_str() {
            "no job" => Err(refused(format!("{} is no job", self.key(queue, id)))),
            "removed" => Ok(Removal::Removed),
            "absent" => Ok(Removal::Absent),
            "locked" => Ok(Removal::Locked),
            other => Err(refused(format!(
                "unexpected answer {other:?} to the removal of a job"
            ))),
        }
    }

    /// Runs one of golive's own scripts, whose answer is a word.
    pub(super) async fn run_script(&self, eval: &redis::Cmd, shown: &str) -> Result<String, Error> {
        let began = Instant::now();
        let answer = self
            .redis()
            .silently(eval)
            .await
            .map(|value| text(value).unwrap_or_default());
        self.redis().record(
            shown,
            began,
            &answer.clone().unwrap_or_else(|error| error.to_string()),
        );
        answer
    }
}
