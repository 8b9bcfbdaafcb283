//! Counts what a judge looks at, and gathers what did not hold, so that a PASS has something behind it.

use super::{Measurement, Outcome, Reason, Status};

/// Collects assertions; ends as an [`Outcome`].
///
/// ```
/// use golive_core::outcome::{Assertions, Reason, Status};
/// let mut assertions = Assertions::new();
/// assertions.require(2 == 2, Reason::BodyMismatch, "2", "2");
/// assertions.advise(1 > 2, Reason::Threshold, "more than 2", "1");
/// let outcome = assertions.conclude("all sums add up");
/// assert_eq!((outcome.status, outcome.assertions), (Status::Warn, 2));
/// ```
#[derive(Debug, Default)]
pub struct Assertions {
    checked: u32,
    findings: Vec<Finding>,
    measurements: Vec<Measurement>,
}

#[derive(Debug)]
struct Finding {
    status: Status,
    reason: Reason,
    expected: String,
    observed: String,
}

impl Assertions {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Must hold, or the probe FAILs. Returns whether it held.
    pub fn require(
        &mut self,
        holds: bool,
        reason: Reason,
        expected: impl Into<String>,
        observed: impl Into<String>,
    ) -> bool {
        self.note(Status::Fail, holds, reason, expected, observed)
    }

    /// Should hold, or the probe WARNs. Returns whether it held.
    pub fn advise(
        &mut self,
        holds: bool,
        reason: Reason,
        expected: impl Into<String>,
        observed: impl Into<String>,
    ) -> bool {
        self.note(Status::Warn, holds, reason, expected, observed)
    }

    /// Must be known, or the probe is PENDING. Returns whether it was known.
    pub fn determine(
        &mut self,
        known: bool,
        reason: Reason,
        expected: impl Into<String>,
        observed: impl Into<String>,
    ) -> bool {
        self.note(Status::Pending, known, reason, expected, observed)
    }

    /// Takes another judge's answer in: its assertions, figures and, unless it passed, its finding.
    pub fn absorb(&mut self, outcome: Outcome) -> bool {
        self.checked += outcome.assertions;
        self.measurements.extend(outcome.measurements);
        let Some(reason) = outcome.reason else { return true };
        self.findings.push(Finding {
            status: outcome.status,
            reason,
            expected: outcome.expected.unwrap_or_default(),
            observed: outcome.observed.unwrap_or(outcome.summary),
        });
        false
    }

    /// Adds a figure to the outcome.
    pub fn measure(&mut self, measurement: Measurement) {
        self.measurements.push(measurement);
    }

    /// How many were looked at so far.
    pub fn checked(&self) -> u32 {
        self.checked
    }

    /// Whether all held so far.
    pub fn all_held(&self) -> bool {
        self.findings.is_empty()
    }

    /// PASS with `summary` when all held; else the worst finding's status and reason, with every
    /// finding of that status spelt out, one a line.
    pub fn conclude(self, summary: impl Into<String>) -> Outcome {
        let Some(worst) = self.findings.iter().map(|finding| finding.status).max() else {
            let mut outcome = Outcome::pass(self.checked, summary);
            outcome.measurements = self.measurements;
            return outcome;
        };
        let listed: Vec<&Finding> = self
            .findings
            .iter()
            .filter(|finding| finding.status == worst)
            .collect();
        let first = listed[0];
        // An absorbed finding may hold several lines.
        let headline = first.observed.lines().next().unwrap_or_default();
        let more = listed
            .iter()
            .map(|finding| finding.observed.lines().count().max(1))
            .sum::<usize>()
            - 1;
        let summary = match more {
            0 => headline.to_owned(),
            more => format!("{headline} (and {more} more)"),
        };
        let join = |pick: fn(&Finding) -> &str| {
            let mut lines: Vec<&str> = listed
                .iter()
                .map(|finding| pick(finding))
                .filter(|line| !line.is_empty())
                .collect();
            lines.dedup();
            lines.join("\n")
        };
        Outcome {
            status: worst,
            reason: Some(first.reason),
            summary,
            expected: Some(join(|finding| &finding.expected)),
            observed: Some(join(|finding| &finding.observed)),
            assertions: self.checked,
            measurements: self.measurements,
            evidence: Vec::new(),
            remedy: None,
        }
    }

    fn note(
        &mut self,
        status: Status,
        holds: bool,
        reason: Reason,
        expected: impl Into<String>,
        observed: impl Into<String>,
    ) -> bool {
        self.checked += 1;
        if !holds {
            self.findings.push(Finding {
                status,
                reason,
                expected: expected.into(),
                observed: observed.into(),
            });
        }
        holds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worst_finding_wins_and_all_of_its_kind_are_listed() {
        let mut assertions = Assertions::new();
        assertions.advise(false, Reason::Threshold, "warn-expected", "warn-observed");
        assertions.require(false, Reason::Missing, "a", "no a");
        assertions.require(true, Reason::Missing, "b", "b");
        assertions.require(false, Reason::Malformed, "c", "bad c");
        let outcome = assertions.conclude("fine");
        assert_eq!(outcome.status, Status::Fail);
        assert_eq!(outcome.reason, Some(Reason::Missing));
        assert_eq!(outcome.summary, "no a (and 1 more)");
        assert_eq!(outcome.observed.as_deref(), Some("no a\nbad c"));
        assert_eq!(outcome.assertions, 4);
    }

    #[test]
    fn each_tells_whether_it_held() {
        let mut assertions = Assertions::new();
        for holds in [true, false] {
            assert_eq!(assertions.require(holds, Reason::Missing, "", ""), holds);
            assert_eq!(assertions.advise(holds, Reason::Missing, "", ""), holds);
            assert_eq!(assertions.determine(holds, Reason::Missing, "", ""), holds);
        }
    }

    #[test]
    fn a_verdict_of_its_own_is_one_assertion() {
        assert_eq!(Outcome::warn(Reason::Missing, "").assertions, 1);
        assert_eq!(Outcome::fail(Reason::Missing, "").assertions, 1);
    }

    #[test]
    fn nothing_asserted_counts_zero() {
        assert_eq!(Assertions::new().conclude("fine").assertions, 0);
    }

    #[test]
    fn absorbed_failures_keep_their_reason() {
        let mut assertions = Assertions::new();
        assert!(assertions.absorb(Outcome::pass(3, "ok")));
        assert!(!assertions.absorb(Outcome::fail(Reason::Leak, "stack in body")));
        let outcome = assertions.conclude("fine");
        assert_eq!((outcome.reason, outcome.assertions), (Some(Reason::Leak), 4));
        assert_eq!(outcome.observed.as_deref(), Some("stack in body"));
    }
}
