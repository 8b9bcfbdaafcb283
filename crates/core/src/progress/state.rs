//! How far the run is, folded from the events; knows nothing of terminals.

use tokio::time::Instant;

use crate::events::Event;
use crate::outcome::Status;
use crate::render::text::one_line;
use crate::report::CheckFacts;

/// How far the run is.
#[derive(Debug, Clone)]
pub struct State {
    /// One a check, in the runbook's order.
    pub rows: Vec<Row>,
    /// What is running right now, longest first.
    pub running: Vec<Running>,
    /// Whether the user asked to stop.
    pub interrupted: bool,
    /// Entries undone or left, of how many; `None` before the clean-up.
    pub cleanup: Option<(usize, usize)>,
    started: Instant,
}

/// How far a check is.
#[derive(Debug, Clone)]
pub struct Row {
    /// The check.
    pub check: CheckFacts,
    /// How many of its probes run.
    pub planned: usize,
    /// Its finished probes.
    pub finished: Vec<Status>,
    /// Its probes that turned out not to exist here.
    pub absent: usize,
    begun: Option<Instant>,
    ended: Option<Instant>,
}

/// A probe that is running.
#[derive(Debug, Clone)]
pub struct Running {
    /// Its id.
    pub id: String,
    /// Since when.
    pub since: Instant,
    /// Whether it is past half of its timeout.
    pub slow: bool,
    /// What it waited for when it became slow.
    pub waiting_for: Option<String>,
}

impl State {
    /// Nothing has happened yet.
    pub fn new(checks: Vec<CheckFacts>, now: Instant) -> Self {
        let row = |check| Row {
            check,
            planned: 0,
            finished: Vec::new(),
            absent: 0,
            begun: None,
            ended: None,
        };
        let rows = checks.into_iter().map(row).collect();
        Self {
            rows,
            running: Vec::new(),
            interrupted: false,
            cleanup: None,
            started: now,
        }
    }

    /// Takes one event in.
    pub fn apply(&mut self, event: &Event, now: Instant) {
        match event {
            Event::RunStarted { probes, .. } => {
                for id in probes {
                    self.with_row(id, |row| row.planned += 1);
                }
            }
            Event::ProbeStarted { id } => {
                self.running.push(Running {
                    id: id.clone(),
                    since: now,
                    slow: false,
                    waiting_for: None,
                });
                self.with_row(id, |row| {
                    row.begun.get_or_insert(now);
                });
            }
            Event::ProbeSlow { id, waiting_for } => {
                if let Some(running) = self.running.iter_mut().find(|running| running.id == *id) {
                    running.slow = true;
                    running.waiting_for = waiting_for.as_deref().map(one_line);
                }
            }
            Event::ProbeFinished(report) => {
                self.running.retain(|running| running.id != report.id);
                self.with_row(&report.id, |row| {
                    row.finished.push(report.status);
                    row.settle(now);
                });
            }
            Event::ProbeNotRun(entry) => {
                self.running.retain(|running| running.id != entry.id);
                self.with_row(&entry.id, |row| {
                    row.absent += 1;
                    row.settle(now);
                });
            }
            Event::Interrupted => self.interrupted = true,
            Event::CleanupStarted { entries } => self.cleanup = Some((0, *entries)),
            Event::CleanupFinished(_) => {
                if let Some((done, _)) = &mut self.cleanup {
                    *done += 1;
                }
            }
            Event::RunFinished => self.running.clear(),
        }
    }

    /// The row a probe belongs to.
    pub fn row_of(&self, probe: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.owns(probe))
    }

    /// How many probes are done, of how many.
    pub fn done(&self) -> (usize, usize) {
        (
            self.rows.iter().map(Row::done).sum(),
            self.rows.iter().map(|row| row.planned).sum(),
        )
    }

    /// Milliseconds since the run began.
    pub fn elapsed_ms(&self, now: Instant) -> u64 {
        millis(self.started, now)
    }

    fn with_row(&mut self, probe: &str, change: impl FnOnce(&mut Row)) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.owns(probe)) {
            change(row);
        }
    }
}

impl Row {
    /// Whether the probe is one of its own.
    pub fn owns(&self, probe: &str) -> bool {
        self.check
            .owns
            .contains(&probe.split('.').next().unwrap_or_default())
    }

    /// How many of its probes are settled.
    pub fn done(&self) -> usize {
        self.finished.len() + self.absent
    }

    /// Whether all of its probes are settled.
    pub fn complete(&self) -> bool {
        self.planned > 0 && self.done() >= self.planned
    }

    /// Its worst finished probe.
    pub fn worst(&self) -> Option<Status> {
        self.finished.iter().copied().max()
    }

    /// Milliseconds since its first probe began, until its last one ended; 0 before.
    pub fn elapsed_ms(&self, now: Instant) -> u64 {
        self.begun
            .map_or(0, |begun| millis(begun, self.ended.unwrap_or(now)))
    }

    fn settle(&mut self, now: Instant) {
        if self.complete() {
            self.ended.get_or_insert(now);
        }
    }
}

impl Running {
    /// Milliseconds it has been running.
    pub fn elapsed_ms(&self, now: Instant) -> u64 {
        millis(self.since, now)
    }
}

fn millis(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
pub(super) mod tests;
