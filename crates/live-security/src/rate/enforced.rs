//! Past the announced limit requests are refused with 429, and told when to come back.

use golive_core::prelude::*;

use super::Answer;
use super::burst::{self, Burst, MOST};

pub(crate) struct Enforced;

#[async_trait]
impl Probe for Enforced {
    fn facts(&self) -> Facts {
        Facts::new("security.rate-limit-enforced", "more requests than the announced limit are refused with 429")
            .why("without a limit, signatures, codes and phone numbers can be tried until one fits")
            .asks("sends unsigned storefront requests until some are refused: at most the announced limit and 30 more a window, never more than 400; last and alone")
            .fails_when("none is refused, or a refusal is without Retry-After; (WARN) its code is not rate_limit_exceeded; with a limit out of reach: Remaining does not fall with each request")
            .needs(&["security.rate-limit-headers"])
            .safety(Safety::Load)
            .timeout(std::time::Duration::from_mins(1))
            .remedy("Mount the limiter before authentication, count in Redis, and answer 429 rate_limit_exceeded with Retry-After")
            .runbook("rate-limits")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let burst = burst::shared(cx).await?;
        Ok(judge(&burst, cx.contract().rate_limits.window_seconds))
    }
}

fn judge(burst: &Burst, window: u64) -> Outcome {
    if burst.out_of_reach {
        return counted(burst);
    }
    let mut assertions = Assertions::new();
    let (sent, served, limit) = (burst.answers.len(), burst.served(), burst.limit);
    assertions
        .measure(Measurement::new("served", served as f64, "requests").threshold(format!("<= {limit}")));
    let refused = assertions.require(
        sent > served,
        Reason::EffectMissing,
        format!("429 after {limit} requests"),
        format!("{sent} requests within a minute, none refused with 429; the limit is {limit}"),
    );
    if refused && !burst.renewed() {
        assertions.require(
            served as u64 <= limit,
            Reason::Threshold,
            format!("at most {limit} requests served"),
            format!("{served} requests served, the limit is {limit}"),
        );
    }
    let mut waits = Vec::new();
    for Answer {
        retry_after, code, ..
    } in burst.refusals()
    {
        let shown = retry_after.as_deref().unwrap_or("none");
        if assertions.require(
            retry_after
                .as_deref()
                .is_some_and(|value| says_when(value, window)),
            Reason::HeaderMismatch,
            format!("429 with Retry-After of 1 to {window} s"),
            format!("429 with Retry-After: {shown}"),
        ) {
            waits.push(shown);
        }
        let shown = code.as_deref().unwrap_or("none");
        assertions.advise(
            code.as_deref() == Some("rate_limit_exceeded"),
            Reason::BodyMismatch,
            "429 with error code rate_limit_exceeded",
            format!("429 with error code {shown}"),
        );
    }
    assertions.conclude(format!(
        "{served} requests served, then 429 with Retry-After: {}; the limit is {limit} a minute",
        waits.first().copied().unwrap_or_default()
    ))
}

/// Seconds within the window (and some for rounding), or a date (RFC 9110 §10.2.3).
fn says_when(value: &str, window: u64) -> bool {
    match value.trim().parse::<u64>() {
        Ok(seconds) => (1..=window + 5).contains(&seconds),
        Err(_) => value.trim().ends_with("GMT"),
    }
}

/// The limit is too high to be reached: each request must count all the same.
fn counted(burst: &Burst) -> Outcome {
    let mut assertions = Assertions::new();
    let told: Vec<u64> = burst
        .answers
        .iter()
        .filter_map(|answer| answer.remaining)
        .collect();
    let (first, least) = (
        told.first().copied().unwrap_or(0),
        told.iter().min().copied().unwrap_or(0),
    );
    let (fell, wanted) = (first - least, burst.answers.len().saturating_sub(1) as u64);
    let measured = assertions.determine(
        told.len() == burst.answers.len() && !burst.renewed(),
        Reason::HeaderMismatch,
        "Remaining on every answer of one window",
        format!(
            "the limit of {} is more than the {MOST} requests that golive sends, and Remaining does not tell whether they count",
            burst.limit
        ),
    );
    if measured {
        assertions.require(
            fell >= wanted,
            Reason::EffectMissing,
            format!("Remaining falls by {wanted}"),
            format!("Remaining fell by {fell} while {wanted} requests were answered"),
        );
    }
    assertions.conclude(format!(
        "each of {wanted} requests was counted: Remaining fell from {first} to {least}; the limit of {} is more than golive sends, so that 429 itself was not reached",
        burst.limit
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, remaining: Option<u64>) -> Answer {
        Answer {
            status,
            remaining,
            retry_after: (status == 429).then(|| "42".to_owned()),
            code: (status == 429).then(|| "rate_limit_exceeded".to_owned()),
            ..Answer::default()
        }
    }

    fn burst(limit: u64, served: u64, refused: usize) -> Burst {
        let mut answers: Vec<Answer> = (0..served)
            .map(|at| answer(401, Some(limit.saturating_sub(at + 1))))
            .collect();
        answers.extend((0..refused).map(|_| answer(429, Some(0))));
        Burst {
            limit,
            out_of_reach: false,
            answers,
        }
    }

    #[test]
    fn refused_in_time_and_told_when() {
        assert_eq!(judge(&burst(120, 120, 3), 60).status, Status::Pass);
        assert_eq!(judge(&burst(120, 80, 3), 60).status, Status::Pass);
        assert_eq!(judge(&burst(120, 151, 0), 60).reason, Some(Reason::EffectMissing));
        assert_eq!(judge(&burst(120, 140, 3), 60).reason, Some(Reason::Threshold));
        let mut renewed = burst(120, 90, 0);
        renewed.answers.extend(burst(120, 90, 3).answers);
        assert_eq!(
            judge(&renewed, 60).status,
            Status::Pass,
            "more are served where the window ended meanwhile"
        );
        for (retry_after, code, reason) in [
            (None, Some("rate_limit_exceeded"), Some(Reason::HeaderMismatch)),
            (
                Some("0"),
                Some("rate_limit_exceeded"),
                Some(Reason::HeaderMismatch),
            ),
            (
                Some("3600"),
                Some("rate_limit_exceeded"),
                Some(Reason::HeaderMismatch),
            ),
            (
                Some("soon"),
                Some("rate_limit_exceeded"),
                Some(Reason::HeaderMismatch),
            ),
            (
                Some("Wed, 21 Oct 2026 07:28:00 GMT"),
                Some("rate_limit_exceeded"),
                None,
            ),
            (Some("60"), Some("too_many_requests"), Some(Reason::BodyMismatch)),
        ] {
            let mut burst = burst(120, 120, 1);
            let last = burst.answers.last_mut().unwrap();
            last.retry_after = retry_after.map(str::to_owned);
            last.code = code.map(str::to_owned);
            assert_eq!(judge(&burst, 60).reason, reason, "{retry_after:?} {code:?}");
        }
    }

    #[test]
    fn out_of_reach_counting_is_looked_at() {
        let mut high = burst(1_000, 61, 0);
        high.out_of_reach = true;
        let outcome = judge(&high, 60);
        assert_eq!(outcome.status, Status::Pass);
        assert!(outcome.summary.contains("429 itself was not reached"));
        for answer in &mut high.answers {
            answer.remaining = Some(900);
        }
        assert_eq!(judge(&high, 60).reason, Some(Reason::EffectMissing));
        for answer in &mut high.answers {
            answer.remaining = None;
        }
        assert_eq!(judge(&high, 60).status, Status::Pending);
    }
}
