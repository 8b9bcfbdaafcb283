//! A queue's event stream: the reliable way to see a job that a worker has taken at once.

use std::collections::BTreeMap;

use golive_core::error::Error;
use redis::Value;

use super::BullMq;
use crate::redis::{list, map, text};

/// A place in an event stream: everything after it is new. Take it **before** the action that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

/// One entry of an event stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueEvent {
    /// The entry's id, `<milliseconds>-<number>`.
    pub id: String,
    /// `added`, `waiting`, `active`, `completed`, `failed`, `delayed`, `drained`, …
    pub kind: String,
    /// The job, where the event is about one.
    pub job_id: Option<String>,
    /// All fields: `prev`, `name`, `returnvalue`, `failedReason`, …
    pub fields: BTreeMap<String, String>,
}

impl QueueEvent {
    /// Milliseconds since 1970, by Redis' clock.
    pub fn at_ms(&self) -> u64 {
        self.id
            .split('-')
            .next()
            .and_then(|millis| millis.parse().ok())
            .unwrap_or(0)
    }

    fn parse(entry: Value) -> Option<Self> {
        let mut entry = list(entry).into_iter();
        let id = text(entry.next()?)?;
        let mut fields = map(entry.next()?);
        let kind = fields.remove("event").unwrap_or_default();
        let job_id = fields.remove("jobId");
        Some(Self {
            id,
            kind,
            job_id,
            fields,
        })
    }
}

impl BullMq {
    /// The end of the queue's event stream as it is now.
    ///
    /// # Errors
    /// [`Error::Unreachable`]; [`Error::Query`] in the server's words.
    pub async fn cursor(&self, queue: &str) -> Result<Cursor, Error> {
        let key = self.key(queue, "events");
        let mut cmd = redis::cmd("XREVRANGE");
        cmd.arg(&key).arg("+").arg("-").arg("COUNT").arg(1);
        let reply = self
            .redis()
            .ask(cmd, &format!("XREVRANGE {key} + - COUNT 1"))
            .await?;
        let last = list(reply).into_iter().next().and_then(QueueEvent::parse);
        Ok(Cursor(last.map_or_else(|| "0-0".into(), |event| event.id)))
    }

    /// The next events after `cursor`, at most `limit`; moves the cursor behind them. Never blocks.
    ///
    /// # Errors
    /// As [`BullMq::cursor`].
    pub async fn events_after(
        &self,
        queue: &str,
        cursor: &mut Cursor,
        limit: u32,
    ) -> Result<Vec<QueueEvent>, Error> {
        // XREAD and not XRANGE: only it means "after" on Redis before 6.2. No BLOCK: the connection is shared.
        let mut cmd = redis::cmd("XREAD");
        cmd.arg("COUNT")
            .arg(limit)
            .arg("STREAMS")
            .arg(self.key(queue, "events"))
            .arg(&cursor.0);
        let events = entries(self.redis().silently(&cmd).await?);
        if let Some(last) = events.last() {
            cursor.0.clone_from(&last.id);
        }
        Ok(events)
    }
}

/// `[[key, [[id, [field, value, …]], …]]]`, or nil.
fn entries(reply: Value) -> Vec<QueueEvent> {
    let stream = list(reply).into_iter().next().map(list).unwrap_or_default();
    let entries = stream.into_iter().nth(1).map(list).unwrap_or_default();
    entries.into_iter().filter_map(QueueEvent::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stream_entries() {
        let word = |text: &str| Value::BulkString(text.as_bytes().to_vec());
        let fields = Value::Array(["event", "added", "jobId", "7", "name", "n"].map(word).to_vec());
        let entry = Value::Array(vec![word("1700000000001-0"), fields]);
        let reply = Value::Array(vec![Value::Array(vec![
            word("bull:q:events"),
            Value::Array(vec![entry]),
        ])]);
        let events = entries(reply);
        assert_eq!(
            (events.len(), events[0].kind.as_str(), events[0].job_id.as_deref()),
            (1, "added", Some("7"))
        );
        assert_eq!(
            (events[0].at_ms(), events[0].fields["name"].as_str()),
            (1_700_000_000_001, "n")
        );
        assert!(entries(Value::Nil).is_empty());
    }
}
