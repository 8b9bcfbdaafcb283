//! Earlier runs, as far as the reports directory remembers them.

use std::fmt::{self, Formatter};
use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::Path;

use golive_core::report::{LONGEST, Report, Summary, Verdict};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer as _};

use super::words::{self, Mark};

/// Runs shown.
const SHOWN: usize = 30;

/// What the page needs to know of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Its answer.
    pub verdict: Verdict,
    /// The answer in words.
    pub headline: String,
    /// When and how long.
    pub run: EarlierRun,
    /// How many probes stood how.
    pub summary: Summary,
}

/// When an earlier run was, and how long.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EarlierRun {
    /// RFC 3339.
    pub started_at: String,
    /// Milliseconds.
    pub duration_ms: u64,
    /// Whether it could be a go-live verdict.
    pub complete: bool,
}

/// The latest runs but this one, the oldest first; what cannot be read is left out.
pub(super) fn read(reports_dir: &Path, this: &str) -> Vec<HistoryEntry> {
    let Ok(entries) = fs::read_dir(reports_dir.join("history")) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| {
        path.extension().is_some_and(|extension| extension == "json")
            && path.file_stem().is_some_and(|stem| stem != this)
    });
    // Ids sort by time.
    paths.sort();
    let latest = paths.iter().rev().filter_map(|path| read_one(path));
    let mut latest: Vec<HistoryEntry> = latest.take(SHOWN - 1).collect();
    latest.reverse();
    latest
}

fn read_one(path: &Path) -> Option<HistoryEntry> {
    let file = BufReader::new(File::open(path).ok()?.take(LONGEST));
    let mut head = Head::default();
    // An error is no loss: it says that the probes were not read, or that the file is damaged, which shows below.
    let _ = serde_json::Deserializer::from_reader(file).deserialize_map(&mut head);
    Some(HistoryEntry {
        verdict: head.verdict?,
        headline: head.headline?,
        run: head.run?,
        summary: head.summary?,
    })
}

/// The first kilobyte of a report; the probes behind it can be megabytes, and there are many reports.
#[derive(Default)]
struct Head {
    verdict: Option<Verdict>,
    headline: Option<String>,
    run: Option<EarlierRun>,
    summary: Option<Summary>,
}

impl<'de> Visitor<'de> for &mut Head {
    type Value = ();

    fn expecting(&self, words: &mut Formatter<'_>) -> fmt::Result {
        words.write_str("a report")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while self.verdict.is_none()
            || self.headline.is_none()
            || self.run.is_none()
            || self.summary.is_none()
        {
            match fields.next_key::<String>()?.as_deref() {
                Some("verdict") => self.verdict = Some(fields.next_value()?),
                Some("headline") => self.headline = Some(fields.next_value()?),
                Some("run") => self.run = Some(fields.next_value()?),
                Some("summary") => self.summary = Some(fields.next_value()?),
                Some(_) => drop(fields.next_value::<IgnoredAny>()?),
                None => break,
            }
        }
        Ok(())
    }
}

/// Earlier runs and this one, the oldest first.
pub(super) fn strip(report: &Report, history: &[HistoryEntry]) -> Vec<Standing> {
    let earlier = history.get(history.len().saturating_sub(SHOWN - 1)..);
    let mut runs: Vec<HistoryEntry> = earlier.unwrap_or_default().to_vec();
    runs.push(HistoryEntry::of(report));
    let longest = runs.iter().map(|entry| entry.run.duration_ms).max();
    let longest = longest.unwrap_or_default().max(1) as f64;
    let last = runs.len() - 1;
    let standing = |(place, entry): (usize, HistoryEntry)| {
        let height = (100.0 * entry.run.duration_ms as f64 / longest).max(20.0);
        Standing {
            mark: Mark::of_verdict(entry.verdict),
            started: words::date(&entry.run.started_at),
            took: words::duration(entry.run.duration_ms),
            this: place == last,
            y: words::number(100.0 - height),
            height: words::number(height),
            entry,
        }
    };
    runs.into_iter().enumerate().map(standing).collect()
}

/// One run of the strip.
pub(super) struct Standing {
    pub(super) entry: HistoryEntry,
    pub(super) mark: Mark,
    pub(super) started: String,
    pub(super) took: String,
    /// Whether it is the run that the page is about.
    pub(super) this: bool,
    /// Top and height of its bar in percent: its duration beside the longest one's.
    pub(super) y: String,
    pub(super) height: String,
}

impl HistoryEntry {
    pub(super) fn of(report: &Report) -> Self {
        Self {
            verdict: report.verdict,
            headline: report.headline.clone(),
            run: EarlierRun {
                started_at: report.run.started_at.clone(),
                duration_ms: report.run.duration_ms,
                complete: report.run.complete,
            },
            summary: report.summary,
        }
    }
}

#[cfg(test)]
mod tests {
    use golive_core::render::canned;

    use super::*;

    #[test]
    fn earlier_runs_are_read_in_order_and_damaged_ones_left_out() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read(dir.path(), "3"), []);
        let history = dir.path().join("history");
        fs::create_dir(&history).unwrap();
        let json = |report: &Report| serde_json::to_string(report).unwrap();
        fs::write(history.join("1.json"), json(&canned::healthy())).unwrap();
        fs::write(history.join("2.json"), json(&canned::report())).unwrap();
        fs::write(history.join("3.json"), json(&canned::healthy())).unwrap();
        fs::write(history.join("4.json"), "{\"verdict\":").unwrap();
        fs::write(history.join("5.txt"), json(&canned::healthy())).unwrap();
        let verdicts: Vec<Verdict> = read(dir.path(), "3").iter().map(|run| run.verdict).collect();
        assert_eq!(verdicts, [Verdict::Go, Verdict::NoGo]);
    }

    #[test]
    fn this_run_stands_last() {
        let earlier = HistoryEntry::of(&canned::report());
        let many = vec![earlier; 100];
        let strip = strip(&canned::healthy(), &many);
        assert_eq!(strip.len(), SHOWN);
        assert!(
            strip
                .iter()
                .take(SHOWN - 1)
                .all(|run| !run.this && run.mark.word == "NO_GO")
        );
        assert!(strip.last().is_some_and(|run| run.this && run.mark.word == "GO"));
    }
}
