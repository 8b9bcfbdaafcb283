//! The target's queue figures for dashboards are there.

use golive_core::contract::Queues;
use golive_core::prelude::*;
use serde_json::Value;

use crate::{client, figures};

pub(crate) struct Metrics;

#[async_trait]
impl Probe for Metrics {
    fn facts(&self) -> Facts {
        Facts::new("queues.metrics", "/queue/metrics lists every queue with its counts")
            .why("dashboards draw queue depth from it: without it a growing backlog is seen by customers first")
            .asks("reads GET /queue/metrics")
            .fails_when("no such route, another status than 200, or a queue or a count is missing")
            .needs(&["contract.reachable", "redis.connect"])
            .remedy("Deploy the release whose /queue/metrics lists all queues; where it answers 503, correct the backend's REDIS_URL and restart it")
            .command("curl -sS \"$BASE_URL/queue/metrics\"")
            .runbook("queue-health")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let body = client::metrics(cx).await?;
        Ok(judge(
            &cx.contract().paths.queue_metrics,
            &body,
            &cx.contract().queues,
        ))
    }
}

fn judge(path: &str, body: &Value, queues: &Queues) -> Outcome {
    let Some(entries) = body["metrics"].as_array() else {
        return Outcome::fail(Reason::BodyMismatch, format!("{path} has no list \"metrics\""))
            .expected("{\"metrics\": [{\"queue\": …, counts …}]}")
            .observed(figures::shown(body));
    };
    let mut assertions = Assertions::new();
    for queue in &queues.health {
        let expected = format!("{queue} with {}", figures::NAMES.join(", "));
        let Some(entry) = entries.iter().find(|entry| entry["queue"] == queue.as_str()) else {
            assertions.require(
                false,
                Reason::BodyMismatch,
                expected,
                format!("{path} does not list {queue}"),
            );
            continue;
        };
        let wrong = figures::read(client::counts_of(entry))
            .err()
            .unwrap_or_default()
            .join(", ");
        assertions.require(
            wrong.is_empty(),
            Reason::BodyMismatch,
            expected,
            format!("{queue}: {wrong}"),
        );
    }
    assertions.conclude(format!("GET {path} counts {} queues", queues.health.len()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_queue_has_its_counts() {
        let of = |body: &Value| judge("/queue/metrics", body, &Queues::default()).status;
        let entry = |queue: &str| json!({"queue": queue, "waiting": 0, "active": 0, "completed": 0, "failed": 0, "delayed": 0});
        let all: Vec<Value> = Queues::default()
            .health
            .iter()
            .map(|queue| entry(queue))
            .collect();
        assert_eq!(of(&json!({"metrics": all})), Status::Pass);
        let nested: Vec<Value> = Queues::default()
            .health
            .iter()
            .map(|queue| json!({"queue": queue, "counts": entry(queue)}))
            .collect();
        assert_eq!(of(&json!({"metrics": nested})), Status::Pass);
        assert_eq!(of(&json!({"metrics": all[1..]})), Status::Fail);
        assert_eq!(of(&json!({"metrics": []})), Status::Fail);
        assert_eq!(of(&json!(all)), Status::Fail);
    }
}
