//! The terminal's page: indentation, wrapping and colour in one place.

use crate::outcome::Status;
use crate::render::text::{self, one_line, wrap};
use crate::render::{Paint, Style, Verbosity};
use crate::report::Verdict;

/// Column at which the text of a field begins.
const FIELD: usize = 14;

pub(super) struct Page {
    style: Style,
    text: String,
    after_heading: bool,
}

impl Page {
    pub(super) fn new(style: Style) -> Self {
        Self {
            style,
            text: String::new(),
            after_heading: false,
        }
    }

    pub(super) fn width(&self) -> usize {
        self.style.width
    }

    pub(super) fn verbosity(&self) -> Verbosity {
        self.style.verbosity
    }

    /// One line as it is.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
        self.after_heading = false;
    }

    /// One blank line, never two.
    pub(super) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// One blank line between blocks, none right after a heading.
    pub(super) fn blank_between(&mut self) {
        if !self.after_heading {
            self.blank();
        }
    }

    /// A section's heading after a blank line.
    pub(super) fn heading(&mut self, heading: &str) {
        self.blank();
        let heading = self.bold(heading);
        self.line(&heading);
        self.after_heading = true;
    }

    /// Wrapped from the left edge.
    pub(super) fn prose(&mut self, words: &str) {
        for line in wrap(words, self.style.width) {
            self.line(&line);
        }
    }

    /// `? PENDING  words`, wrapped behind the mark.
    pub(super) fn marked(&mut self, status: Status, words: &str) {
        let indent = "✘ PENDING ".chars().count();
        for (at, line) in wrap(words, self.style.width.saturating_sub(indent))
            .iter()
            .enumerate()
        {
            let lead = if at == 0 {
                format!("{} ", self.status(status))
            } else {
                " ".repeat(indent)
            };
            self.line(&format!("{lead}{line}"));
        }
    }

    /// A list entry, wrapped.
    pub(super) fn item(&mut self, words: &str) {
        for (at, line) in wrap(words, self.style.width.saturating_sub(6)).iter().enumerate() {
            self.line(&format!("{}{line}", if at == 0 { "    " } else { "      " }));
        }
    }

    /// A labelled text, wrapped; nothing when it is empty.
    pub(super) fn field(&mut self, label: &str, words: &str) {
        for (at, line) in wrap(words, self.style.width.saturating_sub(FIELD))
            .iter()
            .enumerate()
        {
            let shown = if at == 0 { label } else { "" };
            let lead = self.dim(&text::pad(&format!("    {shown}"), FIELD));
            self.line(&format!("{lead}{line}"));
        }
    }

    /// A labelled command or path, never wrapped: it is there to be copied.
    pub(super) fn verbatim(&mut self, label: &str, command: &str) {
        for (at, line) in text::lines(command).into_iter().map(text::no_command).enumerate() {
            let shown = if at == 0 { label } else { "" };
            let lead = self.dim(&text::pad(&format!("    {shown}"), FIELD));
            self.line(&format!("{lead}{line}"));
        }
    }

    /// Symbol and word, ten columns less one: `✘ FAIL   `.
    pub(super) fn status(&self, status: Status) -> String {
        self.paint().status(status)
    }

    /// The headline in its verdict's colour.
    pub(super) fn verdict(&self, verdict: Verdict, headline: &str) -> String {
        self.paint().of_verdict(verdict, &one_line(headline))
    }

    pub(super) fn bold(&self, words: &str) -> String {
        self.paint().bold(words)
    }

    pub(super) fn dim(&self, words: &str) -> String {
        self.paint().dim(words)
    }

    fn paint(&self) -> Paint {
        Paint {
            color: self.style.color,
        }
    }

    /// The page, ending with one newline.
    pub(super) fn finish(mut self) -> String {
        while self.text.ends_with("\n\n") {
            self.text.pop();
        }
        self.text
    }
}
