//! Limited routes announce their limit.

use golive_core::prelude::*;

use super::Answer;
use crate::routes::now;

pub(crate) struct Announced;

#[async_trait]
impl Probe for Announced {
    fn facts(&self) -> Facts {
        Facts::new("security.rate-limit-headers", "limited routes announce limit, remaining requests and reset")
            .why("without the headers a client cannot slow down before it is refused")
            .asks("sends GET without credentials to a storefront route and to an admin route, and reads X-RateLimit-* or RateLimit-*")
            .fails_when("(WARN) a header is missing or no number, more remains than the limit, the reset is further off than a window, or the limit is not the contract's")
            .needs(&["redis.connect"]) // that is where the limiter counts
            .timeout(std::time::Duration::from_secs(75))
            .remedy("Send X-RateLimit-Limit, -Remaining and -Reset on every answer of a limited route; another limit than the default goes into [rate_limits] of golive.toml")
            .command("curl -sI \"$BASE_URL/public/unsubscribe\" | grep -i ratelimit")
            .runbook("rate-limits")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let (limits, paths) = (&cx.contract().rate_limits, &cx.contract().paths);
        let mut seen = Vec::new();
        for (path, limit) in [
            (&paths.unsubscribe, limits.public_per_minute),
            (&paths.campaigns, limits.admin_per_minute),
        ] {
            let response = cx.http().get(path).no_redirects().send().await?;
            seen.push((
                format!("GET {path}"),
                u64::from(limit),
                Answer::of(limits, &response),
            ));
        }
        Ok(judge(&seen, limits.window_seconds, now()))
    }
}

/// Route, the contract's limit, what it announced.
fn judge(seen: &[(String, u64, Answer)], window: u64, now: i64) -> Outcome {
    let mut assertions = Assertions::new();
    let mut told = Vec::new();
    for (route, wanted, answer) in seen {
        for (header, value) in [
            ("Limit", answer.limit),
            ("Remaining", answer.remaining),
            ("Reset", answer.reset),
        ] {
            assertions.advise(
                value.is_some(),
                Reason::HeaderMismatch,
                format!("{route}: X-RateLimit-{header}, a number"),
                format!("{route}: no X-RateLimit-{header} and no RateLimit-{header} that is a number"),
            );
        }
        if let Some(limit) = answer.limit {
            assertions.advise(
                limit == *wanted,
                Reason::Misconfigured,
                format!("{route}: {wanted} requests a minute"),
                format!("{route}: announces {limit} requests a minute, the contract says {wanted}"),
            );
            let remaining = answer.remaining.unwrap_or(0);
            assertions.advise(
                remaining <= limit,
                Reason::HeaderMismatch,
                format!("{route}: at most {limit} remaining"),
                format!("{route}: {remaining} of {limit} remaining"),
            );
            told.push(format!("{route}: {remaining} of {limit} remaining"));
        }
        if let Some(left) = answer.seconds_left(now) {
            // clocks may be off by some seconds
            assertions.advise(
                left <= window + 5,
                Reason::HeaderMismatch,
                format!("{route}: reset within {window} s"),
                format!("{route}: reset in {left} s"),
            );
        }
    }
    assertions.conclude(told.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_header_counts() {
        let healthy = Answer {
            status: 401,
            limit: Some(120),
            remaining: Some(119),
            reset: Some(1_700_000_060),
            ..Answer::default()
        };
        let judged = |change: &dyn Fn(&mut Answer)| {
            let mut answer = healthy.clone();
            change(&mut answer);
            judge(&[("GET /x".into(), 120, answer)], 60, 1_700_000_000).reason
        };
        assert_eq!(judged(&|_| {}), None);
        assert_eq!(judged(&|answer| answer.reset = Some(60)), None);
        assert_eq!(judged(&|answer| answer.reset = Some(65)), None);
        let wrong = Some(Reason::HeaderMismatch);
        assert_eq!(judged(&|answer| answer.limit = None), wrong);
        assert_eq!(judged(&|answer| answer.remaining = None), wrong);
        assert_eq!(judged(&|answer| answer.remaining = Some(121)), wrong);
        assert_eq!(judged(&|answer| answer.reset = None), wrong);
        assert_eq!(judged(&|answer| answer.reset = Some(66)), wrong);
        assert_eq!(judged(&|answer| answer.reset = Some(1_700_003_600)), wrong);
        assert_eq!(
            judged(&|answer| answer.limit = Some(5_000)),
            Some(Reason::Misconfigured)
        );
    }
}
