//! `golive history`: earlier runs as a table, and their failures and warnings as a line. Sends nothing.

use std::fmt::Write;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use golive_core::cli::exit;
use golive_core::conduct;
use golive_core::render::text::{one_line, pad, truncate};
use golive_core::render::words::{date, duration, plural};
use golive_core::render::{Paint, Style};
use golive_core::report::{LONGEST, SCHEMA, Summary, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ColorArg, print, print_json, refuse};

const EXAMPLES: &str = "\
Examples:
  golive history                         the last 20 runs of reports/history
  golive history --limit 5 --reports-dir out/reports
  golive history --json | jq '.runs[] | [.started_at, .verdict]'
  golive diff reports/history/RUN.json reports/golive.json    what changed since one of them";

/// Options of `history`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Where the runs wrote their reports
    #[arg(
        long,
        value_name = "DIR",
        default_value = "reports",
        env = "GOLIVE_REPORTS_DIR",
        hide_env_values = true
    )]
    reports_dir: PathBuf,
    /// How many runs, the latest
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
    /// For programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    color: ColorArg,
}

/// What is told of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Entry {
    run: String,
    started_at: String,
    verdict: Verdict,
    headline: String,
    complete: bool,
    duration_ms: u64,
    summary: Summary,
    file: String,
}

/// A file that is no report.
#[derive(Debug, Serialize)]
struct Unreadable {
    file: String,
    why: String,
}

pub(crate) fn main(args: &Args) -> u8 {
    let dir = args.reports_dir.join("history");
    let (mut runs, unreadable) = match read_all(&dir) {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (Vec::new(), Vec::new()),
        Err(error) => return refuse(&format!("{}: can't be read: {error}", dir.display())),
    };
    let all = runs.len();
    runs.drain(..all.saturating_sub(args.limit.into()));
    if args.json {
        return print_json(&json!({
            "schema": "golive.history/v1", "dir": dir, "found": all, "runs": runs, "unreadable": unreadable,
        }));
    }
    for Unreadable { file, why } in &unreadable {
        conduct::say(&format!("golive: {}: left out: {why}", one_line(file)));
    }
    if runs.is_empty() {
        print(&format!(
            "no earlier run in {}; `golive run` writes one\n",
            dir.display()
        ));
        return exit::GO;
    }
    print(&table(&runs, all, args.color.style()))
}

/// Runs by date, the oldest first.
fn read_all(dir: &Path) -> std::io::Result<(Vec<Entry>, Vec<Unreadable>)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(dir)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let (mut runs, mut unreadable) = (Vec::new(), Vec::new());
    for path in paths {
        let file = path.display().to_string();
        match read_one(&path) {
            Ok(entry) => runs.push(entry),
            Err(why) => unreadable.push(Unreadable { file, why }),
        }
    }
    runs.sort_by(|left, right| left.started_at.cmp(&right.started_at));
    Ok((runs, unreadable))
}

/// Only the frame of the report: two hundred of them are read at once.
fn read_one(path: &Path) -> Result<Entry, String> {
    #[derive(Deserialize)]
    struct Frame {
        schema: String,
        verdict: Verdict,
        headline: String,
        run: golive_core::report::Run,
        summary: Summary,
    }
    let mut text = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(LONGEST + 1)
        .read_to_end(&mut text)
        .map_err(|error| error.to_string())?;
    if text.len() as u64 > LONGEST {
        return Err("longer than any report".to_owned());
    }
    let frame: Frame =
        serde_json::from_slice(&text).map_err(|error| truncate(&one_line(&error.to_string()), 120))?;
    if frame.schema != SCHEMA {
        return Err(format!(
            "its schema is {}, not {SCHEMA}",
            truncate(&one_line(&frame.schema), 60)
        ));
    }
    Ok(Entry {
        run: frame.run.id,
        started_at: frame.run.started_at,
        verdict: frame.verdict,
        headline: frame.headline,
        complete: frame.run.complete,
        duration_ms: frame.run.duration_ms,
        summary: frame.summary,
        file: path.display().to_string(),
    })
}

fn table(runs: &[Entry], all: usize, style: Style) -> String {
    let paint = Paint { color: style.color };
    let mut text = String::new();
    let heading = "started                  fail pending warn  pass       took  verdict";
    let _ = writeln!(text, "{}", paint.bold(heading));
    for entry in runs {
        let counts = entry.summary;
        let _ = writeln!(
            text,
            "{}  {:>4} {:>7} {:>4} {:>5} {:>10}  {}",
            pad(&truncate(&date(&entry.started_at), 23), 23),
            counts.fail,
            counts.pending,
            counts.warn,
            counts.pass,
            duration(entry.duration_ms),
            paint.of_verdict(entry.verdict, &one_line(&entry.headline))
        );
    }
    let _ = writeln!(
        text,
        "\n{} of {}, the latest last",
        runs.len(),
        plural(all, "run")
    );
    let line = |name: &str, values: Vec<u32>| {
        let (first, last) = (
            values.first().copied().unwrap_or(0),
            values.last().copied().unwrap_or(0),
        );
        let most = values.iter().copied().max().unwrap_or(0);
        format!(
            "{name:<9} {}  from {first} to {last}, at most {most}\n",
            sparkline(&values)
        )
    };
    text.push_str(&line(
        "failures",
        runs.iter().map(|run| run.summary.fail).collect(),
    ));
    text.push_str(&line(
        "warnings",
        runs.iter().map(|run| run.summary.warn).collect(),
    ));
    text
}

/// One character a run: none is a dot, the most is a full block.
fn sparkline(values: &[u32]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = u64::from(values.iter().copied().max().unwrap_or(0).max(1));
    let block = |value: u32| match u64::from(value) {
        0 => '·',
        value => {
            BLOCKS[usize::try_from((value * 8).div_ceil(most) - 1)
                .unwrap_or(7)
                .min(7)]
        }
    };
    values.iter().map(|&value| block(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_never_none_and_the_most_is_full() {
        assert_eq!(sparkline(&[0, 1, 50, 100]), "·▁▄█");
        assert_eq!(sparkline(&[0, 0]), "··");
        assert_eq!(sparkline(&[u32::MAX, 1]), "█▁");
        assert_eq!(sparkline(&[]), "");
    }
}
