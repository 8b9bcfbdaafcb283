//! How many jobs a queue holds.

use golive_core::error::Error;

use super::BullMq;
use crate::redis::{int, text};

/// How many jobs a queue holds, as BullMQ's own `getJobCounts` counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// In `wait`.
    pub waiting: u64,
    /// In `active`.
    pub active: u64,
    /// In `completed`.
    pub completed: u64,
    /// In `failed`.
    pub failed: u64,
    /// In `delayed`.
    pub delayed: u64,
    /// In `prioritized`.
    pub prioritized: u64,
    /// In `paused`: where major 5 keeps the waiting jobs of a paused queue; major 6 leaves them in `wait`.
    pub paused: u64,
    /// In `waiting-children`.
    pub waiting_children: u64,
}

impl Counts {
    /// Jobs that wait for a worker, wherever they are kept: `wait`, `paused` and `prioritized`.
    pub fn backlog(&self) -> u64 {
        self.waiting + self.paused + self.prioritized
    }
}

impl BullMq {
    /// How many jobs the queue holds, all counted at the same instant.
    ///
    /// # Errors
    /// [`Error::Unreachable`]; [`Error::Query`] in the server's words.
    pub async fn counts(&self, queue: &str) -> Result<Counts, Error> {
        let mut pipe = redis::pipe();
        pipe.atomic();
        for part in ["wait", "active", "paused"] {
            pipe.cmd("LLEN").arg(self.key(queue, part));
        }
        for part in [
            "completed",
            "failed",
            "delayed",
            "prioritized",
            "waiting-children",
        ] {
            pipe.cmd("ZCARD").arg(self.key(queue, part));
        }
        // Before 5, a marker "0:…" stood last in the list; BullMQ still leaves it out of the count.
        for part in ["wait", "paused"] {
            pipe.cmd("LINDEX").arg(self.key(queue, part)).arg(-1);
        }
        let shown = format!(
            "LLEN, ZCARD {}:{queue}:{{wait,active,paused,completed,failed,delayed,…}}",
            self.prefix
        );
        let mut replies = self.redis.ask_all(&pipe, &shown).await?.into_iter();
        let mut next = || u64::try_from(replies.next().map_or(0, int)).unwrap_or(0);
        let mut counts = Counts {
            waiting: next(),
            active: next(),
            paused: next(),
            completed: next(),
            failed: next(),
            delayed: next(),
            prioritized: next(),
            waiting_children: next(),
        };
        let mut marked = || {
            replies
                .next()
                .and_then(text)
                .is_some_and(|last| last.starts_with("0:"))
        };
        counts.waiting -= u64::from(marked()).min(counts.waiting);
        counts.paused -= u64::from(marked()).min(counts.paused);
        Ok(counts)
    }
}
