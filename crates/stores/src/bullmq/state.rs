//! Where a job is: the one list or set that holds its id.

use golive_core::error::Error;
use redis::Value;

use super::BullMq;

/// Longer lists than this are not searched to their end.
const LIST_SEARCHED: u32 = 10_000;

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// In `wait`.
    Waiting,
    /// In `active`: a worker has it.
    Active,
    /// In `completed`.
    Completed,
    /// In `failed`: no attempt is left.
    Failed,
    /// In `delayed`: also between two attempts.
    Delayed,
    /// In `prioritized`.
    Prioritized,
    /// In `paused` (major 5).
    Paused,
    /// In `waiting-children`.
    WaitingChildren,
    /// In none of them: gone, or never there.
    Missing,
}

impl State {
    /// All that have a key, with that key's last part; sorted sets first.
    const KEYS: [(Self, &str); 8] = [
        (Self::Completed, "completed"),
        (Self::Failed, "failed"),
        (Self::Delayed, "delayed"),
        (Self::Prioritized, "prioritized"),
        (Self::WaitingChildren, "waiting-children"),
        (Self::Active, "active"),
        (Self::Waiting, "wait"),
        (Self::Paused, "paused"),
    ];

    /// The key's last part: `wait`, `waiting-children`, …; `none` when missing.
    pub fn as_str(self) -> &'static str {
        Self::KEYS
            .iter()
            .find(|(state, _)| *state == self)
            .map_or("none", |(_, part)| part)
    }

    fn is_list(self) -> bool {
        matches!(self, Self::Active | Self::Waiting | Self::Paused)
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl BullMq {
    /// Where the job is, all places looked at in the same instant.
    ///
    /// # Errors
    /// [`Error::Unreachable`]; [`Error::Query`] in the server's words (LPOS needs Redis 6.0.6).
    pub async fn state(&self, queue: &str, id: &str) -> Result<State, Error> {
        let mut pipe = redis::pipe();
        pipe.atomic();
        for (state, part) in State::KEYS {
            if state.is_list() {
                pipe.cmd("LPOS")
                    .arg(self.key(queue, part))
                    .arg(id)
                    .arg("MAXLEN")
                    .arg(LIST_SEARCHED);
            } else {
                pipe.cmd("ZSCORE").arg(self.key(queue, part)).arg(id);
            }
        }
        let shown = format!("ZSCORE, LPOS {}:{queue}:* {id}", self.prefix());
        let replies = self.redis().ask_all(&pipe, &shown).await?;
        let held = State::KEYS
            .iter()
            .zip(replies)
            .find(|(_, reply)| !matches!(reply, Value::Nil));
        Ok(held.map_or(State::Missing, |((state, _), _)| *state))
    }

    /// The `count` newest ids in one state, newest first (of `delayed` and `prioritized`: the last in line).
    ///
    /// # Errors
    /// As [`BullMq::state`].
    pub async fn newest(&self, queue: &str, state: State, count: u32) -> Result<Vec<String>, Error> {
        let key = self.key(queue, state.as_str());
        match state {
            State::Missing => Ok(Vec::new()),
            // BullMQ pushes on the left and takes from the right.
            state if state.is_list() => self.redis().lrange(&key, count).await,
            _ => self.redis().zrevrange(&key, count).await,
        }
    }
}
