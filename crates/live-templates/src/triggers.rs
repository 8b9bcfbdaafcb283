//! Every trigger is offered, an unknown one is not, and each template route answers for at least one:
//! a route that is broken for all of them is this probe's finding, for some of them is theirs.

use golive_core::contract::Trigger;
use golive_core::prelude::*;

use crate::answer::{Answer, Preview, Verdict};
use crate::client;
use crate::said::names;

pub(crate) struct Triggers;

#[async_trait]
impl Probe for Triggers {
    fn facts(&self) -> Facts {
        Facts::new("templates.triggers", "every trigger is offered and every template route answers")
            .why("a trigger that is not offered sends no message, and without preview and validation a merchant finds a broken text when customers do")
            .asks("reads the list of triggers and the variables of a known and of an unknown trigger; previews and validates a template of required variables, trigger by trigger until one is accepted")
            .fails_when("a trigger of the contract is not listed, the variables of an unknown trigger are not 404, or a route (variables, preview, validate) accepts no trigger at all")
            .remedy("Deploy the release that has all triggers and mount the router of /templates; let all its routes read one list of triggers")
            .command("curl -s \"$BASE_URL/templates/triggers\"")
            .runbook("template-triggers")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let wanted = &cx.contract().triggers;
        let mut assertions = Assertions::new();
        assertions.absorb(judge_list(wanted, &client::triggers(cx).await?));
        let unknown = client::variables(cx, &cx.smoke_name("no-such-trigger")).await?;
        let known = known_variables(cx).await?;
        if assertions.absorb(judge_known(&known)) {
            assertions.absorb(judge_unknown(&unknown));
        }
        let working = match client::working(cx).await {
            Ok(working) => working,
            Err(Error::Judged(problem)) => {
                assertions.absorb(on_all(*problem));
                return Ok(assertions.conclude(""));
            }
            Err(error) => return Err(error),
        };
        assertions.absorb(validates_any(cx).await?);
        let guarded = client::guarded(cx, client::Route::Preview).await?;
        Ok(assertions.conclude(format!(
            "all {} triggers are offered; preview and validate answer {}{}",
            wanted.len(),
            if guarded {
                "with an admin token"
            } else {
                "without a token"
            },
            Preview::dialect(working.key)
        )))
    }
}

/// The variables of the first trigger that has any; the first answer when none has.
async fn known_variables(cx: &Context) -> Result<Answer, Error> {
    let mut first = None;
    for trigger in &cx.contract().triggers {
        let answer = client::variables(cx, &trigger.name).await?;
        if answer.expect_ok().is_ok() {
            return Ok(answer);
        }
        first = first.or(Some(answer));
    }
    first.ok_or_else(|| Error::Internal("the contract names no trigger".to_owned()))
}

/// Whether validation accepts a template of required variables for any trigger.
async fn validates_any(cx: &Context) -> Result<Outcome, Error> {
    let mut first = None;
    for trigger in &cx.contract().triggers {
        let answer = client::validate(cx, &trigger.name, &client::whole(trigger)).await?;
        let outcome = judge_validates(&answer);
        if outcome.status == Status::Pass {
            return Ok(outcome);
        }
        first = first.or(Some(outcome));
    }
    Ok(first.map_or_else(
        || Outcome::pending(Reason::Internal, "the contract names no trigger"),
        on_all,
    ))
}

fn on_all(problem: Outcome) -> Outcome {
    let observed = format!(
        "{} (for every trigger)",
        problem.observed.unwrap_or(problem.summary)
    );
    Outcome {
        observed: Some(observed.clone()),
        summary: observed,
        ..problem
    }
}

fn judge_list(wanted: &[Trigger], answer: &Answer) -> Outcome {
    if let Err(problem) = answer.expect_ok() {
        return *problem;
    }
    let expected = "{\"triggers\": […]} with every trigger of the contract";
    let Some(offered) = names(&answer.body["triggers"]) else {
        return *answer.problem(Reason::BodyMismatch, expected);
    };
    let mut assertions = Assertions::new();
    for trigger in wanted {
        assertions.require(
            offered.contains(&trigger.name),
            Reason::Missing,
            expected,
            format!("trigger {} is not offered", trigger.name),
        );
    }
    assertions.conclude("all triggers are offered")
}

fn judge_known(answer: &Answer) -> Outcome {
    match answer.expect_ok() {
        Ok(()) => Outcome::pass(1, "variables are answered"),
        Err(problem) => on_all(*problem),
    }
}

fn judge_unknown(answer: &Answer) -> Outcome {
    let reason = match answer.status {
        401 | 403 => Reason::RefusedValid,
        _ => Reason::StatusUnexpected,
    };
    let mut assertions = Assertions::new();
    assertions.require(
        answer.status == 404,
        reason,
        "the variables of an unknown trigger are 404",
        format!(
            "the variables of a trigger that does not exist answered {}",
            answer.status
        ),
    );
    assertions.conclude("an unknown trigger is 404")
}

fn judge_validates(answer: &Answer) -> Outcome {
    match Verdict::read(answer) {
        Ok(verdict) if verdict.ok => Outcome::pass(1, "a valid template validates"),
        Ok(_) => *answer.problem(
            Reason::RefusedValid,
            "a template of all required variables validates",
        ),
        Err(problem) => *problem,
    }
}

#[cfg(test)]
mod tests {
    use golive_core::contract::Contract;
    use serde_json::json;

    use super::*;
    use crate::answer::answer;

    #[test]
    fn every_trigger_must_be_listed_by_name_or_as_an_object() {
        let wanted = Contract::default().triggers;
        let all: Vec<&str> = wanted.iter().map(|trigger| trigger.name.as_str()).collect();
        let objects: Vec<_> = all.iter().map(|name| json!({"id": name, "label": "x"})).collect();
        let mut more = all.clone();
        more.insert(0, "birthday");
        for listed in [json!(all), json!(objects), json!(more)] {
            assert_eq!(
                judge_list(&wanted, &answer(200, json!({"triggers": listed}))).status,
                Status::Pass
            );
        }
        let outcome = judge_list(&wanted, &answer(200, json!({"triggers": all[1..]})));
        assert_eq!(outcome.reason, Some(Reason::Missing));
        assert!(outcome.summary.contains(all[0]), "{}", outcome.summary);
        let page = answer(200, json!({"items": all}));
        assert_eq!(judge_list(&wanted, &page).reason, Some(Reason::BodyMismatch));
        assert_eq!(
            judge_list(&wanted, &answer(404, json!({}))).reason,
            Some(Reason::RouteMissing)
        );
    }

    #[test]
    fn only_404_denies_a_trigger() {
        for (status, reason) in [
            (404, None),
            (200, Some(Reason::StatusUnexpected)),
            (500, Some(Reason::StatusUnexpected)),
            (401, Some(Reason::RefusedValid)),
        ] {
            assert_eq!(
                judge_unknown(&answer(status, json!({}))).reason,
                reason,
                "{status}"
            );
        }
    }

    #[test]
    fn a_validator_that_refuses_everything_is_broken() {
        assert_eq!(
            judge_validates(&answer(200, json!({"ok": true}))).status,
            Status::Pass
        );
        let refused = judge_validates(&answer(200, json!({"ok": false, "errors": ["no schema"]})));
        assert_eq!(refused.reason, Some(Reason::RefusedValid));
        assert_eq!(
            judge_validates(&answer(404, json!({}))).reason,
            Some(Reason::RouteMissing)
        );
        assert!(on_all(refused).summary.contains("every trigger"));
    }
}
