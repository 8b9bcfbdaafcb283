//! A signed body that is not JSON is refused as such.

use std::time::Duration;

use golive_core::prelude::*;

use crate::delivery;
use crate::topic::{Purpose, Topic};

pub(crate) struct Malformed(pub(crate) Topic);

/// Bodies that no parser takes.
const BODIES: [(&str, &str); 3] = [
    ("cut off JSON", r#"{"id":"#),
    ("plain text", "golive"),
    ("a form", "id=1&note=golive"),
];

#[async_trait]
impl Probe for Malformed {
    fn facts(&self) -> Facts {
        let Self(topic) = self;
        Facts::new(
            "webhooks.malformed",
            "a signed body that is not JSON is answered with 400",
        )
        .why("a 500 is repeated for two days and pages somebody; a 200 hides that something was lost")
        .asks(format!(
            "sends cut off JSON, plain text and a form to {}, each signed",
            topic.name
        ))
        .fails_when("(WARN) the answer is not 400")
        .needs(&[topic.id("accepts")])
        .safety(Safety::Smoke)
        .timeout(Duration::from_secs(45))
        .variables(delivery::VARIABLES)
        .remedy(
            "Catch the parse error behind the signature check and answer 400 {\"error\":\"invalid_json\"}",
        )
        .runbook("webhook-malformed-bodies")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        // The object stands in no body; it only makes the delivery's id.
        let object = self.0.object(cx.run_id(), Purpose::Related);
        let mut answers = Vec::new();
        for (what, body) in BODIES {
            let response = delivery::post_signed(cx, &self.0, object, body).await?;
            answers.push((what, response.status()));
        }
        Ok(judge(&answers))
    }
}

fn judge(answers: &[(&str, u16)]) -> Outcome {
    let mut assertions = Assertions::new();
    for (what, status) in answers {
        let verb = if (200..300).contains(status) {
            "acknowledged"
        } else {
            "answered"
        };
        assertions.advise(
            *status == 400,
            Reason::StatusUnexpected,
            "400",
            format!("{what}, rightly signed, was {verb} with {status}"),
        );
    }
    let whats: Vec<&str> = answers.iter().map(|(what, _)| *what).collect();
    assertions.conclude(format!("400 for {}", whats.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_400_passes() {
        for (status, passes) in [(400, true), (200, false), (401, false), (500, false)] {
            let outcome = judge(&[("plain text", 400), ("a form", status)]);
            let wanted = if passes { Status::Pass } else { Status::Warn };
            assert_eq!(outcome.status, wanted, "{status}");
        }
    }
}
