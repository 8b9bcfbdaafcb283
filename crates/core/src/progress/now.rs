//! The answer to SIGUSR1: what is running right now.

use tokio::time::Instant;

use super::state::State;
use crate::render::text::{pad, put, width};
use crate::render::words::{duration, plural};

/// What is running right now, for whoever asks: several lines, without a newline at the end.
pub fn running_now(state: &State, now: Instant) -> String {
    let (done, planned) = state.done();
    let mut text = format!(
        "golive: {done} of {} done after {}",
        plural(planned, "probe"),
        duration(state.elapsed_ms(now))
    );
    if state.interrupted {
        text.push_str(", interrupted");
    }
    if let Some((undone, entries)) = state.cleanup {
        put(&mut text, format_args!(", clean-up {undone} of {entries}"));
    }
    if state.running.is_empty() {
        text.push_str("; no probe is running");
        return text;
    }
    text.push_str("; running now:");
    let column = state
        .running
        .iter()
        .map(|running| width(&running.id))
        .max()
        .unwrap_or(0);
    for running in &state.running {
        let slow = match (&running.waiting_for, running.slow) {
            (Some(what), true) => format!("  SLOW, waits for {what}"),
            (None, true) => "  SLOW".to_owned(),
            (_, false) => String::new(),
        };
        put(
            &mut text,
            format_args!(
                "\n  {} {:>9}{slow}",
                pad(&running.id, column),
                duration(running.elapsed_ms(now))
            ),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::events::Event;
    use crate::progress::state::tests::started;

    #[test]
    fn whoever_asks_sees_what_runs_and_what_it_waits_for() {
        let (mut state, zero) = started(&["queues.smoke-job", "security.tenant-isolation"]);
        assert!(running_now(&state, zero).ends_with("0 of 2 probes done after 0 ms; no probe is running"));
        state.apply(
            &Event::ProbeStarted {
                id: "queues.smoke-job".to_owned(),
            },
            zero,
        );
        state.apply(
            &Event::ProbeStarted {
                id: "security.tenant-isolation".to_owned(),
            },
            zero + Duration::from_millis(900),
        );
        let waiting_for = Some("job golive-1\non housekeeping\x1b[0m".to_owned());
        state.apply(
            &Event::ProbeSlow {
                id: "queues.smoke-job".to_owned(),
                waiting_for,
            },
            zero,
        );
        assert_eq!(
            running_now(&state, zero + Duration::from_millis(6100)),
            "golive: 0 of 2 probes done after 6.1 s; running now:\n\
             \x20 queues.smoke-job              6.1 s  SLOW, waits for job golive-1 on housekeeping\u{fffd}[0m\n\
             \x20 security.tenant-isolation     5.2 s"
        );
    }

    #[test]
    fn the_end_leaves_nothing_running() {
        let (mut state, zero) = started(&["queues.depth"]);
        state.apply(
            &Event::ProbeStarted {
                id: "queues.depth".to_owned(),
            },
            zero,
        );
        state.apply(&Event::Interrupted, zero);
        state.apply(&Event::CleanupStarted { entries: 2 }, zero);
        state.apply(&Event::RunFinished, zero);
        assert!(running_now(&state, zero).ends_with(", interrupted, clean-up 0 of 2; no probe is running"));
    }
}
