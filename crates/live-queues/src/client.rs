//! Asks the target what it says of its own queues, on either route.

use golive_core::prelude::*;
use serde_json::Value;

use crate::figures::{self, Said};

/// The answer of `/queue/health`, and the path it was found at.
pub(crate) struct HealthAnswer {
    pub(crate) path: String,
    pub(crate) body: Value,
}

/// GET /queue/health, or its other dialects where that route is missing.
///
/// # Errors
/// A FAIL for any other status than 200 and for a body that is no JSON.
pub(crate) async fn health(cx: &Context) -> Result<HealthAnswer, Error> {
    let paths = &cx.contract().paths;
    let first = cx.http().get(&paths.queue_health).send().await?;
    if matches!(first.status(), 404 | 405) {
        for path in &paths.queue_health_alternates {
            let other = cx.http().get(path).send().await?;
            if !matches!(other.status(), 404 | 405) {
                return Ok(HealthAnswer {
                    path: path.clone(),
                    body: other.expect_json(&[200])?,
                });
            }
        }
    }
    Ok(HealthAnswer {
        path: paths.queue_health.clone(),
        body: first.expect_json(&[200])?,
    })
}

/// GET /queue/metrics.
///
/// # Errors
/// As [`health`].
pub(crate) async fn metrics(cx: &Context) -> Result<Value, Error> {
    cx.http()
        .get(&cx.contract().paths.queue_metrics)
        .send()
        .await?
        .expect_json(&[200])
}

/// The name of a queue's figure in `dlq`: `events_dead`.
pub(crate) fn dead_name(queue: &str) -> String {
    format!("{}_dead", queue.replace('-', "_"))
}

/// What `/queue/health` says, as far as it can be read.
pub(crate) fn said_by_health(body: &Value, dead_letter: &[String]) -> Said {
    let queues = body["queues"].as_object().into_iter().flatten();
    let dead = dead_letter
        .iter()
        .filter_map(|queue| Some((queue.clone(), body["dlq"][dead_name(queue)].as_u64()?)));
    Said {
        queues: queues
            .filter_map(|(queue, entry)| Some((queue.clone(), figures::read(entry).ok()?)))
            .collect(),
        dead: dead.collect(),
    }
}

/// What `/queue/metrics` says, as far as it can be read.
pub(crate) fn said_by_metrics(body: &Value) -> Said {
    let entries = body["metrics"].as_array().into_iter().flatten();
    let queues = entries.filter_map(|entry| {
        Some((
            entry["queue"].as_str()?.to_owned(),
            figures::read(counts_of(entry)).ok()?,
        ))
    });
    Said {
        queues: queues.collect(),
        ..Said::default()
    }
}

/// The counts stand in the entry itself, or below `counts`.
pub(crate) fn counts_of(entry: &Value) -> &Value {
    entry.get("counts").unwrap_or(entry)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_routes_are_read_as_far_as_they_can_be() {
        let events = json!({ "waiting": 1, "active": 2, "completed": 3, "failed": 4, "delayed": 5 });
        let health = json!({
            "queues": { "events": events, "delivery": { "waiting": 1 } },
            "dlq": { "events_dead": 4, "delivery_dead": "none" },
        });
        let said = said_by_health(&health, &["events".into(), "delivery".into()]);
        let queues = [("events".to_owned(), [1, 2, 3, 4, 5])].into();
        assert_eq!(said.queues, queues);
        assert_eq!(said.dead, [("events".to_owned(), 4)].into());
        let mut flat = events.clone();
        flat["queue"] = json!("events");
        for entry in [flat, json!({ "queue": "events", "counts": events })] {
            let said = said_by_metrics(&json!({ "metrics": [entry, { "queue": 7 }, "nonsense"] }));
            assert_eq!(said.queues, queues);
            assert!(said.dead.is_empty());
        }
        assert_eq!(said_by_metrics(&json!({ "metrics": {} })), Said::default());
    }
}
