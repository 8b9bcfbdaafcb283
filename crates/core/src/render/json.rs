//! `golive.report/v1`, for machines.

use crate::report::Report;

pub(super) fn render(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(report).expect("a report has string keys only");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;
    use crate::render::{Format, Style, canned};

    #[test]
    fn view() {
        insta::assert_snapshot!(render(&canned::report()));
    }

    #[test]
    fn it_is_read_back_as_the_same_report() {
        let report = canned::report();
        let read: Report = serde_json::from_str(&render(&report)).expect("valid");
        assert_eq!(read, report);
    }

    #[test]
    fn every_view_ends_with_exactly_one_newline() {
        for report in [canned::report(), canned::healthy(), canned::interrupted()] {
            for format in Format::value_variants() {
                let text = crate::render::render(*format, &report, &Style::plain());
                assert!(
                    text.ends_with('\n') && !text.ends_with("\n\n"),
                    "{format:?}: {text:?}"
                );
            }
        }
    }
}
