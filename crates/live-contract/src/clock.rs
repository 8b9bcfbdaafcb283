//! The backend's clock and the one here agree.

use golive_core::prelude::*;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::Value;

pub(crate) struct Clock;

#[async_trait]
impl Probe for Clock {
    fn facts(&self) -> Facts {
        Facts::new("contract.clock", "the backend's clock agrees with the one here")
            .why("signatures and tokens carry times: under a clock that is off they are refused, or live too long")
            .asks("reads `timestamp` and the Date header of GET /health, and compares them with the time here")
            .fails_when("(WARN) one of them is further off than thresholds.clock_seconds, or neither is there")
            .needs(&["contract.reachable"])
            .variables(&["BASE_URL"])
            .remedy("Synchronise the clock of the host that is off with NTP: the backend's, or the one golive runs on")
            .command("curl -si \"$BASE_URL/health\" | grep -iE '^date:|timestamp'; date -u")
            .runbook("clock")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let asked = Timestamp::now();
        let response = cx.http().get(&cx.contract().paths.health).send().await?;
        let answered = Timestamp::now();
        let body: Value = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        let said = [
            (
                "timestamp",
                body["timestamp"].as_str().and_then(|text| text.parse().ok()),
            ),
            ("Date", response.header("date").and_then(http_date)),
        ];
        let off: Vec<(&str, i64)> = said
            .into_iter()
            .filter_map(|(place, time)| Some((place, seconds_off(time?, asked, answered))))
            .collect();
        Ok(judge(&off, cx.contract().thresholds.clock_seconds))
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

/// Whole seconds ahead of the time here, negative when behind; the answer was made between the two.
fn seconds_off(said: Timestamp, asked: Timestamp, answered: Timestamp) -> i64 {
    let said = said.as_second();
    (said - answered.as_second()).max(0) + (said - asked.as_second()).min(0)
}

fn judge(off: &[(&str, i64)], limit: u64) -> Outcome {
    let mut assertions = Assertions::new();
    assertions.advise(
        !off.is_empty(),
        Reason::Missing,
        "a timestamp in /health, or a Date header",
        "/health does not say what time it is",
    );
    for (place, seconds) in off {
        let side = if *seconds > 0 { "ahead" } else { "behind" };
        assertions.advise(
            seconds.unsigned_abs() <= limit,
            Reason::Threshold,
            format!("{place} within {limit} s of the time here"),
            format!("{place} is {} s {side}", seconds.unsigned_abs()),
        );
        assertions.measure(
            Measurement::new(format!("{place} off by"), seconds.unsigned_abs() as f64, "s")
                .threshold(format!("<= {limit}")),
        );
    }
    let places: Vec<String> = off
        .iter()
        .map(|(place, seconds)| format!("{place} is {} s off", seconds.unsigned_abs()))
        .collect();
    assertions.conclude(places.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_clock_counts() {
        for (off, reason) in [
            (&[("timestamp", 0), ("Date", -1)][..], None),
            (&[("Date", 60)], None),
            (&[("Date", 61)], Some(Reason::Threshold)),
            (&[("timestamp", -120), ("Date", 0)], Some(Reason::Threshold)),
            (&[], Some(Reason::Missing)),
        ] {
            let outcome = judge(off, 60);
            assert_eq!(outcome.reason, reason, "{off:?}");
            assert_eq!(outcome.status == Status::Pass, reason.is_none());
        }
    }

    #[test]
    fn the_side_is_told() {
        for (off, words) in [(120, "Date is 120 s ahead"), (-120, "Date is 120 s behind")] {
            assert_eq!(judge(&[("Date", off)], 60).summary, words);
        }
    }

    #[test]
    fn a_slow_answer_is_no_wrong_clock() {
        let at = |second: i64| Timestamp::from_second(1_700_000_000 + second).unwrap();
        for (said, expected) in [(5, 0), (0, 0), (10, 0), (-3, -3), (130, 120)] {
            assert_eq!(seconds_off(at(said), at(0), at(10)), expected, "{said}");
        }
        assert_eq!(
            http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            "1994-11-06T08:49:37Z".parse().ok()
        );
        assert_eq!(http_date("yesterday"), None);
    }
}
