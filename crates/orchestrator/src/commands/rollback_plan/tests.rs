//! Whatever fails, the steps fit and lead into the runbook.

use golive_core::contract::Contract;
use golive_core::outcome::Reason;
use golive_core::render::canned;

use super::*;
use crate::registry::CHECKS;

fn failing(id: &str) -> Report {
    let mut report = canned::healthy();
    let mut probe = canned::probe(id, "a title");
    probe.status = Status::Fail;
    probe.reason = Some(Reason::StatusUnexpected);
    report.checks[0].probes.push(probe);
    report
}

fn titles(report: &Report) -> Vec<&'static str> {
    Plan::of(report)
        .steps
        .iter()
        .map(|(step, _)| step.title)
        .collect()
}

#[test]
fn whatever_fails_there_is_a_step_beside_the_general_ones() {
    for probe in CHECKS.iter().flat_map(|check| check.probes(&Contract::default())) {
        let id = probe.facts().id.to_string();
        let titles = titles(&failing(&id));
        assert!(titles.len() >= 2, "{id}: {titles:?}");
    }
}

#[test]
fn the_steps_fit_the_component() {
    let has = |id: &str, title: &str| titles(&failing(id)).contains(&title);
    assert!(has(
        "database.migrations-applied",
        "Go forward from a failed migration"
    ));
    assert!(!has("queues.dead-letters", "Go forward from a failed migration"));
    assert!(has(
        "queues.dead-letters",
        "Repair the queues without emptying them"
    ));
    assert!(has("webhooks.persisted.orders-create", "Get the missed webhooks"));
    assert!(!has("redis.connect", "Redeploy the former release"));
    assert!(has("campaigns.create", "Redeploy the former release"));
    assert!(titles(&canned::healthy()).is_empty());
}

#[test]
fn waived_failures_need_no_rollback() {
    let mut report = failing("campaigns.create");
    let probe = report.checks[0].probes.last_mut().unwrap();
    probe.waived = Some(canned::waived());
    assert!(titles(&report).is_empty());
}

#[test]
fn every_link_leads_into_the_runbook() {
    let runbook = include_str!("../../../../../docs/runbook.md");
    let anchors: Vec<String> = runbook
        .lines()
        .filter_map(|line| line.strip_prefix("### ").or_else(|| line.strip_prefix("## ")))
        .map(|heading| {
            let kept = heading.to_lowercase();
            kept.chars()
                .filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '-'))
                .map(|char| if char == ' ' { '-' } else { char })
                .collect()
        })
        .collect();
    for step in STEPS {
        assert!(
            anchors.iter().any(|anchor| anchor == step.anchor),
            "{}",
            step.anchor
        );
        assert!(!step.danger.is_empty() && !step.how.is_empty());
    }
}
