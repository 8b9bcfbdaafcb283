//! The span of time a report covers: `from` and `to`, or a window that ends now.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::api::query::Parameters;
use crate::error::ApiError;

/// What a report covers where nothing is asked for.
const DEFAULT_WINDOW: &str = "7d";
/// The longest span.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 366);

/// From (inclusive) to (exclusive).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl Range {
    /// What the parameters ask for; `from` and `to` come before `window`.
    pub(super) fn read(parameters: &Parameters, now: Timestamp) -> Result<Self, ApiError> {
        let to = match parameters.get("to") {
            Some(text) => moment(text, true)?,
            None => now,
        };
        let from = match (parameters.get("from"), parameters.get("window")) {
            (Some(text), _) => moment(text, false)?,
            (None, window) => to - span(window.map_or(DEFAULT_WINDOW, String::as_str))?,
        };
        if from >= to {
            return Err(invalid("from must be before to"));
        }
        if to.duration_since(from) > LONGEST {
            return Err(invalid("the range is longer than a year"));
        }
        Ok(Self { from, to })
    }

    /// As answers state it.
    pub(super) fn json(self) -> Value {
        json!({"from": self.from.to_string(), "to": self.to.to_string()})
    }

    /// Both ends as PostgreSQL's `timestamp`, in UTC.
    pub(super) fn sql(self) -> (String, String) {
        let text = |time: Timestamp| time.to_zoned(TimeZone::UTC).datetime().to_string();
        (text(self.from), text(self.to))
    }
}

/// A date or a time, in UTC where it does not say; `end` takes a date as the end of its day.
fn moment(text: &str, end: bool) -> Result<Timestamp, ApiError> {
    let text = text.trim();
    let malformed = || invalid("from and to must be dates");
    let utc = |time: DateTime| time.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    if text.len() <= "2026-03-05".len() {
        let date: Date = text.parse().map_err(|_| malformed())?;
        let date = if end {
            date.tomorrow().map_err(|_| malformed())?
        } else {
            date
        };
        return utc(date.into()).map_err(|_| malformed());
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    text.parse::<DateTime>().and_then(utc).map_err(|_| malformed())
}

/// `24h` or `7d`.
fn span(text: &str) -> Result<SignedDuration, ApiError> {
    let malformed = || invalid("window must be a number of days or hours, such as 7d");
    let hours = match text.strip_suffix('d') {
        Some(days) => days.parse::<u16>().map(|days| i64::from(days) * 24),
        None => text
            .strip_suffix('h')
            .unwrap_or_default()
            .parse::<u16>()
            .map(i64::from),
    };
    match hours {
        Ok(hours) if hours > 0 => Ok(SignedDuration::from_hours(hours)),
        _ => Err(malformed()),
    }
}

fn invalid(message: &'static str) -> ApiError {
    ApiError::unprocessable("invalid_range", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Option<(String, String)> {
        let now: Timestamp = "2026-03-10T12:00:00Z".parse().expect("valid");
        let parameters = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Range::read(&parameters, now).ok().map(Range::sql)
    }

    #[test]
    fn ranges() {
        type Case<'c> = (&'c [(&'c str, &'c str)], Option<(&'c str, &'c str)>);
        let cases: &[Case<'_>] = &[
            (&[], Some(("2026-03-03T12:00:00", "2026-03-10T12:00:00"))),
            (
                &[("window", "24h")],
                Some(("2026-03-09T12:00:00", "2026-03-10T12:00:00")),
            ),
            (
                &[("from", "2026-03-01"), ("to", "2026-03-01")],
                Some(("2026-03-01T00:00:00", "2026-03-02T00:00:00")),
            ),
            (
                &[
                    ("from", "2026-03-01T05:00:00+02:00"),
                    ("to", "2026-03-02T00:00:00Z"),
                ],
                Some(("2026-03-01T03:00:00", "2026-03-02T00:00:00")),
            ),
            (&[("from", "2026-03-05"), ("to", "2026-03-01")], None),
            (&[("from", "2020-01-01")], None),
            (&[("from", "yesterday")], None),
            (&[("from", "2026-02-30")], None),
            (&[("from", "9999-12-31"), ("to", "9999-12-31")], None),
            (&[("window", "0d")], None),
            (&[("window", "-7d")], None),
            (&[("window", "7")], None),
            (&[("window", "65535d")], None),
        ];
        for (pairs, expected) in cases {
            let expected = expected.map(|(from, to)| (from.to_owned(), to.to_owned()));
            assert_eq!(read(pairs), expected, "{pairs:?}");
        }
    }
}
