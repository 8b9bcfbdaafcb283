//! The canned run as progress, in every mode.

use super::*;
use crate::events::Events;
use crate::render::canned;

/// Plays the canned run and answers what was written.
async fn played(mode: Mode) -> String {
    let report = canned::report();
    let (events, receiver) = Events::channel();
    let probes: Vec<_> = report
        .checks
        .iter()
        .flat_map(|check| check.probes.clone())
        .collect();
    events.emit(Event::RunStarted {
        run_id: report.run.id.clone(),
        probes: probes.iter().map(|probe| probe.id.clone()).collect(),
        not_run: Vec::new(),
    });
    for probe in probes {
        events.emit(Event::ProbeStarted { id: probe.id.clone() });
        if probe.id == "reports.latency" {
            events.emit(Event::ProbeSlow {
                id: probe.id.clone(),
                waiting_for: Some("GET /reports\x1b[2J".to_owned()),
            });
        }
        events.emit(Event::ProbeFinished(Box::new(probe)));
    }
    events.emit(Event::CleanupStarted { entries: 2 });
    for entry in report.cleanup {
        events.emit(Event::CleanupFinished(entry));
    }
    events.emit(Event::RunFinished);
    let mut out = Vec::new();
    follow_into(receiver, canned::checks(), mode, &mut out).await;
    String::from_utf8(out).expect("text")
}

#[tokio::test(start_paused = true)]
async fn lines_view() {
    insta::assert_snapshot!(played(Mode::Lines).await);
}

#[tokio::test(start_paused = true)]
async fn checks_view() {
    insta::assert_snapshot!(played(Mode::Checks).await);
}

#[tokio::test(start_paused = true)]
async fn silence_is_silent_and_live_needs_a_terminal() {
    assert_eq!(played(Mode::Silent).await, "");
    assert_eq!(played(Mode::Live).await, "");
}

#[tokio::test(start_paused = true)]
async fn a_closed_standard_error_is_ignored() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
    }
    let (events, receiver) = Events::channel();
    events.emit(Event::Interrupted);
    drop(events);
    follow_into(receiver, canned::checks(), Mode::Lines, &mut Closed).await;
}
