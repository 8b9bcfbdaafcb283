//! Statuses and figures in words, and nothing in them that could turn or hide what is read.

use std::borrow::Borrow;

use golive_core::outcome::Status;
use golive_core::render::text::visible_char;
pub(super) use golive_core::render::words::{counts, date, duration, number, plural, symbol};
use golive_core::report::Verdict;

/// How something stands: the word, a sign that is told apart without colour, and the class that colours both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) word: &'static str,
    pub(super) sign: &'static str,
    pub(super) class: &'static str,
}

impl Mark {
    pub(super) fn of(status: Status) -> Self {
        let class = match status {
            Status::Pass => "pass",
            Status::Warn => "warn",
            Status::Pending => "pending",
            Status::Fail => "fail",
        };
        Self {
            word: status.as_str(),
            sign: symbol(status),
            class,
        }
    }

    pub(super) fn of_verdict(verdict: Verdict) -> Self {
        let like = match verdict {
            Verdict::Go => Status::Pass,
            Verdict::GoWithWarnings => Status::Warn,
            Verdict::Incomplete => Status::Pending,
            Verdict::NoGo => Status::Fail,
        };
        Self {
            word: verdict.as_str(),
            ..Self::of(like)
        }
    }
}

/// `912.5 ms`, `94 %`. Templates hand over references.
pub(super) fn figure(value: impl Borrow<f64>, unit: &str) -> String {
    let value = *value.borrow();
    let fraction = if value.abs() < 100.0 { 100.0 } else { 10.0 };
    let figure = number((value * fraction).round() / fraction);
    format!("{figure} {unit}").trim_end().to_owned()
}

/// `< 800`, `≥ 95`.
pub(super) fn range(threshold: &str) -> String {
    threshold.replace("<=", "≤").replace(">=", "≥")
}

/// The page with nothing invisible in it but its own line breaks and tabs.
pub(super) fn harmless(page: &str) -> String {
    let shown = page.chars().map(|char| match char {
        '\n' | '\t' => char,
        other => visible_char(other),
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!(figure(912.54, "ms"), "912.5 ms");
        assert_eq!(figure(99.456, "%"), "99.46 %");
        assert_eq!(figure(0.0, ""), "0");
    }

    #[test]
    fn nothing_turns_the_reading_direction() {
        assert_eq!(harmless("a\u{202e}b\u{1b}[31m\nc"), "a\u{fffd}b\u{fffd}[31m\nc");
    }
}
