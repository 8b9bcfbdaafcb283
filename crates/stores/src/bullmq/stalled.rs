//! Active jobs that no worker holds a lock on: their worker died.

use std::time::Instant;

use golive_core::error::Error;
use redis::Value;

use super::{BullMq, State};
use crate::redis::int;

/// More active jobs than this are not all looked at.
const LOOKED_AT: u32 = 500;

impl BullMq {
    /// Ids in `active` without a lock, seen twice.
    ///
    /// # Errors
    /// [`Error::Unreachable`]; [`Error::Query`] in the server's words.
    pub async fn stalled(&self, queue: &str) -> Result<Vec<String>, Error> {
        let began = Instant::now();
        let active = self.newest(queue, State::Active, LOOKED_AT).await?;
        let looked_at = active.len();
        // A job may finish between the list and the look at its lock: what is suspect is looked at again, both at once.
        let suspects = self.unlocked(queue, active).await?;
        let stalled = self.unlocked(queue, suspects).await?;
        let shown = format!("EXISTS {}:{queue}:<active ids>:lock", self.prefix());
        self.redis().record(
            &shown,
            began,
            &format!("{looked_at} active, {} without lock", stalled.len()),
        );
        Ok(stalled)
    }

    async fn unlocked(&self, queue: &str, ids: Vec<String>) -> Result<Vec<String>, Error> {
        if ids.is_empty() {
            return Ok(ids);
        }
        let mut pipe = redis::pipe();
        pipe.atomic();
        let active = self.key(queue, "active");
        for id in &ids {
            pipe.cmd("EXISTS").arg(self.key(queue, &format!("{id}:lock")));
            pipe.cmd("LPOS").arg(&active).arg(id);
        }
        let replies = self.redis().all_silently(&pipe).await?;
        let unlocked = replies.chunks(2).map(|pair| {
            matches!(pair, [lock, position] if int(lock.clone()) == 0 && !matches!(position, Value::Nil))
        });
        Ok(ids
            .into_iter()
            .zip(unlocked)
            .filter(|(_, unlocked)| *unlocked)
            .map(|(id, _)| id)
            .collect())
    }
}
