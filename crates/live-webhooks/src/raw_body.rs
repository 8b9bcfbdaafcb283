//! The signature covers the received bytes, however the JSON is written.

use std::time::Duration;

use futures::future::try_join_all;
use golive_core::prelude::*;
use golive_stores::Stores;
use serde_json::{Value, json};

use crate::delivery;
use crate::events;
use crate::payload::payload;
use crate::topic::{Purpose, Topic};

pub(crate) struct RawBody(pub(crate) Topic);

#[async_trait]
impl Probe for RawBody {
    fn facts(&self) -> Facts {
        let Self(topic) = self;
        Facts::new("webhooks.raw-body", "signatures over the exact bytes are accepted, however the JSON is written")
            .why("a signature over parsed and rewritten JSON holds for simple bodies, and fails for some customer's name")
            .asks(format!(
                "signs deliveries of {} with letters beyond ASCII, escapes, spacing, another key order, odd numbers and line ends",
                topic.name
            ))
            .fails_when("one of them is refused, or stored as something else than was sent")
            .needs(&[topic.id("persisted")])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(45))
            .variables(delivery::VARIABLES)
            .remedy("Mount express.raw({ type: '*/*' }) on the webhook routes before express.json(), verify over that buffer, and parse it as UTF-8 afterwards")
            .runbook("webhook-raw-body")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let written = (0..).zip(WAYS).map(|(number, (way, write))| {
            let object = self.0.object(cx.run_id(), Purpose::Written(number));
            (*way, object, write(&payload(cx, &self.0, object)))
        });
        let asked = written.map(|(way, object, body)| send(cx, &self.0, way, object, body));
        Ok(judge(&try_join_all(asked).await?))
    }
}

type Write = fn(&Value) -> String;

/// Ways of writing a payload; each is the same JSON to every parser.
const WAYS: &[(&str, Write)] = &[
    ("letters beyond ASCII", |payload| {
        with_note(payload, "Zoë Müller, 東京 😀").to_string()
    }),
    ("escaped letters", |payload| {
        let text = with_note(payload, "golive-escapes").to_string();
        text.replace("golive-escapes", r"Zo\u00eb \ud83d\ude00 \/ \u003c")
    }),
    ("spacing", |payload| {
        serde_json::to_string_pretty(payload).unwrap_or_default()
    }),
    ("key order", |payload| reversed(payload).to_string()),
    ("odd numbers", |payload| {
        payload
            .to_string()
            .replacen('{', r#"{"total_weight":1.50,"rate":1e2,"#, 1)
    }),
    ("a trailing newline", |payload| format!("{payload}\n")),
    ("line ends around it", |payload| format!("\r\n {payload} \r\n")),
];

fn with_note(payload: &Value, note: &str) -> Value {
    let mut payload = payload.clone();
    payload["golive"] = json!(note);
    payload
}

fn reversed(payload: &Value) -> Value {
    let fields = payload.as_object().cloned().unwrap_or_default();
    Value::Object(fields.into_iter().rev().collect())
}

/// What became of one way of writing.
struct Seen {
    way: &'static str,
    status: u16,
    /// What differs in the store, in words; `None` for nothing.
    difference: Option<String>,
}

async fn send(
    cx: &Context,
    topic: &Topic,
    way: &'static str,
    object: u64,
    body: String,
) -> Result<Seen, Error> {
    let postgres = cx.postgres().await?;
    let status = delivery::post_signed(cx, topic, object, &body).await?.status();
    let difference = if (200..300).contains(&status) {
        let key = delivery::dedupe_key(cx.settings().shop()?.as_str(), topic, object);
        let rows = events::wait_for(cx, &postgres, &key).await?;
        let sent = serde_json::from_str(&body)
            .map_err(|error| Error::Internal(format!("{way} is no JSON: {error}")))?;
        match rows.first() {
            Some(row) => events::difference(&sent, &row.raw),
            None => Some("it was not stored".to_owned()),
        }
    } else {
        None
    };
    Ok(Seen {
        way,
        status,
        difference,
    })
}

fn judge(seen: &[Seen]) -> Outcome {
    let mut assertions = Assertions::new();
    for Seen {
        way,
        status,
        difference,
    } in seen
    {
        let reason = match status {
            401 | 403 => Reason::RefusedValid,
            _ => Reason::StatusUnexpected,
        };
        let accepted = assertions.require(
            (200..300).contains(status),
            reason,
            format!("{way}: signed over the exact bytes, accepted"),
            format!("a rightly signed body with {way} was answered with {status}"),
        );
        if accepted {
            assertions.require(
                difference.is_none(),
                Reason::DataMismatch,
                format!("{way}: stored as sent"),
                format!(
                    "a body with {way} was accepted, but {}",
                    difference.as_deref().unwrap_or_default()
                ),
            );
        }
    }
    let ways: Vec<&str> = seen.iter().map(|seen| seen.way).collect();
    assertions.conclude(format!("accepted and stored as sent: {}", ways.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_is_the_same_json() {
        let payload = json!({"id": 9, "note": "x"});
        let mut bodies = std::collections::BTreeSet::from([payload.to_string()]);
        for (way, write) in WAYS {
            let body = write(&payload);
            let parsed: Value = serde_json::from_str(&body).unwrap();
            assert_eq!(
                (&parsed["id"], &parsed["note"]),
                (&payload["id"], &payload["note"]),
                "{way}"
            );
            assert!(bodies.insert(body), "{way} is no other way");
        }
    }

    #[test]
    fn refused_or_changed_fails() {
        let seen = |status, difference: Option<&str>| Seen {
            way: "spacing",
            status,
            difference: difference.map(Into::into),
        };
        for (second, reason) in [
            (seen(200, None), None),
            (seen(401, None), Some(Reason::RefusedValid)),
            (seen(500, None), Some(Reason::StatusUnexpected)),
            (seen(200, Some("raw lacks note")), Some(Reason::DataMismatch)),
        ] {
            assert_eq!(judge(&[seen(200, None), second]).reason, reason);
        }
    }
}
