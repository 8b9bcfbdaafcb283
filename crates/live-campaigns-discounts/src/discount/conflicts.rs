//! Conflicts between discounts can be listed.

use golive_core::prelude::*;
use serde_json::Value;

use crate::answers::{VARIABLES, shown};

pub(crate) struct Conflicts;

#[async_trait]
impl Probe for Conflicts {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.discount-conflicts", "conflicts between discounts are listed")
            .why("the page that warns of conflicting codes is empty or broken without it")
            .asks("reads GET /discounts/conflicts")
            .fails_when("it is not answered with 200 and JSON")
            .needs(&["campaigns.auth"])
            .variables(VARIABLES)
            .remedy("Register GET /discounts/conflicts before /discounts/:id, and read the backend's log for the error behind a 5xx")
            .runbook("discounts")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let path = &cx.contract().paths.discount_conflicts;
        let body = cx.http().get(path).admin()?.send().await?.expect_json(&[200])?;
        Ok(judge(&body))
    }
}

fn judge(body: &Value) -> Outcome {
    let mut assertions = Assertions::new();
    assertions.require(
        body.is_array() || (body.is_object() && body["ok"] != false),
        Reason::BodyMismatch,
        "an object or a list",
        format!("the answer is {}", shown(body)),
    );
    let listed = body.as_array().or_else(|| body["conflicts"].as_array());
    assertions.conclude(match listed {
        Some(listed) => format!("answered, {} conflicts listed", listed.len()),
        None => "answered".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_in_any_shape() {
        for body in [
            json!({"ok": true, "conflicts": []}),
            json!([]),
            json!({"hasConflict": false}),
        ] {
            assert_eq!(judge(&body).status, Status::Pass, "{body}");
        }
        for body in [json!({"ok": false}), json!("none"), Value::Null] {
            assert_eq!(judge(&body).reason, Some(Reason::BodyMismatch), "{body}");
        }
    }
}
