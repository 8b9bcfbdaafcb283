//! The time a run spends waiting for the target's rate limit: nobody's fault, so no probe's time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Counts the time during which somebody waits; several at once count once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pause(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    waiting: usize,
    since: Option<Instant>,
    over: Duration,
}

/// Somebody waits until this is dropped.
#[derive(Debug)]
pub(crate) struct Held(Pause);

impl Pause {
    /// Begins to wait.
    pub(crate) fn hold(&self) -> Held {
        let mut state = self.state();
        state.waiting += 1;
        state.since.get_or_insert_with(Instant::now);
        Held(self.clone())
    }

    /// All waiting so far.
    pub(crate) fn total(&self) -> Duration {
        let state = self.state();
        state.over + state.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.waiting -= 1;
        if state.waiting == 0
            && let Some(since) = state.since.take()
        {
            state.over += since.elapsed();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn overlapping_waits_count_once() {
        let pause = Pause::default();
        let second = Duration::from_secs(1);
        let first = pause.hold();
        tokio::time::advance(second).await;
        let other = pause.hold();
        tokio::time::advance(second).await;
        drop(first);
        tokio::time::advance(second).await;
        assert_eq!(pause.total(), 3 * second);
        drop(other);
        tokio::time::advance(second).await;
        assert_eq!(pause.total(), 3 * second);
    }
}
