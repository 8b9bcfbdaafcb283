//! Plain lines for a log file.

use tokio::time::Instant;

use super::Mode;
use super::state::State;
use crate::events::Event;
use crate::render::text::one_line;
use crate::render::words::{counts, duration};
use crate::report::CleanupStatus;

/// What is said about an event, `state` already including it.
pub(super) fn about(event: &Event, state: &State, mode: Mode, now: Instant) -> Vec<String> {
    let lines = match mode {
        Mode::Lines => probe_line(event)
            .into_iter()
            .chain(run_line(event))
            .collect::<Vec<_>>(),
        Mode::Checks => check_line(event, state)
            .into_iter()
            .chain(run_line(event))
            .collect(),
        Mode::Live | Mode::Silent => return Vec::new(),
    };
    let stamp = duration(state.elapsed_ms(now));
    lines
        .into_iter()
        .map(|line| one_line(&format!("[{stamp}] {line}")))
        .collect()
}

fn probe_line(event: &Event) -> Option<String> {
    match event {
        Event::ProbeFinished(report) => Some(format!(
            "{:<7} {}: {} ({})",
            report.status,
            report.id,
            report.summary,
            duration(report.duration_ms)
        )),
        Event::ProbeSlow { id, waiting_for } => {
            let what = waiting_for
                .as_deref()
                .map_or_else(String::new, |what| format!(", waits for {what}"));
            Some(format!("SLOW    {id}: past half of its time{what}"))
        }
        Event::ProbeNotRun(entry) => Some(format!("NOT RUN {}: {}", entry.id, entry.reason)),
        _ => None,
    }
}

/// Said once a check, by the event that settled its last probe.
fn check_line(event: &Event, state: &State) -> Option<String> {
    let id = match event {
        Event::ProbeFinished(report) => &report.id,
        Event::ProbeNotRun(entry) => &entry.id,
        _ => return None,
    };
    let row = state.row_of(id).filter(|row| row.complete())?;
    let status = row.worst().map_or("NOT RUN", crate::outcome::Status::as_str);
    Some(format!(
        "{status:<7} {}: {}",
        row.check.title,
        counts(row.finished.iter().copied())
    ))
}

fn run_line(event: &Event) -> Option<String> {
    match event {
        Event::Interrupted => Some("interrupted: no further probe is started".to_owned()),
        Event::CleanupStarted { entries } => Some(format!("clean-up of {entries} begins")),
        Event::CleanupFinished(entry) if entry.status == CleanupStatus::Left => {
            Some(format!("LEFT    {}: {}", entry.what, entry.detail))
        }
        _ => None,
    }
}
