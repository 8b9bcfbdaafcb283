//! Every required variable is there, and each variable that is there has the form the contract says.

use golive_core::prelude::*;
use golive_core::settings::{Explained, Problem, Requirement};

pub(crate) struct Required;

#[async_trait]
impl Probe for Required {
    fn facts(&self) -> Facts {
        Facts::new("contract.env-required", "every required variable is set")
            .why("a backend that lacks one fails at the first request that needs it, not at start-up")
            .asks("looks each required variable up in the process environment and the env file")
            .fails_when("one or more required variables are missing or empty; all are named at once")
            .remedy("Set the variables named above in the deployment and in .env.verification")
            .command("golive template > .env.verification")
            .runbook("variables-missing-or-malformed")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let explained = cx.settings().explain();
        record(cx, &explained);
        Ok(judge_required(&explained))
    }
}

fn judge_required(explained: &[Explained<'_>]) -> Outcome {
    let required: Vec<_> = explained
        .iter()
        .filter(|entry| entry.variable.required == Requirement::Required)
        .collect();
    let missing: Vec<&str> = required
        .iter()
        .filter(|entry| entry.state == Err(Problem::Missing))
        .map(|entry| entry.variable.name)
        .collect();
    if missing.is_empty() {
        let count = u32::try_from(required.len()).unwrap_or(u32::MAX);
        return Outcome::pass(count, format!("all {count} required variables are set"));
    }
    Outcome::fail(Reason::Missing, format!("missing: {}", missing.join(", ")))
        .expected(format!("all {} required variables set", required.len()))
        .observed(format!("not set: {}", missing.join(", ")))
}

pub(crate) struct WellFormed;

#[async_trait]
impl Probe for WellFormed {
    fn facts(&self) -> Facts {
        Facts::new(
            "contract.env-well-formed",
            "each variable has the form that the backend reads",
        )
        .why("a key of the wrong length or a URL without a scheme fails late, and often silently")
        .asks("checks each variable that is set against its form; placeholders of the template are refused")
        .fails_when("a variable does not parse, or still holds a placeholder")
        .remedy("Correct the variables named above; `golive template` shows the form of each")
        .command("golive template")
        .runbook("variables-missing-or-malformed")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        Ok(judge_forms(&cx.settings().explain()))
    }
}

fn judge_forms(explained: &[Explained<'_>]) -> Outcome {
    let mut assertions = Assertions::new();
    let set = explained
        .iter()
        .filter(|entry| entry.state != Err(Problem::Missing));
    for entry in set {
        let name = entry.variable.name;
        let observed = match &entry.state {
            Ok(()) => name.to_owned(),
            Err(problem) => format!("{name} {problem}"),
        };
        let expected = format!("{name}: {}", entry.variable.form);
        assertions.require(entry.state.is_ok(), Reason::Malformed, expected, observed);
    }
    if assertions.checked() == 0 {
        return Outcome::fail(Reason::Missing, "no variable is set at all")
            .expected("variables in the process environment or an env file")
            .observed("none");
    }
    let count = assertions.checked();
    assertions.conclude(format!("{count} variables parse"))
}

/// Names and sources; a value only where it is no secret.
fn record(cx: &Context, explained: &[Explained<'_>]) {
    for entry in explained
        .iter()
        .filter(|entry| entry.variable.required == Requirement::Required)
    {
        let from = entry
            .source
            .map_or_else(|| "not set".to_owned(), |source| format!("from {source}"));
        cx.record(Evidence::Env {
            name: entry.variable.name.to_owned(),
            detail: from,
        });
    }
}

#[cfg(test)]
mod tests {
    use golive_core::settings::Settings;

    use super::*;

    #[test]
    fn all_missing_ones_are_named_at_once() {
        let settings = Settings::from_map([("BASE_URL", "http://127.0.0.1:3000"), ("JWT_SECRET", "")]);
        let outcome = judge_required(&settings.explain());
        assert_eq!(
            (outcome.status, outcome.reason),
            (Status::Fail, Some(Reason::Missing))
        );
        for name in ["DATABASE_URL", "JWT_SECRET", "HASH_PEPPER"] {
            assert!(outcome.summary.contains(name), "{}", outcome.summary);
        }
        assert!(!outcome.summary.contains(" BASE_URL") && !outcome.summary.contains("METRICS_TOKEN"));
    }

    #[test]
    fn forms_are_judged_only_where_something_is_set() {
        let settings = Settings::from_map([("BASE_URL", "ftp://x"), ("ENCRYPTION_KEY", "short-and-secret")]);
        let outcome = judge_forms(&settings.explain());
        assert_eq!(
            (outcome.status, outcome.reason),
            (Status::Fail, Some(Reason::Malformed))
        );
        assert_eq!(outcome.assertions, 2);
        assert!(
            !format!("{outcome:?}").contains("short-and-secret"),
            "a secret is never echoed"
        );
        assert_eq!(
            judge_forms(&Settings::from_map([("", "")]).explain()).status,
            Status::Fail
        );
    }
}
