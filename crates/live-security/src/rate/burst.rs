//! One burst a run, as large as the announced limit and a little more; who asks later sees the same answers.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use golive_core::prelude::*;

use super::{Answer, ask};
use crate::routes::now;

/// Requests beyond the limit.
const BEYOND: u64 = 30;

/// Never more requests than this.
pub(super) const MOST: u64 = 400;

/// So many are sent where the limit is out of reach, to see it counted.
const MEASURED: u64 = 60;

/// Requests at once.
const AT_ONCE: usize = 8;

/// So many refusals are enough.
const ENOUGH: usize = 3;

/// A window that ends sooner than this is waited out, so that the burst is counted in one.
const TOO_SHORT: u64 = 5;

/// What a burst met, in the order of the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Burst {
    /// The announced limit, else the contract's.
    pub(super) limit: u64,
    /// The limit is beyond what may be sent: only counting was looked at.
    pub(super) out_of_reach: bool,
    pub(super) answers: Vec<Answer>,
}

impl Burst {
    /// The answers that were not refused for their number.
    pub(super) fn served(&self) -> usize {
        self.answers.iter().filter(|answer| !answer.refused()).count()
    }

    pub(super) fn refusals(&self) -> impl Iterator<Item = &Answer> {
        self.answers.iter().filter(|answer| answer.refused())
    }

    /// The window ended meanwhile: more remained than long before.
    pub(super) fn renewed(&self) -> bool {
        let mut least = u64::MAX;
        self.answers
            .iter()
            .filter_map(|answer| answer.remaining)
            .any(|remaining| {
                let renewed = remaining > least.saturating_add(2 * AT_ONCE as u64);
                least = least.min(remaining);
                renewed
            })
    }
}

/// The run's burst.
pub(super) async fn shared(cx: &Context) -> Result<Arc<Burst>, Error> {
    cx.shared("security: burst", || send(cx)).await
}

async fn send(cx: &Context) -> Result<Burst, Error> {
    let first = fresh_window(cx).await?;
    let limit = first
        .limit
        .unwrap_or_else(|| cx.contract().rate_limits.public_per_minute.into());
    let mut burst = Burst {
        limit,
        out_of_reach: limit + BEYOND > MOST,
        answers: vec![first],
    };
    fill(cx, &mut burst).await?;
    let missed = burst.refusals().next().is_none() && !burst.out_of_reach;
    // without headers nobody knows whether a window ended meanwhile: a second burst is in one
    let again = burst.renewed() || burst.answers.iter().all(|answer| answer.remaining.is_none());
    if missed && again {
        fill(cx, &mut burst).await?;
    }
    Ok(burst)
}

/// Sends as much as is needed, and stops at the first refusals.
async fn fill(cx: &Context, burst: &mut Burst) -> Result<(), Error> {
    let sent = burst.answers.len() as u64;
    let wanted = if burst.out_of_reach {
        MEASURED
    } else {
        burst.limit + BEYOND
    };
    let count = wanted.min(MOST.saturating_sub(sent));
    let mut answers = futures::stream::iter(0..count)
        .map(|_| ask(cx, None))
        .buffer_unordered(AT_ONCE);
    let mut refused = 0;
    while let Some(answer) = answers.next().await {
        let answer = answer?;
        refused += usize::from(answer.refused());
        burst.answers.push(answer);
        if refused >= ENOUGH {
            break;
        }
    }
    Ok(())
}

/// The first answer of a window that lasts long enough.
async fn fresh_window(cx: &Context) -> Result<Answer, Error> {
    let first = ask(cx, None).await?;
    let left = first.seconds_left(now()).unwrap_or(u64::MAX);
    if left >= TOO_SHORT || first.refused() {
        return Ok(first);
    }
    let _waiting = cx.waiting_for("a fresh window of the rate limit");
    let (before, every) = (first.remaining, Duration::from_millis(500));
    let renewed = cx
        .poll(every, Duration::from_secs(left + 2), || async {
            let answer = ask(cx, None).await?;
            Ok((answer.remaining > before).then_some(answer))
        })
        .await?;
    Ok(renewed.unwrap_or(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_ends_is_noticed_and_disorder_is_not() {
        let burst = |remaining: &[u64]| Burst {
            limit: 120,
            out_of_reach: false,
            answers: remaining
                .iter()
                .map(|remaining| Answer {
                    remaining: Some(*remaining),
                    ..Answer::default()
                })
                .collect(),
        };
        assert!(!burst(&[119, 117, 118, 112, 116, 111]).renewed());
        assert!(burst(&[40, 39, 38, 119]).renewed());
        assert!(!burst(&[]).renewed());
    }
}
