//! A misspelt variable is an error in validation and a warning that names it in the preview, wherever it stands.

use golive_core::contract::Trigger;
use golive_core::prelude::*;

use crate::answer::{Answer, Preview, Verdict};
use crate::client;
use crate::said::{mention, shortened};

pub(crate) struct UnknownVariable;

/// A template with one variable that does not exist.
#[derive(Debug)]
struct Misspelling {
    place: &'static str,
    name: String,
    body: String,
}

#[async_trait]
impl Probe for UnknownVariable {
    fn facts(&self) -> Facts {
        Facts::new(
            "templates.strict-unknown-variable",
            "a variable that does not exist is an error in validation and named by the preview",
        )
        .why("a misspelt variable is sent blank: the customer reads \"Hi ,\"")
        .asks("validates and previews templates with a misspelt variable: alone, behind a filter, between dashes, in a condition, as an argument of a filter")
        .fails_when("validation accepts one of them, or its preview is refused or has no warning that names the variable")
        .needs(&["templates.triggers"])
        .remedy("Validate with LiquidJS's strictVariables: true against the trigger's schema, and list undefined variables among the warnings of the preview")
        .runbook("template-strict-mode")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let working = client::working(cx).await?;
        let trigger = &working.trigger;
        let cases = misspellings(trigger);
        let answers = client::each(&cases, async |case| {
            let verdict = client::validate(cx, &trigger.name, &case.body).await?;
            let preview = client::preview(cx, &trigger.name, &case.body).await?;
            Ok((verdict, preview))
        })
        .await?;
        let mut assertions = Assertions::new();
        for (case, (verdict, preview)) in cases.iter().zip(&answers) {
            assertions.absorb(judge(case, verdict, preview));
        }
        Ok(assertions.conclude(format!(
            "a misspelt variable in {} places: an error in validation, named in the preview",
            cases.len()
        )))
    }
}

fn misspellings(trigger: &Trigger) -> Vec<Misspelling> {
    const UNKNOWN: &str = "golive_unknown";
    let known = trigger.required.first().map_or("name", String::as_str);
    let longer = format!("{known}q");
    let mut shorter = known.to_owned();
    shorter.pop();
    if shorter.is_empty() || trigger.required.contains(&shorter) || trigger.optional.contains(&shorter) {
        shorter = format!("{known}_{known}");
    }
    let whole = client::whole(trigger);
    [
        ("on its own", UNKNOWN, format!("{{{{ {UNKNOWN} }}}}")),
        (
            "behind a filter",
            UNKNOWN,
            format!("{{{{ {UNKNOWN} | upcase }}}}"),
        ),
        (
            "in a condition",
            UNKNOWN,
            format!("{{% if {UNKNOWN} %}}yes{{% endif %}}"),
        ),
        (
            "as an argument of a filter",
            UNKNOWN,
            format!("{{{{ \"\" | default: {UNKNOWN} }}}}"),
        ),
        (
            "one letter longer than a known one, between dashes",
            &longer,
            format!("{{{{- {longer} -}}}}"),
        ),
        (
            "one letter shorter than a known one",
            &shorter,
            format!("{{{{ {shorter} }}}}"),
        ),
    ]
    .into_iter()
    .map(|(place, name, expression)| Misspelling {
        place,
        name: name.to_owned(),
        body: format!("{whole} {expression}"),
    })
    .collect()
}

fn judge(case: &Misspelling, verdict: &Answer, preview: &Answer) -> Outcome {
    let Misspelling { place, name, .. } = case;
    let mut assertions = Assertions::new();
    match Verdict::read(verdict) {
        Ok(verdict) => {
            assertions.require(
                !verdict.ok,
                Reason::BodyMismatch,
                "an unknown variable is an error in validation",
                format!("validation accepts the unknown variable {name} {place}"),
            );
        }
        Err(problem) => {
            assertions.absorb(*problem);
        }
    }
    match Preview::read(preview) {
        Ok(preview) => {
            let said = shortened(&preview.warnings.join("; "));
            assertions.require(
                mention(&preview.warnings, name),
                Reason::BodyMismatch,
                "an unknown variable is named by a warning of the preview",
                format!(
                    "no warning of the preview names the unknown variable {name} {place} (warnings: {said})"
                ),
            );
        }
        Err(problem) => {
            let expected = Some(format!("a preview with a warning that names {name}"));
            assertions.absorb(Outcome { expected, ..*problem });
        }
    }
    assertions.conclude("an error, and named")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::answer::answer;

    fn case() -> Misspelling {
        Misspelling {
            place: "on its own",
            name: "golive_unknown".into(),
            body: String::new(),
        }
    }

    #[test]
    fn an_error_and_a_warning_that_names_it() {
        let named = json!({"ok": true, "text": "", "warnings": ["undefined variable: golive_unknown"]});
        let object = json!({"ok": true, "rendered": "", "warnings": [{"variable": "golive_unknown"}]});
        let error = json!({"ok": false, "errors": ["undefined variable: golive_unknown"]});
        for (verdict, preview, reason) in [
            ((200, error.clone()), (200, named.clone()), None),
            ((422, json!({"error": "validation_failed"})), (200, object), None),
            (
                (200, json!({"ok": true, "errors": []})),
                (200, named.clone()),
                Some(Reason::BodyMismatch),
            ),
            (
                (200, error.clone()),
                (200, json!({"ok": true, "text": "", "warnings": []})),
                Some(Reason::BodyMismatch),
            ),
            (
                (200, error.clone()),
                (
                    200,
                    json!({"ok": true, "text": "", "warnings": ["unknown variables: 1"]}),
                ),
                Some(Reason::BodyMismatch),
            ),
            (
                (200, error),
                (422, json!({"error": "invalid_template"})),
                Some(Reason::RefusedValid),
            ),
            ((500, json!({})), (200, named), Some(Reason::StatusUnexpected)),
        ] {
            let outcome = judge(
                &case(),
                &answer(verdict.0, verdict.1),
                &answer(preview.0, preview.1),
            );
            assert_eq!(outcome.reason, reason, "{}", outcome.summary);
            if reason == Some(Reason::RefusedValid) {
                let expected = outcome.expected.unwrap_or_default();
                assert!(expected.ends_with("names golive_unknown"), "{expected}");
            }
        }
    }

    #[test]
    fn the_misspellings_are_no_known_variables() {
        let trigger = Trigger {
            name: "order_created".into(),
            required: vec!["orders".into()],
            optional: vec!["order".into()],
        };
        for case in misspellings(&trigger) {
            assert!(case.name != "orders" && case.name != "order", "{}", case.name);
            assert!(case.body.contains(&case.name) && case.body.starts_with(&client::whole(&trigger)));
        }
    }
}
