//! All nine checks look alike: stable ids, statements as titles, and a runbook that knows them.

use std::collections::HashSet;
use std::path::Path;

use crate::support::Place;
use serde_json::Value;

const CHECKS: &[&str] = &[
    "contract",
    "database",
    "queues",
    "security",
    "webhooks",
    "templates",
    "campaigns",
    "reports",
    "metrics",
];

fn catalogue() -> Vec<Value> {
    let ran = Place::new().golive(&["list", "--json"]);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
}

fn probes(catalogue: &[Value]) -> impl Iterator<Item = (&str, &Value)> {
    catalogue.iter().flat_map(|check| {
        let id = check["id"].as_str().expect("an id");
        check["probes"]
            .as_array()
            .expect("probes")
            .iter()
            .map(move |probe| (id, probe))
    })
}

fn text<'a>(probe: &'a Value, key: &str) -> &'a str {
    probe[key]
        .as_str()
        .unwrap_or_else(|| panic!("{key} of {}", probe["id"]))
}

#[test]
fn the_nine_checks_in_the_runbooks_order() {
    let catalogue = catalogue();
    let ids: Vec<&str> = catalogue
        .iter()
        .filter_map(|check| check["id"].as_str())
        .collect();
    assert_eq!(ids, CHECKS);
    for check in &catalogue {
        assert!(text(check, "question").ends_with('?'), "{}", check["id"]);
    }
}

#[test]
fn ids_are_unique_prefixed_and_spelt_alike() {
    let catalogue = catalogue();
    let mut seen = HashSet::new();
    for (check, probe) in probes(&catalogue) {
        let id = text(probe, "id");
        assert!(seen.insert(id.to_owned()), "{id} twice");
        let prefix = id.split('.').next().unwrap_or_default();
        assert!(
            prefix == check || (check == "queues" && prefix == "redis"),
            "{id} in {check}"
        );
        assert!(
            id.chars()
                .all(|char| char.is_ascii_alphanumeric() || "._-".contains(char)),
            "{id}"
        );
        assert!(id.contains('.'), "{id}");
    }
    assert!(!seen.is_empty());
}

#[test]
fn needs_exist() {
    let catalogue = catalogue();
    let known: HashSet<&str> = probes(&catalogue).map(|(_, probe)| text(probe, "id")).collect();
    for (_, probe) in probes(&catalogue) {
        for need in probe["needs"]
            .as_array()
            .expect("needs")
            .iter()
            .filter_map(Value::as_str)
        {
            assert!(known.contains(need), "{} needs {need}", probe["id"]);
        }
    }
}

#[test]
fn every_probe_says_what_people_ask() {
    for (_, probe) in probes(&catalogue()) {
        let id = text(probe, "id");
        for key in ["title", "why", "asks", "fails_when", "remedy"] {
            let words = text(probe, key);
            assert!(
                words.len() > 8 && words == words.trim() && !words.ends_with('.'),
                "{key} of {id}: {words:?}"
            );
        }
        let title = text(probe, "title");
        assert!(!title.ends_with('?'), "a title is a statement: {id}: {title}");
        let first = text(probe, "remedy").chars().next().unwrap_or_default();
        assert!(first.is_uppercase(), "a remedy is an imperative sentence: {id}");
        let timeout = probe["timeout_ms"].as_u64().expect("a timeout");
        assert!((1_000..=90_000).contains(&timeout), "{id}: {timeout} ms");
    }
}

#[test]
fn runbook_anchors_and_variables_exist() {
    let runbook =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/runbook.md"))
            .expect("the runbook");
    let anchors: HashSet<String> = runbook
        .lines()
        .filter(|line| line.starts_with("##"))
        .map(anchor)
        .collect();
    let template = Place::new().golive(&["template"]).stdout;
    for (_, probe) in probes(&catalogue()) {
        let id = text(probe, "id");
        let link = text(probe, "runbook");
        let wanted = link.strip_prefix("docs/runbook.md#").unwrap_or_default();
        assert!(anchors.contains(wanted), "{id} points at {link}");
        for name in probe["variables"]
            .as_array()
            .expect("variables")
            .iter()
            .filter_map(Value::as_str)
        {
            assert!(
                template.contains(&format!("{name}=")),
                "{id} needs {name}, which the template does not have"
            );
        }
    }
}

/// The anchor GitHub makes of a heading.
fn anchor(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    words
        .chars()
        .filter(|char| char.is_alphanumeric() || " -_".contains(*char))
        .map(|char| if char == ' ' { '-' } else { char })
        .collect()
}
