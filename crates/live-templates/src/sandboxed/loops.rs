//! A template cannot keep the server busy: endless loops are refused or cut short.
//!
//! Sent last and alone, and with care: the number of rounds grows by what the last ones cost, so that a
//! server without any limit is busy for little longer than it takes to prove it.

use std::time::Duration;

use golive_core::prelude::*;

use super::rounds::{Attempt, FIRST, Shape, further, held, template};
use crate::client;

pub(crate) struct Loops;

#[async_trait]
impl Probe for Loops {
    fn facts(&self) -> Facts {
        Facts::new("templates.sandboxed-loops", "no template keeps the server busy")
            .why("one endless loop blocks Node's only thread: no webhook is answered while a preview is rendered")
            .asks("previews one loop and a loop in a loop, of a hundred thousand rounds and more, up to (1..100000000) where the smaller ones were refused or cheap; asks /health meanwhile")
            .fails_when("an answer, or /health meanwhile, takes longer than Shopify waits for a webhook (5 s), or is a server error")
            .needs(&["templates.triggers", "templates.strict-malformed"])
            .safety(Safety::Load)
            .timeout(Duration::from_mins(1))
            .remedy("Construct LiquidJS with renderLimit (about 1000 ms) and memoryLimit, or refuse templates whose loops go round more than a thousand times")
            .runbook("template-sandbox")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let limit = Duration::from_millis(cx.contract().thresholds.webhook_ms);
        let mut attempts = Vec::new();
        for shape in [Shape::OneLoop, Shape::LoopInLoop] {
            let mut rounds = Some(FIRST);
            while let Some(next) = rounds {
                let attempt = try_rounds(cx, shape, next, limit).await?;
                rounds = further(&attempt, limit);
                attempts.push(attempt);
            }
            if attempts.last().is_some_and(|attempt| !held(attempt, limit)) {
                break; // One proof is enough.
            }
        }
        Ok(judge(&attempts, limit))
    }
}

async fn try_rounds(cx: &Context, shape: Shape, rounds: u64, limit: Duration) -> Result<Attempt, Error> {
    let working = client::working(cx).await?;
    let body = template(shape, rounds);
    let began = tokio::time::Instant::now();
    let patience = limit + Duration::from_secs(3);
    let loops = tokio::time::timeout(patience, client::preview(cx, &working.trigger.name, &body));
    let health = cx
        .http()
        .get(&cx.contract().paths.health)
        .head_timeout(patience)
        .send();
    let ((answer, took), health) = futures::join!(async { (loops.await, began.elapsed()) }, health);
    let answer = match answer {
        Ok(Ok(answer)) => Some(answer),
        Err(_) | Ok(Err(Error::NoResponse { .. })) => None,
        Ok(Err(error)) => return Err(error),
    };
    let health = match health {
        Ok(response) => Some(Duration::from_secs_f64(response.total_ms() / 1000.0)),
        Err(Error::NoResponse { .. }) => None,
        Err(error) => return Err(error),
    };
    Ok(Attempt {
        shape,
        rounds,
        took,
        answer,
        health,
    })
}

fn judge(attempts: &[Attempt], limit: Duration) -> Outcome {
    let mut assertions = Assertions::new();
    let mut slowest = Duration::ZERO;
    let mut most = 0;
    for attempt in attempts {
        let rounds = attempt.rounds;
        let what = match attempt.shape {
            Shape::OneLoop => format!("(1..{rounds})"),
            Shape::LoopInLoop => format!("{rounds} rounds of a loop in a loop"),
        };
        let seconds = attempt.took.as_secs_f64();
        let answered = match &attempt.answer {
            Some(answer) => format!("answered {} after {seconds:.1} s", answer.status),
            None => format!("no answer within {seconds:.1} s"),
        };
        assertions.require(
            attempt.answer.is_some() && attempt.took <= limit,
            Reason::Threshold,
            format!("answered or refused within {} s", limit.as_secs_f64()),
            format!("{what}: {answered}"),
        );
        if let Some(answer) = &attempt.answer {
            assertions.require(
                answer.status == 200 || answer.refused(),
                Reason::WrongRefusal,
                "rendered, or refused with 4xx",
                format!("{what}: answered {}", answer.status),
            );
        }
        let health = attempt.health.map_or_else(
            || "did not answer".to_owned(),
            |took| format!("took {:.1} s", took.as_secs_f64()),
        );
        assertions.require(
            attempt.health.is_some_and(|took| took <= limit),
            Reason::Threshold,
            "/health is answered meanwhile",
            format!("{what}: /health {health} meanwhile"),
        );
        slowest = slowest.max(attempt.took);
        most = most.max(rounds);
    }
    let measured = Measurement::new("slowest", slowest.as_secs_f64() * 1000.0, "ms");
    assertions.measure(measured.threshold(format!("<= {}", limit.as_millis())));
    assertions.conclude(format!(
        "{} templates of up to {most} rounds answered or refused within {:.1} s, /health meanwhile too",
        attempts.len(),
        slowest.as_secs_f64().max(0.1)
    ))
}

#[cfg(test)]
mod tests {
    use super::super::rounds::{LAST, attempt};
    use super::*;

    const LIMIT: Duration = Duration::from_secs(5);

    #[test]
    fn quick_answers_pass_slow_ones_fail() {
        for (attempt, reason) in [
            (attempt(LAST, 20, 422), None),
            (attempt(LAST, 20, 200), None),
            (attempt(FIRST, 2_100, 422), None),
            (attempt(1_600_000, 7_000, 200), Some(Reason::Threshold)),
            (attempt(FIRST, 6_000, 422), Some(Reason::Threshold)),
            (attempt(FIRST, 8_000, 0), Some(Reason::Threshold)),
            (attempt(FIRST, 20, 500), Some(Reason::WrongRefusal)),
        ] {
            let shown = format!("{attempt:?}");
            assert_eq!(held(&attempt, LIMIT), reason.is_none(), "{shown}");
            let took = attempt.took.as_millis();
            let outcome = judge(&[attempt], LIMIT);
            assert_eq!(outcome.reason, reason, "{shown}");
            assert_eq!(outcome.measurements[0].value.to_string(), took.to_string());
        }
        let mut blocking = attempt(FIRST, 20, 422);
        blocking.health = None;
        assert!(!held(&blocking, LIMIT));
        let outcome = judge(&[blocking], LIMIT);
        assert!(outcome.reason == Some(Reason::Threshold) && outcome.summary.contains("/health"));
    }
}
