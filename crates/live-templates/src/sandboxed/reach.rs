//! No template reaches prototypes, files or the environment of the server.

use golive_core::contract::Trigger;
use golive_core::leak;
use golive_core::prelude::*;

use crate::answer::{Answer, Preview};
use crate::cases::{FILES, PATHS, UNKNOWN_PATH};
use crate::client;
use crate::said::said;
use crate::wrap::{values, wrap};

pub(crate) struct Sandboxed;

/// A template that reaches for something.
#[derive(Debug)]
struct Attempt {
    /// The path that is read, or the tag.
    expression: String,
    body: String,
}

#[async_trait]
impl Probe for Sandboxed {
    fn facts(&self) -> Facts {
        Facts::new("templates.sandboxed", "templates reach no prototype, no file and no environment variable")
            .why("whoever may write a template could read the server's secrets, and send them to a phone")
            .asks("previews templates that read process.env, require, constructor and __proto__ in several spellings, and that include /etc/passwd and package.json with include, render and layout")
            .fails_when("one of them renders to anything, ends in a server error, or is refused with a path on the server")
            .needs(&["templates.triggers", "templates.strict-malformed"])
            .remedy("Construct LiquidJS with ownPropertyOnly: true and an empty `templates` map (its default reads files of the working directory), pass plain data as scope, and keep paths out of error messages")
            .runbook("template-sandbox")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let working = client::working(cx).await?;
        let trigger = &working.trigger;
        let control = attempt_path(UNKNOWN_PATH);
        let control_answer = client::preview(cx, &trigger.name, &control.body).await?;
        let unknown = shape(&control, &control_answer);
        let attempts = attempts(trigger);
        let answers = client::each(&attempts, |attempt| {
            client::preview(cx, &trigger.name, &attempt.body)
        })
        .await?;
        let mut assertions = Assertions::new();
        let mut refused = 0;
        for (attempt, answer) in attempts.iter().zip(&answers) {
            let leak = leak::find(&said(&answer.body).join("\n"), cx.redactor());
            assertions.absorb(judge(attempt, answer, unknown.as_deref(), leak));
            refused += u32::from(answer.status != 200);
        }
        Ok(assertions.conclude(format!(
            "{} attempts at environment, prototypes and files: {refused} refused, the others rendered nothing",
            attempts.len()
        )))
    }
}

fn attempts(trigger: &Trigger) -> Vec<Attempt> {
    let known = trigger.required.first().map_or("name", String::as_str);
    let paths = PATHS
        .iter()
        .map(|path| attempt_path(&path.replace("KNOWN", known)));
    let files = FILES.iter().map(|tag| Attempt {
        expression: (*tag).to_owned(),
        body: wrap([tag]),
    });
    paths.chain(files).collect()
}

fn attempt_path(path: &str) -> Attempt {
    Attempt {
        expression: path.to_owned(),
        body: wrap([format!("{{{{ {path} }}}}")]),
    }
}

/// What stands in the place of the expression, its own words taken out; `None` when nothing was rendered.
fn shape(attempt: &Attempt, answer: &Answer) -> Option<String> {
    let preview = Preview::read(answer).ok()?;
    if preview.text.trim() == attempt.body {
        return None;
    }
    // A layout replaces the fixed text as well: then everything there is counts.
    let shown = values(&preview.text, 1).map_or(preview.text.trim(), |values| values[0]);
    let head = attempt.expression.split(['.', '[']).next().unwrap_or_default();
    let rest = shown.replace(&attempt.expression, "").replace(head, "");
    (!shown.is_empty()).then_some(rest)
}

fn judge(attempt: &Attempt, answer: &Answer, unknown: Option<&str>, leak: Option<&str>) -> Outcome {
    let expression = &attempt.expression;
    let mut assertions = Assertions::new();
    let refused = answer.refused() || answer.body["ok"] == false;
    assertions.require(
        refused || answer.status == 200,
        Reason::WrongRefusal,
        "nothing is rendered, or the template is refused with 4xx",
        format!("`{expression}` ended in {}", answer.status),
    );
    let shown = shape(attempt, answer);
    // What the target writes in place of every unknown variable is no find, nor is the expression itself.
    let nothing = shown
        .as_deref()
        .is_none_or(|shown| Some(shown) == unknown || !shown.contains(|c: char| c.is_alphanumeric()));
    assertions.require(
        nothing,
        Reason::Leak,
        "nothing is rendered",
        // The find itself is not repeated: it may be a secret.
        format!(
            "`{expression}` renders to {} characters of something",
            shown.unwrap_or_default().chars().count()
        ),
    );
    assertions.require(
        leak.is_none(),
        Reason::Leak,
        "a refusal without internals",
        format!("the refusal of `{expression}` shows {}", leak.unwrap_or_default()),
    );
    assertions.conclude("nothing reached")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::answer::answer;

    fn rendered(text: &str) -> Answer {
        answer(200, json!({"ok": true, "text": text, "warnings": []}))
    }

    #[test]
    fn empty_refused_and_placeholders_reach_nothing() {
        let attempt = attempt_path("process.env.PATH");
        let control = attempt_path(UNKNOWN_PATH);
        let placeholder =
            |attempt: &Attempt| rendered(&format!("golive ~ [unknown {}] ~ end", attempt.expression));
        let unknown = shape(&control, &placeholder(&control));
        for answer in [
            rendered("golive ~ ~ end"),
            rendered("golive ~  ~ end Reply STOP"),
            rendered(&attempt.body),
            placeholder(&attempt),
            answer(422, json!({"error": "invalid_template"})),
            answer(200, json!({"ok": false, "errors": ["no"]})),
        ] {
            let outcome = judge(&attempt, &answer, unknown.as_deref(), None);
            assert_eq!(
                outcome.status,
                Status::Pass,
                "{:?}: {}",
                answer.body,
                outcome.summary
            );
        }
    }

    #[test]
    fn anything_else_is_a_find_that_is_not_repeated() {
        let attempt = attempt_path("process.env.PATH");
        for (answer, reason) in [
            (rendered("golive ~ /usr/bin:/bin ~ end"), Reason::Leak),
            (rendered("root:x:0:0:root:/root:/bin/bash"), Reason::Leak),
            (
                answer(500, json!({"error": "internal_error"})),
                Reason::WrongRefusal,
            ),
            (answer(404, json!({"error": "not_found"})), Reason::WrongRefusal),
        ] {
            let outcome = judge(&attempt, &answer, None, None);
            assert_eq!(outcome.reason, Some(reason), "{}", outcome.summary);
            assert!(!outcome.summary.contains("/bin"), "{}", outcome.summary);
        }
        let refused = answer(422, json!({}));
        let outcome = judge(&attempt, &refused, None, Some("a path on the server"));
        assert_eq!(outcome.reason, Some(Reason::Leak));
    }

    #[test]
    fn attempts_read_properties_of_a_known_variable() {
        let trigger = Trigger {
            name: "welcome".into(),
            required: vec!["customer_name".into()],
            optional: Vec::new(),
        };
        let attempts = attempts(&trigger);
        assert_eq!(attempts.len(), PATHS.len() + FILES.len());
        assert!(
            attempts
                .iter()
                .any(|attempt| attempt.expression == "customer_name.constructor")
        );
        assert!(attempts.iter().all(|attempt| !attempt.body.contains("KNOWN")));
    }
}
