//! A template of a trigger's required variables previews with its sample data, and validates.

mod valid;

use golive_core::contract::Trigger;
use golive_core::prelude::*;
use serde_json::Value;

use crate::answer::{Answer, Preview};
use crate::client;
use crate::said::{complain, shortened};
use crate::wrap::values;

/// One member of the family: a trigger.
pub(crate) struct Previews(pub(crate) Trigger);

#[async_trait]
impl Probe for Previews {
    fn facts(&self) -> Facts {
        let name = &self.0.name;
        Facts::new(
            format!("templates.preview.{name}"),
            format!("a valid {name} template validates, and previews with sample data"),
        )
        .why("merchants release a text because its preview looks right")
        .asks(format!("previews and validates a template of {}", self.0.required.join(" and ")))
        .fails_when("the preview is refused, leaves a required variable blank or unrendered, differs from its own sampleData, is for another trigger, or warns of a required variable; or validation refuses the template")
        .needs(&["templates.triggers"])
        .remedy(format!(
            "Give {name} sample data for {}, and render previews and messages with the same code",
            self.0.required.join(" and ")
        ))
        .runbook("template-previews")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let body = client::whole(&self.0);
        let preview = client::preview(cx, &self.0.name, &body).await?;
        let verdict = client::validate(cx, &self.0.name, &body).await?;
        let mut assertions = Assertions::new();
        assertions.absorb(judge(&self.0, &preview));
        assertions.absorb(valid::judge(&self.0, &verdict));
        let key = Preview::read(&preview).map_or("text", |preview| preview.key);
        Ok(assertions.conclude(format!(
            "{} filled from sample data; the template validates{}",
            self.0.required.join(" and "),
            Preview::dialect(key)
        )))
    }
}

fn judge(trigger: &Trigger, answer: &Answer) -> Outcome {
    let preview = match Preview::read(answer) {
        Ok(preview) => preview,
        Err(problem) => return *problem,
    };
    let mut assertions = Assertions::new();
    let rendered = !preview.text.contains("{{") && !preview.text.contains("{%");
    if !assertions.require(
        rendered,
        Reason::BodyMismatch,
        "a rendered text",
        format!(
            "the preview shows the template itself: {}",
            shortened(&preview.text)
        ),
    ) {
        return assertions.conclude("");
    }
    let values = values(&preview.text, trigger.required.len());
    assertions.require(
        values.is_some(),
        Reason::BodyMismatch,
        "the fixed text of the template, with the values between",
        format!(
            "the preview lost the text around the variables: {}",
            shortened(&preview.text)
        ),
    );
    let sample = &answer.body["sampleData"];
    for (name, value) in trigger.required.iter().zip(values.unwrap_or_default()) {
        assertions.require(
            !value.is_empty(),
            Reason::BodyMismatch,
            format!("{name} is filled from sample data"),
            format!("{name} is blank in the preview"),
        );
        assertions.require(
            value.is_empty() || agrees(&sample[name], value),
            Reason::Disagreement,
            format!("the text shows {name} as sampleData has it"),
            format!(
                "the text shows {name} as {}, sampleData as {}",
                shortened(value),
                shortened(&sample[name].to_string())
            ),
        );
        assertions.require(
            !complain(&preview.warnings, name),
            Reason::BodyMismatch,
            format!("no warning about {name}, which the template uses"),
            format!(
                "the preview warns of {name}: {}",
                shortened(&preview.warnings.join("; "))
            ),
        );
    }
    assertions.advise(
        sample.is_object(),
        Reason::BodyMismatch,
        "\"sampleData\" says what the variables were filled with",
        "the preview has no \"sampleData\"",
    );
    assertions.require(
        answer
            .body
            .get("trigger")
            .is_none_or(|said| said == &Value::from(trigger.name.clone())),
        Reason::BodyMismatch,
        format!("\"trigger\": \"{}\"", trigger.name),
        format!(
            "the preview says that it is for {}",
            shortened(&answer.body["trigger"].to_string())
        ),
    );
    assertions.conclude("previews with sample data")
}

/// Whether the text shows the value; what is no plain value or not there is not compared.
fn agrees(sample: &Value, shown: &str) -> bool {
    match sample {
        Value::String(text) => text.trim() == shown,
        Value::Number(number) => shown.parse::<f64>().ok() == number.as_f64(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::answer::answer;

    fn trigger() -> Trigger {
        Trigger {
            name: "order_paid".into(),
            required: vec!["order_number".into(), "order_total".into()],
            optional: Vec::new(),
        }
    }

    fn healthy() -> Value {
        json!({"ok": true, "text": "golive ~ 1042 ~ 128.4 ~ end", "warnings": [], "trigger": "order_paid",
            "sampleData": {"order_number": "1042", "order_total": 128.40}})
    }

    #[test]
    fn a_filled_preview_passes_in_both_dialects_and_with_a_footer() {
        assert_eq!(judge(&trigger(), &answer(200, healthy())).status, Status::Pass);
        let mut other = healthy();
        let text = other.as_object_mut().and_then(|body| body.remove("text"));
        other["rendered"] = json!(format!(
            "{} Reply STOP",
            text.as_ref().and_then(Value::as_str).expect("text")
        ));
        other["warnings"] = json!([
            "the sender name is missing",
            "shorten order_number with `shortlink`"
        ]);
        assert_eq!(judge(&trigger(), &answer(200, other)).status, Status::Pass);
        assert_eq!(
            client::whole(&trigger()),
            "golive ~ {{ order_number }} ~ {{ order_total }} ~ end"
        );
    }

    #[test]
    fn values_agree_however_they_are_written() {
        for (sample, shown, agree) in [
            (json!(" 1042 "), "1042", true),
            (json!("1042"), "1043", false),
            (json!(128.4), "128.40", true),
            (json!(128.4), "128.5", false),
            (json!(7), "seven", false),
            (json!({"amount": 7}), "8", true),
            (Value::Null, "anything", true),
        ] {
            assert_eq!(agrees(&sample, shown), agree, "{sample} {shown}");
        }
    }

    #[test]
    fn what_the_merchant_must_not_see_fails() {
        for (key, value, reason, said) in [
            (
                "text",
                json!("golive ~ {{ order_number }} ~ 1 ~ end"),
                Reason::BodyMismatch,
                "template itself",
            ),
            (
                "text",
                json!("golive ~ 1042 ~ ~ end"),
                Reason::BodyMismatch,
                "order_total is blank",
            ),
            (
                "text",
                json!("Your order is on its way"),
                Reason::BodyMismatch,
                "lost the text",
            ),
            (
                "text",
                json!("golive ~ 1043 ~ 128.4 ~ end"),
                Reason::Disagreement,
                "1043",
            ),
            (
                "warnings",
                json!(["unknown variable: order_total"]),
                Reason::BodyMismatch,
                "warns of order_total",
            ),
            ("trigger", json!("welcome"), Reason::BodyMismatch, "welcome"),
        ] {
            let mut body = healthy();
            body[key] = value;
            let outcome = judge(&trigger(), &answer(200, body));
            assert_eq!(outcome.reason, Some(reason), "{said}: {}", outcome.summary);
            assert!(
                outcome.status == Status::Fail && outcome.summary.contains(said),
                "{}",
                outcome.summary
            );
        }
        let mut bare = healthy();
        bare["sampleData"] = Value::Null;
        assert_eq!(judge(&trigger(), &answer(200, bare)).status, Status::Warn);
    }
}
