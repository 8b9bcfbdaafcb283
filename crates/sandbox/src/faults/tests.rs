//! The tables and the source agree.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Apply, Faults, all, find};

fn sources(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).expect("the source is there");
    entries
        .map(|entry| entry.expect("readable").path())
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// How often each name is read in the source, as `.on("check.fault-name")`.
fn reads() -> BTreeMap<String, Vec<PathBuf>> {
    let pattern = regex::Regex::new(r#"\.on\(\s*"([a-z0-9.-]+)"\s*,?\s*\)"#).expect("valid");
    let mut reads = BTreeMap::<String, Vec<PathBuf>>::new();
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        if path.ends_with("faults/tests.rs") || path.ends_with("faults/mod.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("readable");
        for found in pattern.captures_iter(&text) {
            reads.entry(found[1].to_owned()).or_default().push(path.clone());
        }
    }
    reads
}

#[test]
fn every_switch_is_read_at_exactly_one_place() {
    let reads = reads();
    for fault in all().filter(|fault| matches!(fault.apply, Apply::Switch)) {
        let places = reads.get(fault.name).map_or(0, Vec::len);
        assert_eq!(places, 1, "{} is read at {places} places", fault.name);
    }
}

#[test]
fn every_name_that_is_read_is_a_switch_in_a_table() {
    for (name, places) in reads() {
        let fault = find(&name).unwrap_or_else(|error| panic!("{places:?}: {error}"));
        assert!(
            matches!(fault.apply, Apply::Switch),
            "{name} is read in {places:?}, but is no switch"
        );
    }
}

#[test]
fn names_are_unique_and_prefixed_like_their_owner() {
    let mut seen = std::collections::BTreeSet::new();
    for fault in all() {
        assert!(seen.insert(fault.name), "{} twice", fault.name);
        let (check, _) = fault.name.split_once('.').expect("check.fault-name");
        assert!(
            super::owned_by(check).iter().any(|own| own.name == fault.name),
            "{}",
            fault.name
        );
        assert!(
            !fault.symptom.is_empty() && fault.owner.contains('.'),
            "{}",
            fault.name
        );
    }
}

#[test]
fn a_mistyped_name_gets_a_suggestion() {
    if let Some(first) = all().next() {
        let error = Faults::named([format!("{}x", first.name)]).expect_err("unknown");
        assert_eq!(error.suggestion, first.name);
    }
}
