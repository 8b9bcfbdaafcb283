//! Judges the validation of a template that is right.

use golive_core::contract::Trigger;
use golive_core::prelude::*;

use crate::answer::{Answer, Verdict};
use crate::said::{complain, shortened};

pub(super) fn judge(trigger: &Trigger, answer: &Answer) -> Outcome {
    let verdict = match Verdict::read(answer) {
        Ok(verdict) => verdict,
        Err(problem) => return *problem,
    };
    let mut assertions = Assertions::new();
    assertions.require(
        verdict.ok,
        Reason::RefusedValid,
        "a template of all required variables validates",
        format!(
            "a valid template does not validate: {}",
            shortened(&verdict.said.join("; "))
        ),
    );
    for name in &trigger.required {
        assertions.require(
            !verdict.ok || !complain(&verdict.said, name),
            Reason::BodyMismatch,
            format!("nothing said against {name}, which the template uses"),
            format!(
                "validation warns of {name}: {}",
                shortened(&verdict.said.join("; "))
            ),
        );
    }
    assertions.conclude("validates")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::answer::answer;

    #[test]
    fn a_valid_template_must_validate() {
        let trigger = Trigger {
            name: "order_paid".into(),
            required: vec!["order_number".into(), "order_total".into()],
            optional: Vec::new(),
        };
        let judged = |body| judge(&trigger, &answer(200, body));
        assert_eq!(
            judged(json!({"ok": true, "errors": [], "warnings": ["2 parts"]})).status,
            Status::Pass
        );
        assert_eq!(
            judged(json!({"ok": false, "errors": ["x"]})).reason,
            Some(Reason::RefusedValid)
        );
        let warned = judged(json!({"ok": true, "warnings": ["required variable not used: order_total"]}));
        assert_eq!(warned.reason, Some(Reason::BodyMismatch));
    }
}
