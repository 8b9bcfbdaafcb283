//! One probe's task from start to end: its own time limit, its own panic, a notice at half time.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::result::Ended;
use crate::check::Probe;
use crate::context::Context;
use crate::events::{Event, Events};

/// A started probe.
pub(super) struct Running {
    pub(super) cx: Context,
    pub(super) abort: AbortHandle,
    pub(super) started_ms: u64,
    pub(super) started: Instant,
}

/// Spawns the probe, so that a panic or a hang stays in its task; the future ends when the task ends or
/// its time is up, whichever is first.
pub(super) fn start(
    index: usize,
    probe: Arc<dyn Probe>,
    cx: Context,
    timeout: Duration,
    events: Events,
    started_ms: u64,
) -> (Running, impl Future<Output = (usize, Ended)> + Send) {
    let task_cx = cx.clone();
    let mut task = tokio::spawn(async move { probe.ask(&task_cx).await });
    let abort = task.abort_handle();
    let started = Instant::now();
    let running = Running {
        cx: cx.clone(),
        abort: abort.clone(),
        started_ms,
        started,
    };
    let supervise = async move {
        let half = tokio::time::sleep_until(started + timeout / 2);
        let end = tokio::time::sleep_until(cx.ends_at());
        tokio::pin!(half, end);
        let mut told = false;
        loop {
            tokio::select! {
                biased;
                joined = &mut task => {
                    return (index, match joined {
                        Ok(answer) => Ended::Answered(answer),
                        Err(error) if error.is_panic() => Ended::Panicked(error.into_panic()),
                        Err(_) => Ended::TimedOut,
                    });
                }
                () = &mut end => {
                    let later = cx.ends_at();
                    if later > Instant::now() {
                        end.as_mut().reset(later);
                        continue;
                    }
                    // A task that never yields cannot be ended; it is left behind, its result is this.
                    abort.abort();
                    return (index, Ended::TimedOut);
                }
                () = &mut half, if !told => {
                    told = true;
                    let waiting_for = cx.waiting().map(|waiting| waiting.what);
                    events.emit(Event::ProbeSlow { id: cx.probe_id().to_owned(), waiting_for });
                }
            }
        }
    };
    (running, supervise)
}
