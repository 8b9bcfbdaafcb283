//! Rate limits: announced, enforced, and counted by who asks, not by who is said to ask.

mod announced;
mod burst;
mod enforced;
mod spoof;

use golive_core::contract::RateLimits;
use golive_core::http::Response;
use golive_core::prelude::*;

pub(crate) use announced::Announced;
pub(crate) use enforced::Enforced;
pub(crate) use spoof::Spoof;

/// What a limited route says of its limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Answer {
    status: u16,
    limit: Option<u64>,
    remaining: Option<u64>,
    /// As given: seconds to go, or epoch in seconds or milliseconds.
    reset: Option<u64>,
    /// When the answer was made, by the clock that made it (Unix seconds).
    date: Option<i64>,
    /// As given.
    retry_after: Option<String>,
    /// The error code of the body.
    code: Option<String>,
}

impl Answer {
    fn of(limits: &RateLimits, response: &Response) -> Self {
        let number = |what: &str| {
            let mut values = limits
                .header_prefixes
                .iter()
                .filter_map(|prefix| response.header(&format!("{prefix}-{what}")));
            values.find_map(number)
        };
        Self {
            status: response.status(),
            limit: number("limit"),
            remaining: number("remaining"),
            reset: number("reset"),
            date: response.header("date").and_then(http_date),
            retry_after: response.header("retry-after").map(str::to_owned),
            code: crate::refusal::code(response),
        }
    }

    fn refused(&self) -> bool {
        self.status == 429
    }

    /// Seconds until the window ends, at `now` (Unix seconds) where the answer has no date of its own.
    fn seconds_left(&self, now: i64) -> Option<u64> {
        let now = u64::try_from(self.date.unwrap_or(now)).ok()?;
        let reset = self.reset?;
        Some(match reset {
            100_000_000_000.. => (reset / 1000).saturating_sub(now),
            1_000_000_000.. => reset.saturating_sub(now),
            seconds => seconds,
        })
    }
}

/// Unix seconds of a Date header.
fn http_date(text: &str) -> Option<i64> {
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text);
    date.ok().map(jiff::Timestamp::as_second)
}

/// The first number of a header: drafts of RFC RateLimit-* append the policy (`120, 120;w=60`).
fn number(text: &str) -> Option<u64> {
    let digits = text.trim().split(|char: char| !char.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// An unsigned request of the storefront, which is refused with 401 and counted all the same.
async fn ask(cx: &Context, forwarded_for: Option<&str>) -> Result<Answer, Error> {
    let request = cx.http().get(&cx.contract().paths.unsubscribe).no_redirects();
    let request = match forwarded_for {
        Some(addresses) => request.header("x-forwarded-for", addresses),
        None => request,
    };
    let response = request.accept_throttling().send().await?;
    Ok(Answer::of(&cx.contract().rate_limits, &response))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resets_in_every_spelling() {
        let left = |reset| {
            Answer {
                reset: Some(reset),
                ..Answer::default()
            }
            .seconds_left(1_700_000_000)
        };
        assert_eq!(left(42), Some(42));
        assert_eq!(left(1_700_000_042), Some(42));
        assert_eq!(left(1_700_000_042_000), Some(42));
        assert_eq!(left(1_600_000_000), Some(0));
        assert_eq!(Answer::default().seconds_left(1), None);
        let dated = Answer {
            reset: Some(1_700_000_160),
            date: http_date("Tue, 14 Nov 2023 22:15:20 GMT"),
            ..Answer::default()
        };
        assert_eq!(
            dated.seconds_left(1_700_000_000),
            Some(40),
            "by the answer's own clock"
        );
        for (text, expected) in [
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("120, 120;w=60", Some(120)),
            ("x", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }
}
