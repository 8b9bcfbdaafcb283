//! Following a queue until something happens or the time is over.

use std::collections::BTreeMap;
use std::time::Duration;

use golive_core::error::Error;
use serde_json::Value;
use tokio::time::Instant;

use super::job::json;
use super::{BullMq, Cursor, QueueEvent, State};

/// Two looks at an event stream are this far apart.
pub(super) const EVERY: Duration = Duration::from_millis(40);
/// Events read in one go.
pub(super) const PAGE: u32 = 500;

/// How a job ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Finished {
    /// The worker answered.
    Completed {
        /// What it answered; [`Value::Null`] when the job is gone already.
        return_value: Value,
    },
    /// It failed, and no attempt is left.
    Failed {
        /// Why, the target's own words.
        reason: String,
    },
    /// It did not end within the time.
    NotYet {
        /// Where it is now.
        state: State,
    },
}

impl BullMq {
    /// Calls `on_event` for each event after `cursor` until it answers `Some`, or `within` is over (`None`).
    ///
    /// # Errors
    /// [`Error::Unreachable`]; [`Error::Query`] in the server's words.
    pub async fn follow<T: Send>(
        &self,
        queue: &str,
        cursor: &Cursor,
        within: Duration,
        mut on_event: impl FnMut(&QueueEvent) -> Option<T> + Send,
    ) -> Result<Option<T>, Error> {
        let (began, mut seen) = (std::time::Instant::now(), Seen::default());
        let (end, mut cursor) = (Instant::now() + within, cursor.clone());
        let _waiting = self.cx().waiting_for(format!("events of queue {queue}"));
        let found = 'found: loop {
            let last_look = Instant::now() >= end;
            loop {
                let page = self.events_after(queue, &mut cursor, PAGE).await?;
                for event in &page {
                    seen.count(event);
                    if let Some(found) = on_event(event) {
                        break 'found Some(found);
                    }
                }
                if page.len() < PAGE as usize {
                    break;
                }
            }
            if last_look {
                break None;
            }
            tokio::time::sleep(EVERY.min(end - Instant::now().min(end))).await;
        };
        self.redis().record(
            &format!("XREAD {}", self.key(queue, "events")),
            began,
            &seen.words(),
        );
        Ok(found)
    }

    /// Waits until the job completes or fails for good. `cursor` is a place before the job was added.
    ///
    /// # Errors
    /// As [`BullMq::follow`].
    pub async fn wait_for_state(
        &self,
        queue: &str,
        cursor: &Cursor,
        id: &str,
        within: Duration,
    ) -> Result<Finished, Error> {
        let _waiting = self.cx().waiting_for(format!("job {id} on queue {queue}"));
        let end = |event: &QueueEvent| {
            let field = |name: &str| event.fields.get(name).cloned().unwrap_or_default();
            match event.kind.as_str() {
                _ if event.job_id.as_deref() != Some(id) => None,
                "completed" => Some(Finished::Completed {
                    return_value: json(&field("returnvalue")),
                }),
                "failed" => Some(Finished::Failed {
                    reason: field("failedReason"),
                }),
                _ => None,
            }
        };
        if let Some(finished) = self.follow(queue, cursor, within, end).await? {
            return Ok(finished);
        }
        // No event: the stream may have been trimmed, or a library writes none. The job itself decides.
        let state = self.state(queue, id).await?;
        let job = self.job(queue, id).await?;
        Ok(match (state, job) {
            (State::Completed, job) => Finished::Completed {
                return_value: job.and_then(|job| job.return_value).unwrap_or_default(),
            },
            (State::Failed, job) => Finished::Failed {
                reason: job.and_then(|job| job.failed_reason).unwrap_or_default(),
            },
            (state, _) => Finished::NotYet { state },
        })
    }
}

/// How many events of each kind were seen: what the polls amount to, as one record of evidence.
#[derive(Debug, Default)]
pub(super) struct Seen(BTreeMap<String, u32>);

impl Seen {
    pub(super) fn count(&mut self, event: &QueueEvent) {
        *self.0.entry(event.kind.clone()).or_default() += 1;
    }

    pub(super) fn words(&self) -> String {
        if self.0.is_empty() {
            return "no events".into();
        }
        self.0
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect::<Vec<_>>()
            .join(", ")
    }
}
