//! Folding the events.

use std::time::Duration;

use super::*;
use crate::render::canned;
use crate::report::NotRun;

pub(in crate::progress) fn started(ids: &[&str]) -> (State, Instant) {
    let zero = Instant::now();
    let mut state = State::new(canned::checks(), zero);
    let probes = ids.iter().map(|id| (*id).to_owned()).collect();
    state.apply(
        &Event::RunStarted {
            run_id: "r".to_owned(),
            probes,
            not_run: Vec::new(),
        },
        zero,
    );
    (state, zero)
}

#[test]
fn a_row_counts_all_prefixes_it_owns() {
    let (mut state, zero) = started(&[
        "redis.connect",
        "queues.depth",
        "queues.paused",
        "database.connect",
    ]);
    state.apply(
        &Event::ProbeStarted {
            id: "redis.connect".to_owned(),
        },
        zero,
    );
    state.apply(
        &Event::ProbeFinished(Box::new(canned::probe("redis.connect", "t"))),
        zero,
    );
    state.apply(
        &Event::ProbeFinished(Box::new(canned::probe("queues.depth", "t"))),
        zero,
    );
    let later = zero + Duration::from_secs(2);
    let absent = NotRun {
        id: "queues.paused".to_owned(),
        reason: "r".to_owned(),
        by_user: false,
    };
    state.apply(&Event::ProbeNotRun(absent), later);
    let row = state.row_of("redis.connect").expect("the queues check");
    assert_eq!(
        (row.check.id, row.done(), row.planned, row.complete()),
        ("queues", 3, 3, true)
    );
    assert_eq!(
        row.elapsed_ms(later + Duration::from_secs(9)),
        2000,
        "a finished row's clock stands"
    );
    assert_eq!(state.done(), (3, 4));
}
