//! A test send without a usable number is refused, and nothing is queued.

use std::time::Duration;

use golive_core::prelude::*;
use golive_stores::Stores;
use serde_json::{Value, json};

use super::{is_about, send, undo_later};
use crate::answers::{VARIABLES, must_refuse, same, shown};
use crate::smoke::{self, Sample};

/// A job that is added behind the answer is seen within this time.
const WATCHED: Duration = Duration::from_millis(400);
/// Numbers that nobody can be called at.
const BAD: [&str; 3] = ["golive-not-a-number", "+1", "+00000000000"];

pub(crate) struct Validates;

#[async_trait]
impl Probe for Validates {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.test-send-validates", "a test send without a usable number is refused, and queues nothing")
            .why("a test that goes nowhere and is confirmed makes people send to everyone, untested")
            .asks("posts test sends without a number and with three that are none, and watches the delivery queue's events")
            .fails_when("one is accepted, refused with another status than 422 or 400, not called missing_phone, or brings a job about")
            .needs(&["campaigns.create", "redis.connect"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(40))
            .variables(VARIABLES)
            .remedy("Validate phone as E.164 in POST /campaigns/<id>/test-send before anything is queued: 422 missing_phone without one, 422 for a bad one")
            .runbook("test-send")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let made = smoke::campaign(cx, Sample::Plain).await?;
        undo_later(cx, &made).await?;
        let (bullmq, queue) = (cx.bullmq().await?, &cx.contract().queues.delivery);
        let cursor = bullmq.cursor(queue).await?;
        let without = send(cx, &made, &json!({})).await?;
        let code = without.json().unwrap_or_default()["error"].clone();
        let mut bad = Vec::new();
        for phone in BAD {
            bad.push((phone, send(cx, &made, &json!({ "phone": phone })).await?.status()));
        }
        let jobs = bullmq
            .wait_for_job(queue, &cursor, |job| is_about(job, &made), WATCHED)
            .await?;
        Ok(judge(without.status(), &code, &bad, jobs.found.len()))
    }
}

fn judge(without: u16, code: &Value, bad: &[(&str, u16)], jobs: usize) -> Outcome {
    let mut assertions = Assertions::new();
    if must_refuse(&mut assertions, "a test send without phone", without) {
        assertions.require(
            same(code, "missing_phone"),
            Reason::BodyMismatch,
            "a test send without phone is called missing_phone",
            format!("a test send without phone is called {}", shown(code)),
        );
    }
    for (phone, status) in bad {
        must_refuse(&mut assertions, &format!("a test send to {phone:?}"), *status);
    }
    assertions.require(
        jobs == 0,
        Reason::UnexpectedWrite,
        "no job is queued",
        format!("{jobs} jobs were queued for a test send that has no number"),
    );
    assertions.conclude(format!(
        "{} test sends without a usable number: refused, nothing queued",
        bad.len() + 1
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_named_and_without_effect() {
        let missing = json!("missing_phone");
        let bad = [("x", 422), ("+1", 400)];
        assert_eq!(judge(422, &missing, &bad, 0).status, Status::Pass);
        assert_eq!(judge(400, &missing, &bad, 0).status, Status::Pass);
        assert_eq!(
            judge(200, &Value::Null, &bad, 0).reason,
            Some(Reason::StatusUnexpected)
        );
        assert_eq!(
            judge(500, &Value::Null, &bad, 0).reason,
            Some(Reason::WrongRefusal)
        );
        assert_eq!(
            judge(404, &Value::Null, &bad, 0).reason,
            Some(Reason::RouteMissing)
        );
        assert_eq!(
            judge(422, &json!("invalid"), &bad, 0).reason,
            Some(Reason::BodyMismatch)
        );
        assert_eq!(
            judge(422, &missing, &[("x", 202)], 0).reason,
            Some(Reason::StatusUnexpected)
        );
        assert_eq!(
            judge(422, &missing, &bad, 1).reason,
            Some(Reason::UnexpectedWrite)
        );
    }
}
