//! The list is the runbook's, and golive ticks off only what it saw.

use golive_core::render::canned;

use super::*;

#[test]
fn it_is_the_list_of_the_runbook() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/runbook.md");
    let runbook = std::fs::read_to_string(path).unwrap();
    let list = &runbook[runbook.rfind("\n## After go-live\n").unwrap()..];
    let link = |text: &str| {
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("](") {
            let (shown, target) = (before.replacen('[', "", 1), after.split_once(')').unwrap());
            plain += &shown;
            rest = target.1;
        }
        plain + rest
    };
    let wanted: Vec<String> = list
        .lines()
        .filter_map(|line| line.strip_prefix("- [ ] ").or(line.strip_prefix("### ")))
        .map(|line| link(line).replace('`', ""))
        .collect();
    let ours: Vec<&str> = PHASES
        .iter()
        .flat_map(|(title, items)| std::iter::once(*title).chain(items.iter().map(|(text, _)| *text)))
        .collect();
    assert_eq!(
        ours, wanted,
        "html/checklist.rs and docs/runbook.md, \"After go-live\", say different things"
    );
}

fn state(report: &Report, phase: usize, item: usize) -> (State, String) {
    let mut phases = of(report);
    let item = phases.remove(phase).items.remove(item);
    (item.state, item.note)
}

#[test]
fn only_a_whole_go_is_ticked_off() {
    let seen = "GO for https://api.example.com".to_owned();
    assert_eq!(state(&canned::healthy(), 0, 0), (State::Done, seen));
    assert_eq!(state(&canned::report(), 0, 0).0, State::Open);
    let mut narrowed = canned::healthy();
    narrowed.run.complete = false;
    assert_eq!(state(&narrowed, 0, 0).0, State::ByHand);
}

#[test]
fn one_probe_that_did_not_pass_keeps_it_open_and_an_absent_one_leaves_it_to_you() {
    let healthy = canned::healthy();
    assert_eq!(state(&healthy, 0, 1), (State::ByHand, String::new()));
    let (open, note) = state(&canned::report(), 0, 1);
    assert_eq!((open, note.as_str()), (State::Open, "queues.workers PENDING"));
    let mut seen = healthy;
    for id in ["queues.workers", "queues.dead-letters", "queues.depth"] {
        seen.checks[2].probes.push(canned::probe(id, "healthy"));
    }
    assert_eq!(state(&seen, 0, 1), (State::Done, "4 probes passed".to_owned()));
}

#[test]
fn leftovers_and_dead_waivers_are_open() {
    assert_eq!(state(&canned::report(), 2, 3).0, State::Open);
    assert_eq!(state(&canned::report(), 2, 6).0, State::Open);
    assert_eq!(state(&canned::healthy(), 2, 3).0, State::Done);
    assert_eq!(state(&canned::healthy(), 2, 6).0, State::Done);
}
