//! The backend says of itself that it is ready, and that database, Redis and queues are fine.

use golive_core::prelude::*;
use serde_json::Value;

pub(crate) struct Ready;

#[async_trait]
impl Probe for Ready {
    fn facts(&self) -> Facts {
        Facts::new(
            "contract.ready",
            "the backend says that it is ready, with database, Redis and queues",
        )
        .why("/health answers 200 even when something is broken: only its body tells")
        .asks("reads GET /health/ready and the body of GET /health")
        .fails_when("/health/ready is not 200, or /health says that itself, db, redis or queues are not ok")
        .needs(&["contract.reachable", "database.connect", "redis.connect"])
        .remedy("Read the backend's log for the part that is not ok, and restart it once that part answers")
        .command("curl -s \"$BASE_URL/health\"")
        .runbook("health-not-ok")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let paths = &cx.contract().paths;
        let ready = cx.http().get(&paths.ready).send().await?;
        let health = cx.http().get(&paths.health).send().await?.expect_json(&[200])?;
        let body = serde_json::from_slice(ready.body()).unwrap_or(Value::Null);
        Ok(judge(ready.status(), &body, &health))
    }
}

fn judge(ready_status: u16, ready: &Value, health: &Value) -> Outcome {
    let mut assertions = Assertions::new();
    let reason = if ready_status == 404 {
        Reason::RouteMissing
    } else {
        Reason::StatusUnexpected
    };
    if assertions.require(
        ready_status == 200,
        reason,
        "/health/ready answers 200",
        format!("/health/ready answered {ready_status}"),
    ) {
        assertions.require(
            ready.get("ready") == Some(&Value::Bool(true)),
            Reason::BodyMismatch,
            "/health/ready says \"ready\": true",
            format!("/health/ready says {}", shown(ready.get("ready"))),
        );
    }
    // The older dialect has no overall `ok`.
    if let Some(ok) = health.get("ok") {
        let fine = ok == &Value::Bool(true);
        assertions.require(
            fine,
            Reason::BodyMismatch,
            "/health says \"ok\": true",
            format!("/health says \"ok\": {ok}"),
        );
    }
    for (part, older) in [("db", "database"), ("redis", "redis"), ("queues", "queues")] {
        let said = health.get(part).or_else(|| health.get(older));
        // Queues are not part of the older dialect.
        if said.is_none() && part == "queues" && health.get("database").is_some() {
            continue;
        }
        let fine = match said {
            Some(Value::Bool(ok)) => *ok,
            Some(Value::Object(part)) => part.get("ok") == Some(&Value::Bool(true)),
            _ => false,
        };
        assertions.require(
            fine,
            Reason::BodyMismatch,
            format!("/health says {part} is ok"),
            format!("/health says {part}: {}", shown(said)),
        );
    }
    let dialect = if health.get("database").is_some() {
        " (older dialect of /health)"
    } else {
        ""
    };
    assertions.conclude(format!(
        "ready; /health says db, redis and queues are ok{dialect}"
    ))
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(
        || "nothing".to_owned(),
        |value| value.to_string().chars().take(80).collect(),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_body_decides() {
        let ready = json!({ "ready": true });
        let health = json!({ "ok": true, "db": { "ok": true }, "redis": { "ok": true }, "queues": { "ok": true, "workers": 6 } });
        assert_eq!(judge(200, &ready, &health).status, Status::Pass);
        assert_eq!(
            judge(503, &json!({ "ready": false }), &health).reason,
            Some(Reason::StatusUnexpected)
        );
        assert_eq!(
            judge(404, &Value::Null, &health).reason,
            Some(Reason::RouteMissing)
        );
        assert_eq!(judge(200, &json!({}), &health).status, Status::Fail);
        for part in ["db", "redis", "queues"] {
            let mut broken = health.clone();
            broken[part]["ok"] = json!(false);
            assert_eq!(judge(200, &ready, &broken).status, Status::Fail, "{part}");
        }
        let mut silent = health.clone();
        silent["queues"] = Value::Null;
        assert_eq!(judge(200, &ready, &silent).status, Status::Fail);
        silent.as_object_mut().unwrap().remove("queues");
        assert_eq!(judge(200, &ready, &silent).status, Status::Fail);
        let half = json!({ "ok": true, "database": true });
        assert_eq!(judge(200, &ready, &half).status, Status::Fail);
        let older = json!({ "ok": true, "database": true, "redis": true, "piiCoverage": { "phone": 98 } });
        let outcome = judge(200, &ready, &older);
        assert!(outcome.status == Status::Pass && outcome.summary.contains("older dialect"));
        assert_eq!(
            judge(200, &ready, &json!({ "ok": true })).status,
            Status::Fail,
            "silence about the parts is no health"
        );
    }
}
