//! Views of the report: pure functions of a [`Report`], which has already passed the redactor.

use clap::ValueEnum;

use crate::report::Report;

#[cfg(any(test, feature = "testing"))]
pub mod canned;
mod curl;
mod exit;
mod findings;
mod github;
mod human;
mod json;
mod junit;
mod markdown;
mod openmetrics;
mod paint;
pub mod text;
pub mod words;

pub use curl::curl;
pub use exit::{FailOn, exit_code};
pub use findings::{Findings, Group, remedy_of};
pub use github::step_summary;
pub use paint::Paint;

/// A view of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
#[non_exhaustive]
pub enum Format {
    /// For people at a terminal or reading a log.
    Human,
    /// `golive.report/v1`, for machines.
    Json,
    /// JUnit XML, for GitHub, GitLab and Jenkins.
    Junit,
    /// The dashboard `GO_LIVE_DASHBOARD.md`.
    Markdown,
    /// GitHub Actions annotations.
    Github,
    /// A textfile for node_exporter.
    Openmetrics,
}

/// How much is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Only the verdict.
    Quiet,
    /// Every component, then what is not PASS.
    #[default]
    Normal,
    /// Every probe.
    Verbose,
}

/// How [`Format::Human`] looks; the other views have no choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour; words and symbols say the same without.
    pub color: bool,
    /// Columns to wrap prose at. Commands are never wrapped: they are there to be copied.
    pub width: usize,
    /// How much is said.
    pub verbosity: Verbosity,
}

impl Style {
    /// 80 columns, no colour: for files.
    pub fn plain() -> Self {
        Self {
            color: false,
            width: 80,
            verbosity: Verbosity::Normal,
        }
    }
}

/// The report in the given view, ending with a newline.
pub fn render(format: Format, report: &Report, style: &Style) -> String {
    match format {
        Format::Human => human::render(report, *style),
        Format::Json => json::render(report),
        Format::Junit => junit::render(report),
        Format::Markdown => markdown::render(report),
        Format::Github => github::render(report),
        Format::Openmetrics => openmetrics::render(report),
    }
}
