//! Progress on standard error: folds the event stream, never writes to standard output, and never
//! fails a run because nobody reads it.

use std::io::Write;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};

use crate::events::Event;
use crate::report::CheckFacts;

#[cfg(unix)]
mod keys;
mod lines;
mod live;
mod now;
mod state;

pub use now::running_now;
pub use state::{Row, Running, State};

/// How often the live view is drawn anew.
const REDRAW: Duration = Duration::from_millis(100);

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// One line a check, redrawn in place and gone at the end. Only on a terminal.
    Live,
    /// One plain line for each finished or slow probe: for a log file.
    Lines,
    /// One plain line for each finished check: for a short log file.
    Checks,
    /// Nothing, unless asked for by SIGUSR1.
    Silent,
}

/// Shows progress until the run is over or the stream ends. SIGUSR1 prints what is running right now, in
/// every mode; so does key `t` beside the live view.
pub async fn follow(events: mpsc::UnboundedReceiver<Event>, checks: Vec<CheckFacts>, mode: Mode) {
    follow_into(events, checks, mode, &mut std::io::stderr()).await;
}

async fn follow_into(
    mut events: mpsc::UnboundedReceiver<Event>,
    checks: Vec<CheckFacts>,
    mode: Mode,
    out: &mut (dyn Write + Send),
) {
    let mut state = State::new(checks, Instant::now());
    let live = (mode == Mode::Live).then(|| live::Live::new(&state));
    let mut redraw = tokio::time::interval(REDRAW);
    redraw.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut asked = Asked::new(mode);
    loop {
        tokio::select! {
            biased;
            event = events.recv() => {
                let Some(event) = event else { break };
                state.apply(&event, Instant::now());
                for line in lines::about(&event, &state, mode, Instant::now()) {
                    say(out, &line);
                }
                // A task left behind may keep the stream open; there is nothing more to come.
                if matches!(event, Event::RunFinished) {
                    break;
                }
            }
            _ = redraw.tick(), if live.is_some() => {
                if let Some(live) = &live {
                    live.draw(&state, Instant::now());
                }
            }
            () = asked.next() => {
                let now = running_now(&state, Instant::now());
                match &live {
                    Some(live) => live.aside(|| say(out, &now)),
                    None => say(out, &now),
                }
            }
        }
    }
    if let Some(live) = live {
        live.clear();
    }
}

/// A closed standard error is no reason to fail.
fn say(out: &mut (dyn Write + Send), line: &str) {
    let _ = out.write_all(format!("{line}\n").as_bytes());
    let _ = out.flush();
}

/// SIGUSR1 and key `t`, where there are such things.
struct Asked {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    keys: Option<keys::Keys>,
}

impl Asked {
    #[cfg(unix)]
    fn new(mode: Mode) -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            signal: signal(SignalKind::user_defined1()).ok(),
            keys: (mode == Mode::Live).then(keys::Keys::listen).flatten(),
        }
    }

    #[cfg(not(unix))]
    fn new(_: Mode) -> Self {
        Self {}
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        let signal = async {
            if let Some(signal) = &mut self.signal
                && signal.recv().await.is_some()
            {
                return;
            }
            std::future::pending::<()>().await;
        };
        let key = async {
            match &mut self.keys {
                Some(keys) => keys.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! { () = signal => {}, () = key => {} }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        std::future::pending::<()>().await;
    }
}

/// Gives the terminal back as it was found, before an exit that drops nothing.
pub(crate) fn restore_terminal() {
    #[cfg(unix)]
    keys::restore_terminal();
}

#[cfg(test)]
mod tests;
