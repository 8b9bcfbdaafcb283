//! The target says of its queues what the contract says it says, and that Redis is there.

use golive_core::contract::Queues;
use golive_core::prelude::*;
use serde_json::Value;

use crate::client::{self, dead_name};
use crate::figures;

pub(crate) struct Health;

#[async_trait]
impl Probe for Health {
    fn facts(&self) -> Facts {
        Facts::new("queues.health", "/queue/health says that Redis is there, and lists every queue with its counts")
            .why("operators and alerts read it: one that lacks a queue hides that queue's trouble")
            .asks("reads GET /queue/health, or GET /queue where that route is missing")
            .fails_when("no such route, another status than 200, redis is not true, or a queue, a count or a dead-letter figure is missing")
            .needs(&["contract.reachable", "redis.connect"])
            .remedy("Deploy the release whose /queue/health lists all queues; where it says redis: false, correct the backend's REDIS_URL and restart it")
            .command("curl -sS \"$BASE_URL/queue/health\"")
            .runbook("queue-health")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let answer = client::health(cx).await?;
        let other = answer.path != cx.contract().paths.queue_health;
        Ok(judge(&answer.path, other, &answer.body, &cx.contract().queues))
    }
}

fn judge(path: &str, other_dialect: bool, body: &Value, queues: &Queues) -> Outcome {
    let mut assertions = Assertions::new();
    let redis = &body["redis"];
    assertions.require(
        *redis == Value::Bool(true),
        Reason::BodyMismatch,
        format!("{path} says redis: true"),
        format!("{path} says redis: {}", figures::shown(redis)),
    );
    for queue in &queues.health {
        let expected = format!("{queue} with {}", figures::NAMES.join(", "));
        let Some(entry) = body["queues"].get(queue) else {
            assertions.require(
                false,
                Reason::BodyMismatch,
                expected,
                format!("{path} does not list {queue}"),
            );
            continue;
        };
        let wrong = figures::read(entry).err().unwrap_or_default().join(", ");
        assertions.require(
            wrong.is_empty(),
            Reason::BodyMismatch,
            expected,
            format!("{queue}: {wrong}"),
        );
    }
    for name in queues.dead_letter.iter().map(|queue| dead_name(queue)) {
        let dead = &body["dlq"][&name];
        assertions.require(
            dead.is_u64(),
            Reason::BodyMismatch,
            format!("dlq.{name} is a count"),
            format!("dlq.{name} is {}", figures::shown(dead)),
        );
    }
    let dialect = if other_dialect { " (other dialect)" } else { "" };
    assertions.conclude(format!(
        "GET {path}{dialect} says redis: true and counts {} queues and {} kinds of dead letters",
        queues.health.len(),
        queues.dead_letter.len()
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn healthy() -> Value {
        let counts = json!({"waiting": 0, "active": 1, "completed": 100, "failed": 0, "delayed": 2});
        let queues: serde_json::Map<_, _> = Queues::default()
            .health
            .into_iter()
            .map(|queue| (queue, counts.clone()))
            .collect();
        json!({"redis": true, "queues": queues, "dlq": {"events_dead": 0, "delivery_dead": 0}, "timestamp": "…"})
    }

    #[test]
    fn every_part_is_looked_at() {
        let of = |body: &Value| judge("/queue/health", false, body, &Queues::default());
        let outcome = of(&healthy());
        assert_eq!((outcome.status, outcome.assertions), (Status::Pass, 8));
        let mut more = healthy();
        more["queues"]["discount-reservation"] = json!({"anything": 1});
        more["queues"]["events"]["paused"] = json!(0);
        assert_eq!(of(&more).status, Status::Pass, "more than the contract asks for");
        for (pointer, value) in [
            ("/redis", json!("ok")),
            ("/redis", json!(false)),
            ("/queues/delivery", json!(null)),
            ("/queues/delivery/failed", json!("0")),
            ("/dlq", json!({})),
            ("/dlq/events_dead", json!(null)),
            ("/queues", json!([])),
        ] {
            let mut body = healthy();
            *body.pointer_mut(pointer).unwrap() = value;
            assert_eq!(of(&body).reason, Some(Reason::BodyMismatch), "{pointer}");
        }
        assert_eq!(of(&json!([])).status, Status::Fail);
        assert!(
            judge("/queue", true, &healthy(), &Queues::default())
                .summary
                .contains("GET /queue (other dialect)")
        );
    }
}
