//! The Prometheus text format 0.0.4 as real exporters write it, line by line: what can be read, and each line that can't.
//!
//! Format: <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>. Beyond it, exemplars,
//! `# UNIT` and `# EOF` of OpenMetrics 1.0 are read, names in quotes of Prometheus 3, and CRLF. Written by hand because
//! the parsers on crates.io drop lines silently or fail on prom-client's pages.

mod line;
mod page;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

/// What a page says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// In the order they first appear.
    pub families: Vec<Family>,
    /// The first lines that cannot be read, at most [`BAD_LINES_KEPT`].
    pub bad: Vec<BadLine>,
    /// How many lines cannot be read.
    pub bad_lines: usize,
    /// The line of OpenMetrics' `# EOF`.
    pub end: Option<usize>,
    /// Whether anything but blank lines stands behind `# EOF`.
    pub goes_on: bool,
    index: HashMap<String, usize>,
}

/// More bad lines than this are counted only.
pub const BAD_LINES_KEPT: usize = 40;

/// More samples than this are not kept: a page of one mebibyte has some ten thousand.
pub const SAMPLES_KEPT: usize = 30_000;

/// A metric with all its series.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// Its name as in the TYPE line, else as in its samples.
    pub name: String,
    /// What the TYPE line says; `None` without one.
    pub kind: Option<Kind>,
    /// Whether there is a HELP line.
    pub help: bool,
    /// In the order of the page.
    pub samples: Vec<Sample>,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Where it stands, from 1.
    pub line: usize,
    /// What follows the family's name: `_bucket`, `_sum`, `_count`, `_total`, or nothing.
    pub suffix: &'static str,
    /// Names and values, unescaped, in the order of the line.
    pub labels: Vec<(String, String)>,
    /// May be NaN or infinite.
    pub value: f64,
    /// Milliseconds (0.0.4) or seconds (OpenMetrics).
    pub timestamp: Option<f64>,
}

impl Sample {
    /// The value of a label.
    pub fn label(&self, name: &str) -> Option<&str> {
        let found = self.labels.iter().find(|(label, _)| label == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What a TYPE line can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only ever rises.
    Counter,
    /// Rises and falls.
    Gauge,
    /// Buckets, sum and count.
    Histogram,
    /// Quantiles, sum and count.
    Summary,
    /// `untyped`, or OpenMetrics' `unknown`.
    Untyped,
    /// OpenMetrics' histogram of values that fall again.
    GaugeHistogram,
    /// OpenMetrics' constant texts.
    Info,
    /// OpenMetrics' set of booleans.
    StateSet,
}

impl Kind {
    /// As in a TYPE line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
            Self::Untyped => "untyped",
            Self::GaugeHistogram => "gaugehistogram",
            Self::Info => "info",
            Self::StateSet => "stateset",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "counter" => Self::Counter,
            "gauge" => Self::Gauge,
            "histogram" => Self::Histogram,
            "summary" => Self::Summary,
            "untyped" | "unknown" => Self::Untyped,
            "gaugehistogram" => Self::GaugeHistogram,
            "info" => Self::Info,
            "stateset" => Self::StateSet,
            _ => return None,
        })
    }

    /// What sample names may add to the family's.
    fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Counter => &["_total", "_created"],
            Self::Histogram => &["_bucket", "_sum", "_count", "_created"],
            Self::Summary => &["_sum", "_count", "_created"],
            Self::GaugeHistogram => &["_bucket", "_gsum", "_gcount"],
            Self::Info => &["_info"],
            Self::Gauge | Self::Untyped | Self::StateSet => &[],
        }
    }
}

/// A line that a scraper would stumble over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// From 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
    /// Its beginning.
    pub excerpt: String,
}

impl Page {
    /// Reads a page. Never fails: what cannot be read is in [`Page::bad`].
    pub fn parse(bytes: &[u8]) -> Self {
        page::parse(bytes)
    }

    /// The family of that name, with or without the prefix, or as OpenMetrics declares a counter (without `_total`).
    pub fn family(&self, prefix: &str, name: &str) -> Option<&Family> {
        let exact = |name: &str| self.index.get(name).map(|at| &self.families[*at]);
        let counter = || {
            let short = name.strip_suffix("_total")?;
            let found = exact(short).or_else(|| exact(&format!("{prefix}{short}")));
            found.filter(|family| family.kind == Some(Kind::Counter))
        };
        exact(name)
            .or_else(|| exact(&format!("{prefix}{name}")))
            .or_else(counter)
    }

    /// How many samples there are.
    pub fn samples(&self) -> usize {
        self.families.iter().map(|family| family.samples.len()).sum()
    }
}
