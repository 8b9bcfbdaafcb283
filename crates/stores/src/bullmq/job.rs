//! A job as its hash holds it.

use std::collections::BTreeMap;

use serde_json::Value;

/// A job. Its data may be about a person: judge it, do not repeat it.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// Its name: what kind of work it is.
    pub name: String,
    /// What it is about; text that is no JSON stays a string.
    pub data: Value,
    /// Options: attempts, backoff, removeOnComplete, …
    pub opts: Value,
    /// When it was added, milliseconds since 1970.
    pub timestamp: Option<u64>,
    /// When a worker took it, milliseconds since 1970.
    pub processed_on: Option<u64>,
    /// When it completed or failed for good, milliseconds since 1970.
    pub finished_on: Option<u64>,
    /// Why it failed.
    pub failed_reason: Option<String>,
    /// What the worker answered.
    pub return_value: Option<Value>,
    /// How often it was attempted.
    pub attempts_made: u64,
    raw: String,
}

/// A failed job without its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedJob {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Why it failed, the target's own words.
    pub reason: String,
    /// When, milliseconds since 1970.
    pub finished_on: Option<u64>,
    /// How often it was attempted.
    pub attempts_made: u64,
}

impl Job {
    /// `None` for a missing hash, and for one without a name (a lock of a job that is gone).
    pub(super) fn parse(id: &str, fields: &BTreeMap<String, String>) -> Option<Self> {
        let name = fields.get("name")?.clone();
        let raw = fields.get("data").cloned().unwrap_or_default();
        let number = |field: &str| fields.get(field).and_then(|value| value.parse().ok());
        Some(Self {
            id: id.to_owned(),
            name,
            data: json(&raw),
            opts: fields.get("opts").map_or(Value::Null, |text| json(text)),
            timestamp: number("timestamp"),
            processed_on: number("processedOn"),
            finished_on: number("finishedOn"),
            failed_reason: fields.get("failedReason").cloned(),
            return_value: fields.get("returnvalue").map(|text| json(text)),
            attempts_made: number("atm").or_else(|| number("attemptsMade")).unwrap_or(0),
            raw,
        })
    }

    /// Whether its data holds the text anywhere, as a value or inside one.
    pub fn mentions(&self, marker: &str) -> bool {
        // Escaped as JSON would, so that a marker with a slash or an umlaut is found however it was written.
        self.raw.contains(marker) || holds(&self.data, marker)
    }

    /// Whether its name is the text, or any text value of its data is.
    pub fn names(&self, word: &str) -> bool {
        self.name == word || any_text(&self.data, &|text| text == word)
    }
}

impl FailedJob {
    pub(super) fn new(id: String, fields: Vec<Option<String>>) -> Self {
        let mut fields = fields.into_iter().map(Option::unwrap_or_default);
        let mut next = || fields.next().unwrap_or_default();
        let (name, reason, finished, attempts) = (next(), next(), next(), next());
        Self {
            id,
            name,
            reason,
            finished_on: finished.parse().ok(),
            attempts_made: attempts.parse().unwrap_or(0),
        }
    }
}

fn holds(data: &Value, marker: &str) -> bool {
    any_text(data, &|text| text.contains(marker))
}

fn any_text(data: &Value, is: &impl Fn(&str) -> bool) -> bool {
    match data {
        Value::String(text) => is(text),
        Value::Number(number) => is(&number.to_string()),
        Value::Array(items) => items.iter().any(|item| any_text(item, is)),
        Value::Object(fields) => fields.values().any(|value| any_text(value, is)),
        Value::Null | Value::Bool(_) => false,
    }
}

pub(super) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn job(data: &str) -> Job {
        let fields = [
            ("name", "process"),
            ("data", data),
            ("timestamp", "5"),
            ("returnvalue", "{\"ok\":1}"),
            ("atm", "2"),
        ];
        Job::parse("7", &fields.map(|(k, v)| (k.to_owned(), v.to_owned())).into()).unwrap()
    }

    #[test]
    fn a_hash_is_a_job() {
        let job = job(r#"{"topic":"orders/create","event":{"id":"golive-1-x"},"n":123456789012}"#);
        assert_eq!(
            (
                job.name.as_str(),
                job.timestamp,
                job.finished_on,
                job.attempts_made
            ),
            ("process", Some(5), None, 2)
        );
        assert_eq!(job.return_value, Some(json!({"ok": 1})));
        assert!(job.mentions("golive-1") && job.mentions("123456789012") && !job.mentions("golive-2"));
        assert!(
            job.names("orders/create")
                && job.names("process")
                && job.names("123456789012")
                && !job.names("orders")
        );
        assert!(super::Job::parse("7", &BTreeMap::new()).is_none());
    }

    #[test]
    fn odd_data_stays_text() {
        assert_eq!(job("not json").data, json!("not json"));
        assert!(
            job(r#"{"topic":"orders\/create"}"#).mentions("orders/create"),
            "escaped slashes are found too"
        );
    }

    #[test]
    fn a_failed_job_without_fields() {
        let job = FailedJob::new("1".into(), vec![Some("n".into()), None]);
        assert_eq!(
            (
                job.name.as_str(),
                job.reason.as_str(),
                job.finished_on,
                job.attempts_made
            ),
            ("n", "", None, 0)
        );
    }
}
