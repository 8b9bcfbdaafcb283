//! The difference for people: worst first, figures that crossed a threshold before those that only moved.

use std::collections::BTreeMap;
use std::fmt::Write;

use golive_core::outcome::Status;
use golive_core::render::text::{one_line, pad, truncate, width};
use golive_core::render::words::{date, number, plural};
use golive_core::render::{Paint, Style};

use super::compare::{Change, Crossed, Diff, Gone, Moved, Side, Standing, rank};

/// Percent below which a figure that crossed nothing is only counted.
const NOTABLE: f64 = 10.0;
/// Figures listed that crossed nothing, and probes that are gone.
const LISTED: usize = 12;

pub(super) fn render(diff: &Diff, style: Style) -> String {
    let page = Page {
        paint: Paint { color: style.color },
        width: style.width,
    };
    let mut text = String::new();
    page.side(&mut text, "old", &diff.old);
    page.side(&mut text, "new", &diff.new);
    for note in &diff.notes {
        let _ = writeln!(text, "! {}", one_line(note));
    }
    page.changes(&mut text, "Worse", &diff.worse);
    page.changes(&mut text, "Failing differently", &diff.changed);
    page.changes(&mut text, "Better", &diff.better);
    page.added(&mut text, &diff.added);
    page.gone(&mut text, &diff.gone);
    page.figures(&mut text, &diff.measurements);
    let unchanged: Vec<String> = ["FAIL", "PENDING", "WARN", "PASS"]
        .iter()
        .filter_map(|word| Some(format!("{} {}", diff.unchanged.get(word)?, word.to_lowercase())))
        .collect();
    let unchanged = if unchanged.is_empty() {
        "none".to_owned()
    } else {
        unchanged.join(", ")
    };
    let _ = writeln!(text, "\nUnchanged: {unchanged}");
    let added_bad = diff
        .added
        .iter()
        .filter(|added| added.status != Status::Pass)
        .count();
    let (status, words) = if diff.got_worse {
        let mut words = format!("{} worse", plural(diff.worse.len(), "probe"));
        if added_bad > 0 {
            let _ = write!(words, ", {added_bad} new and not PASS");
        }
        if rank(diff.new.verdict) > rank(diff.old.verdict) {
            let _ = write!(
                words,
                ", the verdict too: {} -> {}",
                diff.old.verdict, diff.new.verdict
            );
        }
        (Status::Fail, words)
    } else {
        (
            Status::Pass,
            format!("nothing got worse, {} better", diff.better.len()),
        )
    };
    let _ = writeln!(text, "{}", page.paint.of_status(status, &words));
    text
}

struct Page {
    paint: Paint,
    width: usize,
}

impl Page {
    fn side(&self, text: &mut String, name: &str, side: &Side) {
        let headline = self.paint.of_verdict(side.verdict, &one_line(&side.headline));
        let _ = writeln!(text, "{name}  {}  {headline}", date(&side.started_at));
    }

    fn heading(&self, text: &mut String, words: &str, count: usize) {
        let _ = writeln!(text, "\n{}", self.paint.bold(&format!("{words} ({count})")));
    }

    /// A lead of `columns`, then words cut at the edge.
    fn line(&self, text: &mut String, lead: &str, columns: usize, words: &str) {
        let _ = writeln!(
            text,
            "{lead}{}",
            truncate(words, self.width.saturating_sub(columns))
        );
    }

    /// Those that pass are only counted, by component.
    fn added(&self, text: &mut String, added: &[Standing]) {
        if added.is_empty() {
            return;
        }
        self.heading(text, "New", added.len());
        let mut passing: BTreeMap<&str, usize> = BTreeMap::new();
        for added in added {
            if added.status == Status::Pass {
                *passing
                    .entry(added.id.split('.').next().unwrap_or_default())
                    .or_default() += 1;
                continue;
            }
            let words = format!("{}: {}", one_line(&added.id), one_line(&added.summary));
            self.line(
                text,
                &format!("  {} ", self.paint.status(added.status)),
                12,
                &words,
            );
        }
        if !passing.is_empty() {
            let counted: Vec<String> = passing
                .iter()
                .map(|(check, count)| format!("{} {count}", one_line(check)))
                .collect();
            let _ = writeln!(
                text,
                "  {} {}",
                self.paint.status(Status::Pass),
                counted.join(", ")
            );
        }
    }

