//! What is no discount is refused.

use std::time::Duration;

use golive_core::prelude::*;
use serde_json::{Value, json};

use crate::answers::{VARIABLES, must_refuse};
use crate::smoke;

pub(crate) struct Validates;

#[async_trait]
impl Probe for Validates {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.discount-validates", "a discount with a bad code, kind, value or currency is refused")
            .why("a discount of 150 percent pays customers for buying")
            .asks("posts discounts that are wrong in one field each")
            .fails_when("one of them is accepted, or refused with another status than 422 or 400")
            .needs(&["campaigns.discount-create"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_mins(1))
            .variables(VARIABLES)
            .remedy("Validate the body of POST /discounts before Shopify is asked: code of three characters or more, kind percentage or amount, value above 0 and at most 100 percent, currencyCode for an amount; else 422")
            .runbook("discounts")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let mut answers = Vec::new();
        for (number, (what, body)) in bad(cx.run_id()).into_iter().enumerate() {
            let name = cx.smoke_name(&format!("bad-discount{number}"));
            let made = smoke::create_discount(cx, name.clone(), with_name(body, &name)).await?;
            answers.push((what, made.answer.status()));
        }
        Ok(judge(&answers))
    }
}

/// What is wrong, and the fields that are.
fn bad(run_id: &str) -> Vec<(&'static str, Value)> {
    // Two characters that no real code has, so that it is no conflict.
    let short = run_id.get(run_id.len().saturating_sub(2)..).unwrap_or("q0");
    vec![
        (
            "a discount with a code of two characters",
            json!({ "code": short }),
        ),
        ("a discount without code", json!({"code": null})),
        ("a discount of an unknown kind", json!({"kind": "golive-free"})),
        ("a discount without kind", json!({"kind": null})),
        ("a discount without value", json!({"value": null})),
        ("a discount of less than nothing", json!({"value": -5})),
        ("a discount of 101 percent", json!({"value": 101})),
        (
            "an amount without currencyCode",
            json!({"kind": "amount", "value": 5}),
        ),
    ]
}

/// A good discount, but for what is wrong; `null` leaves a field out. The title keeps the smoke name.
fn with_name(wrong: Value, name: &str) -> Value {
    let mut body = json!({"code": name, "kind": "percentage", "value": 10, "title": name});
    if let (Some(fields), Value::Object(wrong)) = (body.as_object_mut(), wrong) {
        fields.extend(wrong);
        fields.retain(|_, value| !value.is_null());
    }
    body
}

fn judge(answers: &[(&str, u16)]) -> Outcome {
    let mut assertions = Assertions::new();
    for (what, status) in answers {
        must_refuse(&mut assertions, what, *status);
    }
    assertions.conclude(format!("{} bad discounts were refused", answers.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_wrong_in_one_way_and_can_be_found_again() {
        for (what, wrong) in bad("0123456789abcdef") {
            let body = with_name(wrong, "golive-1-bad");
            assert_eq!(body["title"], "golive-1-bad", "{what}");
            let good = body["code"].as_str().is_some_and(|code| code.len() >= 3)
                && body["kind"] == "percentage"
                && body["value"]
                    .as_i64()
                    .is_some_and(|value| (1..=100).contains(&value));
            assert!(!good, "{what}");
        }
        assert_eq!(judge(&[("x", 422), ("y", 400)]).status, Status::Pass);
        assert_eq!(judge(&[("x", 200)]).reason, Some(Reason::StatusUnexpected));
    }
}
