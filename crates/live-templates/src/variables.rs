//! The variables offered for a trigger are the contract's, and validation knows every one of them.

use golive_core::contract::Trigger;
use golive_core::prelude::*;
use serde_json::Value;

use crate::answer::{Answer, Verdict};
use crate::client;
use crate::said::{names, shortened};
use crate::wrap::wrap_variables;

/// One member of the family: a trigger.
pub(crate) struct Variables(pub(crate) Trigger);

#[async_trait]
impl Probe for Variables {
    fn facts(&self) -> Facts {
        let name = &self.0.name;
        Facts::new(
            format!("templates.variables.{name}"),
            format!("{name} offers its variables and says which are required"),
        )
        .why("the editor offers what this route says: a variable it does not name is not used, one it invents is sent blank")
        .asks(format!("reads the variables of {name}, then validates a template that uses all of them"))
        .fails_when("a required variable is not offered or not marked as required, the schema is missing, or validation refuses a variable that is offered")
        .needs(&["templates.triggers".to_owned(), format!("templates.preview.{name}")])
        .remedy(format!(
            "Make the schema of {name} name its required variables ({}), and let validation read the same schema",
            self.0.required.join(", ")
        ))
        .command(format!("curl -s \"$BASE_URL/templates/variables/{name}\""))
        .runbook("template-triggers")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let answer = client::variables(cx, &self.0.name).await?;
        let mut assertions = Assertions::new();
        if !assertions.absorb(judge(&self.0, &answer)) {
            return Ok(assertions.conclude(""));
        }
        let offered = names(&answer.body["variables"]).unwrap_or_default();
        let body = wrap_variables(&offered);
        let verdict = client::validate(cx, &self.0.name, &body).await?;
        assertions.absorb(judge_accepted(&verdict));
        Ok(assertions.conclude(format!(
            "{} variables, {} of them required; validation knows them all",
            offered.len(),
            self.0.required.len()
        )))
    }
}

fn judge(trigger: &Trigger, answer: &Answer) -> Outcome {
    if answer.status == 404 {
        return *answer.problem(Reason::Missing, "the variables of a trigger of the contract");
    }
    if let Err(problem) = answer.expect_ok() {
        return *problem;
    }
    let body = &answer.body;
    let mut assertions = Assertions::new();
    if let Some(said) = body["trigger"].as_str() {
        assertions.require(
            said == trigger.name,
            Reason::BodyMismatch,
            format!("\"trigger\": \"{}\"", trigger.name),
            format!("the answer says that it is about {}", shortened(said)),
        );
    }
    let offered = names(&body["variables"]);
    let required = names(&body["schema"]["required"]);
    for (list, what) in [(&offered, "variables"), (&required, "schema.required")] {
        assertions.require(
            list.is_some(),
            Reason::BodyMismatch,
            format!("\"{what}\" is a list"),
            format!("\"{what}\" is no list"),
        );
    }
    assertions.require(
        body["schema"]["optional"].is_array(),
        Reason::BodyMismatch,
        "\"schema.optional\" is a list",
        format!("\"schema.optional\" is {}", kind(&body["schema"]["optional"])),
    );
    let (Some(offered), Some(required)) = (offered, required) else {
        return assertions.conclude("");
    };
    for name in &trigger.required {
        assertions.require(
            offered.contains(name),
            Reason::Missing,
            format!("{name} is among the variables"),
            format!("{name} is not offered"),
        );
        assertions.require(
            required.contains(name),
            Reason::Missing,
            format!("{name} is required"),
            format!("{name} is not marked as required"),
        );
    }
    for name in required.iter().filter(|name| !trigger.required.contains(name)) {
        assertions.advise(
            false,
            Reason::BodyMismatch,
            format!("only {} are required", trigger.required.join(", ")),
            format!(
                "{} is marked as required, which the contract does not say",
                shortened(name)
            ),
        );
    }
    assertions.conclude("the variables are the contract's")
}

fn judge_accepted(answer: &Answer) -> Outcome {
    let verdict = match Verdict::read(answer) {
        Ok(verdict) => verdict,
        Err(problem) => return *problem,
    };
    let mut assertions = Assertions::new();
    assertions.require(
        verdict.ok,
        Reason::Disagreement,
        "validation knows every variable that is offered",
        format!(
            "a template of the variables that are offered does not validate: {}",
            shortened(&verdict.said.join("; "))
        ),
    );
    assertions.conclude("every variable that is offered validates")
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "missing",
        Value::Object(_) => "an object",
        _ => "no list",
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
            optional: vec!["currency".into()],
        }
    }

    fn healthy() -> Value {
        json!({"ok": true, "trigger": "order_paid", "variables": ["order_number", "order_total", "currency"],
            "schema": {"required": ["order_number", "order_total"], "optional": ["currency"]}})
    }

    #[test]
    fn the_contracts_variables_pass_also_as_objects_with_more_of_them() {
        assert_eq!(judge(&trigger(), &answer(200, healthy())).status, Status::Pass);
        let mut other = healthy();
        other["variables"] = json!([{"name": "order_total"}, {"name": "order_number"}, {"name": "gift"}]);
        other["schema"]["optional"] = json!([]);
        other["version"] = json!(2);
        assert_eq!(judge(&trigger(), &answer(200, other)).status, Status::Pass);
    }

    #[test]
    fn what_is_missing_or_different_is_named() {
        for (at, value, reason, said) in [
            (
                "/variables",
                json!(["order_number"]),
                Reason::Missing,
                "order_total",
            ),
            ("/variables", json!({}), Reason::BodyMismatch, "variables"),
            ("/schema", Value::Null, Reason::BodyMismatch, "schema.required"),
            (
                "/schema/required",
                json!(["order_total"]),
                Reason::Missing,
                "order_number",
            ),
            (
                "/schema/optional",
                Value::Null,
                Reason::BodyMismatch,
                "schema.optional",
            ),
            ("/trigger", json!("welcome"), Reason::BodyMismatch, "welcome"),
        ] {
            let mut body = healthy();
            *body.pointer_mut(at).expect("there") = value;
            let outcome = judge(&trigger(), &answer(200, body));
            assert_eq!(
                (outcome.status, outcome.reason),
                (Status::Fail, Some(reason)),
                "{at}"
            );
            assert!(outcome.summary.contains(said), "{at}: {}", outcome.summary);
        }
        let mut stricter = healthy();
        stricter["schema"]["required"] = json!(["order_number", "order_total", "currency"]);
        assert_eq!(judge(&trigger(), &answer(200, stricter)).status, Status::Warn);
        assert_eq!(
            judge(&trigger(), &answer(404, json!({}))).reason,
            Some(Reason::Missing)
        );
        assert_eq!(
            judge(&trigger(), &answer(500, json!({}))).reason,
            Some(Reason::StatusUnexpected)
        );
    }

    #[test]
    fn what_is_offered_must_validate() {
        assert_eq!(
            judge_accepted(&answer(200, json!({"ok": true}))).status,
            Status::Pass
        );
        let outcome = judge_accepted(&answer(
            200,
            json!({"ok": false, "errors": ["unknown variable: gift"]}),
        ));
        assert!(outcome.reason == Some(Reason::Disagreement) && outcome.summary.contains("gift"));
    }
}