    fn gone(&self, text: &mut String, gone: &[Gone]) {
        if gone.is_empty() {
            return;
        }
        self.heading(text, "Gone", gone.len());
        for gone in gone.iter().take(LISTED) {
            let why = gone
                .reason
                .as_deref()
                .unwrap_or("the new report does not say why");
            let words = format!("{} (was {}): {}", one_line(&gone.id), gone.old, one_line(why));
            self.line(text, "  ", 2, &words);
        }
        if gone.len() > LISTED {
            let _ = writeln!(
                text,
                "  and {} more (--format json has them)",
                gone.len() - LISTED
            );
        }
    }

    fn changes(&self, text: &mut String, heading: &str, changes: &[Change]) {
        if changes.is_empty() {
            return;
        }
        self.heading(text, heading, changes.len());
        for change in changes {
            let was = format!("{:>7}", change.old.as_str());
            let lead = format!("  {} -> {} ", self.paint.dim(&was), self.paint.status(change.new));
            let waived = if change.waived { " (waived)" } else { "" };
            let words = match (&change.blocked_by, change.new) {
                (Some(root), _) => format!("behind {}", one_line(root)),
                (None, Status::Pass) => String::new(),
                (None, _) => one_line(&change.summary),
            };
            let colon = if words.is_empty() { "" } else { ": " };
            self.line(
                text,
                &lead,
                23,
                &format!("{}{waived}{colon}{words}", one_line(&change.id)),
            );
        }
    }

    fn figures(&self, text: &mut String, moved: &[Moved]) {
        let (crossed, rest): (Vec<&Moved>, Vec<&Moved>) =
            moved.iter().partition(|moved| moved.crossed.is_some());
        let notable: Vec<&Moved> = rest
            .iter()
            .copied()
            .filter(|moved| moved.percent.is_none_or(|percent| percent.abs() >= NOTABLE))
            .collect();
        let shown: Vec<&Moved> = crossed
            .iter()
            .chain(notable.iter().take(LISTED))
            .copied()
            .collect();
        if moved.is_empty() {
            return;
        }
        self.heading(text, "Figures that moved", moved.len());
        let names: Vec<String> = shown
            .iter()
            .map(|moved| one_line(&format!("{} {}", moved.probe, moved.name)))
            .collect();
        let column = names.iter().map(|name| width(name)).max().unwrap_or(0).min(44);
        for (name, moved) in names.iter().zip(&shown) {
            let percent = moved
                .percent
                .map(|percent| format!(" ({percent:+.0} %)"))
                .unwrap_or_default();
            let healthy = moved
                .threshold
                .as_deref()
                .map(|threshold| format!(", healthy: {}", one_line(threshold)));
            let mark = match moved.crossed {
                Some(Crossed::Out) => self.paint.of_status(Status::Fail, "  now past its threshold"),
                Some(Crossed::In) => self.paint.of_status(Status::Pass, "  healthy again"),
                None => String::new(),
            };
            let _ = writeln!(
                text,
                "  {}  {} -> {} {}{percent}{}{mark}",
                pad(name, column),
                number(moved.old),
                number(moved.new),
                one_line(&moved.unit),
                healthy.unwrap_or_default()
            );
        }
        let left = moved.len() - shown.len();
        if left > 0 {
            let _ = writeln!(
                text,
                "  {} that crossed nothing (--format json has them)",
                plural(left, "more figure")
            );
        }
    }
}
