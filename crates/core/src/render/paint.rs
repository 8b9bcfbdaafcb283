//! Colour in one place: the word or symbol always says the same without it.

use anstyle::{AnsiColor, Style as Ansi};

use super::text::pad;
use super::words::symbol;
use crate::outcome::Status;
use crate::report::Verdict;

/// Paints words, or leaves them as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint {
    /// Whether to colour.
    pub color: bool,
}

impl Paint {
    /// For headings.
    pub fn bold(self, words: &str) -> String {
        self.paint(Ansi::new().bold(), words)
    }

    /// For what may be overlooked.
    pub fn dim(self, words: &str) -> String {
        self.paint(Ansi::new().dimmed(), words)
    }

    /// Words in the colour of a status.
    pub fn of_status(self, status: Status, words: &str) -> String {
        self.paint(color_of(status).bold(), words)
    }

    /// Words in the colour of a verdict.
    pub fn of_verdict(self, verdict: Verdict, words: &str) -> String {
        self.of_status(status_of(verdict), words)
    }

    /// Symbol and word, nine columns: `✘ FAIL   `.
    pub fn status(self, status: Status) -> String {
        let words = pad(&format!("{} {}", symbol(status), status.as_str()), 9);
        self.of_status(status, &words)
    }

    fn paint(self, ansi: Ansi, words: &str) -> String {
        if self.color {
            format!("{ansi}{words}{ansi:#}")
        } else {
            words.to_owned()
        }
    }
}

fn status_of(verdict: Verdict) -> Status {
    match verdict {
        Verdict::Go => Status::Pass,
        Verdict::GoWithWarnings => Status::Warn,
        Verdict::Incomplete => Status::Pending,
        Verdict::NoGo => Status::Fail,
    }
}

/// Blue and yellow apart from red and green: told apart by most colour-blind eyes.
fn color_of(status: Status) -> Ansi {
    let color = match status {
        Status::Pass => AnsiColor::Green,
        Status::Warn => AnsiColor::Yellow,
        Status::Pending => AnsiColor::Blue,
        Status::Fail => AnsiColor::Red,
    };
    Ansi::new().fg_color(Some(color.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_the_same_without_colour() {
        let plain = Paint { color: false };
        assert_eq!(plain.status(Status::Fail), "✘ FAIL   ");
        assert_eq!(plain.of_verdict(Verdict::Go, "GO"), "GO");
        let painted = Paint { color: true }.of_verdict(Verdict::NoGo, "NO_GO");
        assert!(painted.starts_with('\u{1b}') && painted.contains("NO_GO") && painted.ends_with('m'));
    }
}
