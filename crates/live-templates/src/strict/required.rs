//! Validation names every required variable that a template leaves out.

use golive_core::contract::Trigger;
use golive_core::prelude::*;

use crate::answer::{Answer, Verdict};
use crate::client;
use crate::said::{mention, shortened};
use crate::wrap::wrap_variables;

pub(crate) struct Required;

/// A template that leaves out required variables.
#[derive(Debug)]
struct Gap<'t> {
    trigger: &'t str,
    left_out: Vec<&'t str>,
    body: String,
}

#[async_trait]
impl Probe for Required {
    fn facts(&self) -> Facts {
        Facts::new("templates.strict-required", "validation names each required variable that a template leaves out")
            .why("an abandoned-checkout message without its link costs money and recovers nothing")
            .asks("validates, for every trigger, a template without variables, templates that use all required variables but one, and one that has their names as plain words only")
            .fails_when("a required variable that is left out is named neither as an error nor as a warning")
            .needs(&["templates.triggers"])
            .remedy("Compare the variables that the parsed template uses (not its words) with the trigger's required ones, and name each one that is missing")
            .runbook("template-strict-mode")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let gaps = gaps(&cx.contract().triggers);
        let answers = client::each(&gaps, |gap| client::validate(cx, gap.trigger, &gap.body)).await?;
        let mut assertions = Assertions::new();
        let mut named = 0;
        for (gap, answer) in gaps.iter().zip(&answers) {
            assertions.absorb(judge(gap, answer));
            named += gap.left_out.len();
        }
        Ok(assertions.conclude(format!(
            "{named} variables left out of {} templates, all named",
            gaps.len()
        )))
    }
}

fn gaps(triggers: &[Trigger]) -> Vec<Gap<'_>> {
    let mut gaps = Vec::new();
    for trigger in triggers {
        let required: Vec<&str> = trigger.required.iter().map(String::as_str).collect();
        if required.is_empty() {
            continue;
        }
        gaps.push(Gap {
            trigger: &trigger.name,
            left_out: required.clone(),
            body: "Hello from golive".to_owned(),
        });
        for missing in required.iter().filter(|_| required.len() > 1) {
            let used = required.iter().filter(|name| name != &missing);
            gaps.push(Gap {
                trigger: &trigger.name,
                left_out: vec![missing],
                body: wrap_variables(used),
            });
        }
    }
    if let Some(first) = triggers.iter().find(|trigger| !trigger.required.is_empty()) {
        let required: Vec<&str> = first.required.iter().map(String::as_str).collect();
        gaps.push(Gap {
            trigger: &first.name,
            body: format!("Hello {}", required.join(" and ")),
            left_out: required,
        });
    }
    gaps
}

fn judge(gap: &Gap<'_>, answer: &Answer) -> Outcome {
    let verdict = match Verdict::read(answer) {
        Ok(verdict) => verdict,
        Err(problem) => return *problem,
    };
    let mut assertions = Assertions::new();
    for name in &gap.left_out {
        assertions.require(
            mention(&verdict.said, name),
            Reason::BodyMismatch,
            format!("validation names {name} as left out"),
            format!(
                "validation of {} does not name {name}, which the template `{}` leaves out (it says: {})",
                gap.trigger,
                gap.body.trim(),
                shortened(&verdict.said.join("; "))
            ),
        );
    }
    assertions.conclude("all named")
}

#[cfg(test)]
mod tests {
    use golive_core::contract::Contract;
    use serde_json::json;

    use super::*;
    use crate::answer::answer;

    #[test]
    fn every_gap_must_be_named_as_error_or_warning() {
        let gap = Gap {
            trigger: "order_paid",
            left_out: vec!["order_number", "order_total"],
            body: String::new(),
        };
        let both = "required: order_number, order_total";
        for (status, body, passes) in [
            (200, json!({"ok": true, "errors": [], "warnings": [both]}), true),
            (200, json!({"ok": false, "errors": [both], "warnings": []}), true),
            (422, json!({"error": "validation_failed", "message": both}), true),
            (
                200,
                json!({"ok": true, "warnings": ["required: order_number"]}),
                false,
            ),
            (
                200,
                json!({"ok": false, "errors": ["required variables are missing"]}),
                false,
            ),
            (500, json!({"error": "internal_error"}), false),
        ] {
            let outcome = judge(&gap, &answer(status, body.clone()));
            assert_eq!(outcome.status == Status::Pass, passes, "{body}");
        }
    }

    #[test]
    fn each_trigger_is_asked_without_any_and_without_each() {
        let contract = Contract::default();
        let gaps = gaps(&contract.triggers);
        let of = |trigger: &str| gaps.iter().filter(|gap| gap.trigger == trigger).count();
        assert_eq!(
            (of("welcome"), of("order_paid"), of(&contract.triggers[0].name)),
            (1, 3, 4)
        );
        for gap in &gaps {
            assert!(
                gap.left_out
                    .iter()
                    .all(|name| !gap.body.contains(&format!("{{{{ {name} }}}}")))
            );
        }
    }
}
