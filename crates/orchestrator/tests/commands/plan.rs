//! `golive plan`: the order of a run, without one.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::files::Dir;

fn ids(list: &Value) -> Vec<&str> {
    list.as_array()
        .expect("a list")
        .iter()
        .map(|probe| probe["id"].as_str().expect("an id"))
        .collect()
}

#[test]
fn needs_stand_in_earlier_waves_and_load_comes_last() {
    let (code, plan) = Dir::new().json(&["plan", "--format", "json"]);
    assert_eq!((code, plan["complete"].as_bool()), (0, Some(true)));
    let mut earlier: BTreeSet<&str> = BTreeSet::new();
    for wave in plan["waves"].as_array().expect("waves") {
        for probe in wave["probes"].as_array().expect("probes") {
            assert_ne!(probe["safety"], "load");
            for need in probe["needs"].as_array().expect("needs") {
                assert!(earlier.contains(need.as_str().expect("an id")), "{probe}");
            }
        }
        earlier.extend(ids(&wave["probes"]));
    }
    assert!(earlier.len() > 30 && ids(&plan["waves"][0]["probes"]).contains(&"database.connect"));
    assert!(
        plan["load"]
            .as_array()
            .expect("load")
            .iter()
            .all(|probe| probe["safety"] == "load")
    );
    assert!(ids(&plan["writes"]).contains(&"queues.smoke-job"));
    assert!(
        plan["writes"][0]["asks"]
            .as_str()
            .is_some_and(|asks| !asks.is_empty())
    );
}

#[test]
fn read_only_writes_nothing_and_skip_leaves_out() {
    let dir = Dir::new();
    let (_, plan) = dir.json(&[
        "plan",
        "--read-only",
        "--skip",
        "redis.version",
        "--format",
        "json",
    ]);
    assert_eq!((ids(&plan["writes"]).len(), ids(&plan["load"]).len()), (0, 0));
    assert_eq!(plan["complete"], false);
    assert!(ids(&plan["not_run"]).contains(&"redis.version"));
    let tree = dir.golive(&["plan", "queues", "--read-only"]).stdout;
    assert!(
        tree.contains("nothing: every probe only reads") && tree.contains("no go-live verdict"),
        "{tree}"
    );
    assert!(
        tree.contains("redis.connect") && !tree.contains("queues.smoke-job"),
        "{tree}"
    );
}

#[test]
fn the_tree_says_what_is_written() {
    let tree = Dir::new().golive(&["plan", "queues"]).stdout;
    assert!(
        tree.contains("Wave 1, at once\n") && tree.contains("What it would write"),
        "{tree}"
    );
    assert!(tree.contains("smoke  queues.smoke-job"), "{tree}");
}

#[test]
fn pictures() {
    let dir = Dir::new();
    let mermaid = dir.golive(&["plan", "queues", "--format", "mermaid"]).stdout;
    assert!(
        mermaid.starts_with("flowchart LR\n  subgraph queues[\"Redis & queues\"]\n"),
        "{mermaid}"
    );
    assert!(
        mermaid.contains(" --> ") && mermaid.contains(":::smoke"),
        "{mermaid}"
    );
    let dot = dir.golive(&["plan", "--format", "dot"]).stdout;
    assert!(
        dot.starts_with("digraph golive {") && dot.ends_with("}\n"),
        "{dot}"
    );
}

#[test]
fn slips_get_a_suggestion() {
    let dir = Dir::new();
    dir.golive(&["plan", "queues.wrokers"])
        .refused("did you mean \"queues.workers\"?");
    dir.golive(&["plan", "--skip", "databse"])
        .refused("did you mean \"database\"?");
    dir.golive(&["histroy"]).refused("did you mean `golive history`?");
    dir.golive(&["rollbackplan", "x.json"])
        .refused("did you mean `golive rollback-plan`?");
    dir.golive(&["databse"]).refused("did you mean \"database\"?");
}
