//! The live view: one line a check and one for the whole, redrawn in place, gone at the end.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::Instant;

use super::state::{Row, Running, State};
use crate::outcome::Status;
use crate::render::text::{pad, put, truncate, width};
use crate::render::words::{duration, symbol};

pub(super) struct Live {
    bars: MultiProgress,
    rows: Vec<ProgressBar>,
    total: ProgressBar,
    title_width: usize,
}

impl Live {
    pub(super) fn new(state: &State) -> Self {
        // Hidden by itself where standard error is no terminal.
        let bars = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(12));
        let style = ProgressStyle::with_template("{wide_msg}").expect("the template is fixed");
        let add = || bars.add(ProgressBar::new_spinner().with_style(style.clone()));
        let rows = state.rows.iter().map(|_| add()).collect();
        let total = add();
        let title_width = state
            .rows
            .iter()
            .map(|row| width(row.check.title))
            .max()
            .unwrap_or(0);
        Self {
            bars,
            rows,
            total,
            title_width,
        }
    }

    pub(super) fn draw(&self, state: &State, now: Instant) {
        for (bar, row) in self.rows.iter().zip(&state.rows) {
            bar.set_message(row_line(row, state, self.title_width, now));
        }
        self.total.set_message(total_line(state, now));
    }

    /// Takes the bars off the screen while something else is printed.
    pub(super) fn aside(&self, print: impl FnOnce()) {
        self.bars.suspend(print);
    }

    pub(super) fn clear(self) {
        // A terminal that is gone cannot be cleared, and need not be.
        let _ = self.bars.clear();
        // The bars are dropped one by one, and would each draw the others once more.
        self.bars.set_draw_target(ProgressDrawTarget::hidden());
    }
}

/// `✔ PASS     Redis & queues   12/14   1.2 s  SLOW queues.smoke-job (6.1 s): job golive-1`
fn row_line(row: &Row, state: &State, title_width: usize, now: Instant) -> String {
    let status = match (row.complete(), row.worst(), row.planned) {
        (true, Some(worst), _) => format!("{} {worst}", symbol(worst)),
        (true, None, _) | (false, _, 0) => "- NOT RUN".to_owned(),
        (false, ..) => format!(
            "{} …",
            row.worst()
                .filter(|worst| *worst > Status::Pass)
                .map_or(" ", symbol)
        ),
    };
    let progress = format!("{}/{}", row.done(), row.planned);
    let took = row.elapsed_ms(now);
    let took = if took == 0 { String::new() } else { duration(took) };
    let title = pad(row.check.title, title_width);
    let line = format!(
        "{} {title} {progress:>7} {took:>9}  {}",
        pad(&status, 9),
        activity(row, state, now)
    );
    line.trim_end().to_owned()
}

/// The slow probe and what it waits for, else the one running longest; then how many more there are.
fn activity(row: &Row, state: &State, now: Instant) -> String {
    let running: Vec<&Running> = state
        .running
        .iter()
        .filter(|running| row.owns(&running.id))
        .collect();
    let Some(shown) = running.iter().find(|running| running.slow).or(running.first()) else {
        let idle = !row.complete() && row.planned > 0;
        return if idle { "waits for its turn" } else { "" }.to_owned();
    };
    let more = if running.len() > 1 {
        format!(" +{}", running.len() - 1)
    } else {
        String::new()
    };
    if !shown.slow {
        return format!("{}{more}", shown.id);
    }
    let what = shown
        .waiting_for
        .as_deref()
        .map_or_else(String::new, |what| format!(": {}", truncate(what, 60)));
    format!(
        "SLOW {} ({}){what}{more}",
        shown.id,
        duration(shown.elapsed_ms(now))
    )
}

fn total_line(state: &State, now: Instant) -> String {
    let (done, planned) = state.done();
    let mut line = format!("{done}/{planned} probes, {}", duration(state.elapsed_ms(now)));
    if state.interrupted {
        line.push_str(", interrupted (once more to leave at once)");
    }
    if let Some((undone, entries)) = state.cleanup {
        put(&mut line, format_args!(", clean-up {undone}/{entries}"));
    }
    line
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::events::Event;
    use crate::render::canned;

    #[test]
    fn view() {
        let zero = Instant::now();
        let mut state = State::new(canned::checks(), zero);
        let ids = [
            "contract.tls",
            "database.tables",
            "redis.connect",
            "queues.smoke-job",
            "queues.depth",
            "reports.latency",
        ];
        let probes = ids.map(str::to_owned).into();
        state.apply(
            &Event::RunStarted {
                run_id: "r".to_owned(),
                probes,
                not_run: Vec::new(),
            },
            zero,
        );
        for id in &ids[..5] {
            state.apply(&Event::ProbeStarted { id: (*id).to_owned() }, zero);
        }
        let at = |ms| zero + Duration::from_millis(ms);
        state.apply(
            &Event::ProbeFinished(Box::new(canned::probe("contract.tls", "t"))),
            at(40),
        );
        state.apply(
            &Event::ProbeFinished(Box::new(canned::probe("redis.connect", "t"))),
            at(3),
        );
        let waiting_for = Some("job golive-1 on housekeeping".to_owned());
        state.apply(
            &Event::ProbeSlow {
                id: "queues.smoke-job".to_owned(),
                waiting_for,
            },
            at(5000),
        );
        state.apply(&Event::CleanupStarted { entries: 3 }, at(6000));
        let title_width = state
            .rows
            .iter()
            .map(|row| width(row.check.title))
            .max()
            .unwrap_or(0);
        let mut lines: Vec<String> = state
            .rows
            .iter()
            .map(|row| row_line(row, &state, title_width, at(6100)))
            .collect();
        lines.push(total_line(&state, at(6100)));
        insta::assert_snapshot!(lines.join("\n"));
    }
}
