//! What is no campaign is refused.

use std::time::Duration;

use golive_core::prelude::*;
use serde_json::{Value, json};

use crate::answers::{VARIABLES, must_refuse};
use crate::smoke;

pub(crate) struct Validates;

#[async_trait]
impl Probe for Validates {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.create-validates", "a campaign without a name or a text is refused")
            .why("an empty campaign that is accepted is an empty message to every customer")
            .asks("posts campaigns without a name, with an empty name, without a text, and with neither")
            .fails_when("one of them is accepted, or refused with another status than 422 or 400")
            .needs(&["campaigns.create"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(30))
            .variables(VARIABLES)
            .remedy("Validate the body of POST /campaigns before anything is written: name and bodyText are texts that are not empty, else 422")
            .runbook("campaign-lifecycle")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let mut answers = Vec::new();
        for (number, (what, leave_out)) in BAD.into_iter().enumerate() {
            let name = cx.smoke_name(&format!("bad{number}"));
            let made = smoke::create_campaign(cx, name.clone(), body(&name, leave_out)).await?;
            answers.push((what, made.answer.status()));
        }
        Ok(judge(&answers))
    }
}

/// What is wrong, and the fields that are left out; an empty name is an empty text.
const BAD: [(&str, &[&str]); 4] = [
    ("a campaign without name", &["name"]),
    ("a campaign with an empty name", &[]),
    ("a campaign without bodyText", &["bodyText"]),
    ("a campaign with neither name nor bodyText", &["name", "bodyText"]),
];

/// The smoke name stays in it, so that what is accepted is found again.
fn body(name: &str, leave_out: &[&str]) -> Value {
    let mut body = smoke::campaign_body(name, &format!("Test campaign {name}"));
    body["utmJson"] = json!({"utm_source": name});
    if leave_out.is_empty() {
        body["name"] = json!("");
    }
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|field, _| !leave_out.contains(&field.as_str()));
    }
    body
}

fn judge(answers: &[(&str, u16)]) -> Outcome {
    let mut assertions = Assertions::new();
    for (what, status) in answers {
        must_refuse(&mut assertions, what, *status);
    }
    assertions.conclude(format!(
        "{} bodies that are no campaign were refused",
        answers.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_body_is_bad_and_can_be_found_again() {
        for (what, leave_out) in BAD {
            let body = body("golive-1-bad", leave_out);
            let given = |field: &str| body[field].as_str().is_some_and(|text| !text.is_empty());
            assert!(!given("name") || !given("bodyText"), "{what}");
            assert!(body.to_string().contains("golive-1-bad"), "{what}");
        }
        assert_eq!(judge(&[("x", 422), ("y", 400)]).status, Status::Pass);
        assert_eq!(
            judge(&[("x", 422), ("y", 201)]).reason,
            Some(Reason::StatusUnexpected)
        );
        assert_eq!(judge(&[("x", 500)]).reason, Some(Reason::WrongRefusal));
    }
}
