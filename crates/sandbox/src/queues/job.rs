//! A job and what its options ask for, in BullMQ's words.

use serde::Deserialize;
use serde_json::Value;

/// How many finished jobs stay (-1 all), and for how many milliseconds (0 for ever).
pub(super) type Keep = (i64, i64);

/// A job that its worker has locked.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) data: Value,
    options: JobOptions,
    /// Attempts that have failed before this one.
    attempts_made: u32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct JobOptions {
    attempts: Option<u32>,
    backoff: Option<Value>,
    remove_on_complete: Option<Value>,
    remove_on_fail: Option<Value>,
}

impl Job {
    /// From the texts that Redis keeps; what is no JSON counts as nothing.
    pub(super) fn new(id: String, name: String, data: &str, options: &str, attempts_made: u32) -> Self {
        let data = serde_json::from_str(data).unwrap_or_default();
        let options = serde_json::from_str(options).unwrap_or_default();
        Self {
            id,
            name,
            data,
            options,
            attempts_made,
        }
    }

    /// Milliseconds until the next attempt, if there is one after a failure.
    pub(super) fn retry_in(&self) -> Option<i64> {
        let made = self.attempts_made + 1;
        (made < self.options.attempts.unwrap_or(1)).then(|| backoff(self.options.backoff.as_ref(), made))
    }

    pub(super) fn keep_completed(&self) -> Keep {
        keep(self.options.remove_on_complete.as_ref(), 100)
    }

    pub(super) fn keep_failed(&self) -> Keep {
        keep(self.options.remove_on_fail.as_ref(), 50)
    }
}

fn keep(option: Option<&Value>, default: i64) -> Keep {
    match option {
        None | Some(Value::Null) => (default, 0),
        Some(Value::Bool(remove)) => (if *remove { 0 } else { -1 }, 0),
        Some(Value::Number(count)) => (count.as_i64().unwrap_or(default), 0),
        Some(other) => {
            let number = |name: &str| other.get(name).and_then(Value::as_i64);
            (
                number("count").unwrap_or(-1),
                number("age").map_or(0, |seconds| seconds * 1000),
            )
        }
    }
}

fn backoff(option: Option<&Value>, attempts_made: u32) -> i64 {
    let Some(option) = option else { return 0 };
    let delay = option.as_i64().or_else(|| option["delay"].as_i64()).unwrap_or(0);
    match option["type"].as_str() {
        Some("exponential") => delay.saturating_mul(1_i64 << attempts_made.saturating_sub(1).min(20)),
        _ => delay,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn options_mean_what_bullmq_says() {
        assert_eq!(keep(None, 100), (100, 0));
        assert_eq!(keep(Some(&json!(true)), 100), (0, 0));
        assert_eq!(keep(Some(&json!(false)), 100), (-1, 0));
        assert_eq!(keep(Some(&json!(7)), 100), (7, 0));
        assert_eq!(keep(Some(&json!({"age": 60, "count": 3})), 100), (3, 60_000));
        assert_eq!(backoff(None, 1), 0);
        assert_eq!(backoff(Some(&json!(500)), 3), 500);
        assert_eq!(
            backoff(Some(&json!({"type": "exponential", "delay": 2000})), 3),
            8_000
        );
        let job = |attempts_made| {
            Job::new(
                String::new(),
                String::new(),
                "{}",
                r#"{"attempts":2}"#,
                attempts_made,
            )
        };
        assert_eq!((job(0).retry_in(), job(1).retry_in()), (Some(0), None));
    }
}
