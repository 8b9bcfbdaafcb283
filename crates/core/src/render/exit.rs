//! The exit code, the same whatever the format.

use clap::ValueEnum;

use crate::cli::exit::{GO, INCOMPLETE, INTERRUPTED, NO_GO};
use crate::report::{Report, Verdict};

/// What makes the exit code differ from 0. A FAIL always does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Only a FAIL.
    Fail,
    /// A FAIL (1), and what could not be determined (3).
    #[default]
    Pending,
    /// A warning too (1).
    Warn,
}

/// 0 go · 1 NO_GO, or a warning with [`FailOn::Warn`] · 3 INCOMPLETE, unless [`FailOn::Fail`] · 130 interrupted.
pub fn exit_code(report: &Report, fail_on: FailOn) -> u8 {
    if report.run.interrupted {
        return INTERRUPTED;
    }
    match (report.verdict, fail_on) {
        (Verdict::NoGo, _) | (Verdict::GoWithWarnings, FailOn::Warn) => NO_GO,
        (Verdict::Incomplete, FailOn::Pending | FailOn::Warn) => INCOMPLETE,
        (Verdict::Incomplete, FailOn::Fail) | (Verdict::Go | Verdict::GoWithWarnings, _) => GO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::canned;

    #[test]
    fn every_verdict_under_every_policy() {
        use FailOn::{Fail, Pending, Warn};
        use Verdict::{Go, GoWithWarnings, Incomplete, NoGo};
        let table = [
            (Go, [(Fail, 0), (Pending, 0), (Warn, 0)]),
            (GoWithWarnings, [(Fail, 0), (Pending, 0), (Warn, 1)]),
            (Incomplete, [(Fail, 0), (Pending, 3), (Warn, 3)]),
            (NoGo, [(Fail, 1), (Pending, 1), (Warn, 1)]),
        ];
        for (verdict, row) in table {
            for (fail_on, code) in row {
                let mut report = canned::healthy();
                report.verdict = verdict;
                assert_eq!(exit_code(&report, fail_on), code, "{verdict} {fail_on:?}");
                report.run.interrupted = true;
                assert_eq!(
                    exit_code(&report, fail_on),
                    130,
                    "{verdict} {fail_on:?}, interrupted"
                );
            }
        }
    }
}
