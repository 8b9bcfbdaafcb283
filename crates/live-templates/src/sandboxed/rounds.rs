//! How often a loop is asked to go round: ever more, by what the last rounds cost.

use std::time::Duration;

use crate::answer::{Answer, Preview};

/// The first number of rounds: milliseconds, even without a limit.
pub(super) const FIRST: u64 = 100_000;
/// The last: ten seconds and more, without a limit.
pub(super) const LAST: u64 = 100_000_000;

/// How the rounds are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    OneLoop,
    LoopInLoop,
}

/// What became of so many rounds.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) shape: Shape,
    pub(super) rounds: u64,
    pub(super) took: Duration,
    /// `None` when no answer came.
    pub(super) answer: Option<Answer>,
    /// What /health took meanwhile; `None` when it did not answer.
    pub(super) health: Option<Duration>,
}

pub(super) fn template(shape: Shape, rounds: u64) -> String {
    match shape {
        Shape::OneLoop => format!("{{% for i in (1..{rounds}) %}}{{% endfor %}}golive"),
        Shape::LoopInLoop => format!(
            "{{% for i in (1..1000) %}}{{% for j in (1..{}) %}}{{% endfor %}}{{% endfor %}}golive",
            rounds / 1000
        ),
    }
}

/// How many rounds to try next; `None` when enough is known.
pub(super) fn further(attempt: &Attempt, limit: Duration) -> Option<u64> {
    if attempt.rounds >= LAST || !held(attempt, limit) {
        return None;
    }
    let quick = attempt.took < limit / 10;
    if attempt
        .answer
        .as_ref()
        .is_some_and(|answer| Preview::read(answer).is_err())
    {
        // Refused at once: no number will do harm. Refused late: that is the limit at work.
        return quick.then_some(LAST);
    }
    // Rendered: as many as should take half as long again as the limit.
    let factor = 1.5 * limit.as_secs_f64() / attempt.took.as_secs_f64().max(0.001);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between FIRST and LAST"
    )]
    let rounds = (attempt.rounds as f64 * factor.max(1.5)).min(LAST as f64) as u64;
    Some(rounds)
}

pub(super) fn held(attempt: &Attempt, limit: Duration) -> bool {
    let answered = attempt
        .answer
        .as_ref()
        .is_some_and(|answer| answer.status == 200 || answer.refused());
    answered && attempt.took <= limit && attempt.health.is_some_and(|took| took <= limit)
}

#[cfg(test)]
pub(super) fn attempt(rounds: u64, took_ms: u64, status: u16) -> Attempt {
    Attempt {
        shape: Shape::OneLoop,
        rounds,
        took: Duration::from_millis(took_ms),
        answer: (status > 0).then(|| {
            crate::answer::answer(status, serde_json::json!({"ok": status == 200, "text": "golive"}))
        }),
        health: Some(Duration::from_millis(3)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(5);

    #[test]
    fn rounds_grow_by_what_they_cost_and_stop_at_the_proof() {
        for (attempt, next) in [
            (attempt(FIRST, 20, 422), Some(LAST)),
            (attempt(FIRST, 2_000, 422), None),
            (attempt(FIRST, 50, 200), Some(15_000_000)),
            (attempt(FIRST, 1, 200), Some(LAST)),
            (attempt(15_000_000, 4_990, 200), Some(22_545_090)),
            (attempt(15_000_000, 7_000, 200), None),
            (attempt(FIRST, 8_000, 0), None),
            (attempt(LAST, 20, 200), None),
        ] {
            assert_eq!(further(&attempt, LIMIT), next, "{attempt:?}");
        }
    }

    #[test]
    fn both_shapes_go_round_as_often() {
        assert_eq!(
            template(Shape::OneLoop, FIRST),
            "{% for i in (1..100000) %}{% endfor %}golive"
        );
        assert!(template(Shape::LoopInLoop, FIRST).contains("(1..1000) %}{% for j in (1..100) %}"));
    }
}
