//! An env file reads exactly as npm's dotenv reads it, and says which line is wrong where dotenv would guess.
//!
//! Grammar: <https://github.com/motdotla/dotenv> (optional `export`, `NAME=value` or `NAME: value`, single, double or
//! backtick quotes over several lines, `#` comments, no expansion). Where dotenv silently skips or reinterprets a
//! line, reading stops with a [`Fault`] that never echoes a value.

mod fault;

use std::collections::BTreeMap;

use secrecy::SecretString;

pub use fault::{Fault, FaultKind, Quote};

/// One assignment, with the line it starts on.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The variable's name.
    pub name: String,
    /// Its value, unquoted.
    pub value: SecretString,
    /// 1-based line of the name.
    pub line: usize,
    /// An unquoted value ended at a `#` that follows no space: perhaps a password that needs quotes.
    pub cut: bool,
}

/// A name that was assigned twice; the last assignment wins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The variable's name.
    pub name: String,
    /// Line of the assignment that lost.
    pub first: usize,
    /// Line of the assignment that replaced it.
    pub second: usize,
}

/// What an env file holds: one entry a name, in order of appearance of the winning lines.
#[derive(Debug, Clone, Default)]
pub struct EnvFile {
    /// The winning assignments.
    pub entries: Vec<Entry>,
    /// Names that were assigned more than once.
    pub duplicates: Vec<Duplicate>,
}

/// Reads the bytes of an env file.
pub fn parse(bytes: &[u8]) -> Result<EnvFile, Fault> {
    let text = decode(bytes)?;
    let mut file = EnvFile::default();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let mut cursor = Cursor { rest: &text, line: 1 };
    while let Some(entry) = cursor.next_entry()? {
        if let Some(first) = lines.insert(entry.name.clone(), entry.line) {
            file.duplicates.push(Duplicate {
                name: entry.name.clone(),
                first,
                second: entry.line,
            });
            file.entries.retain(|old| old.name != entry.name);
        }
        file.entries.push(entry);
    }
    Ok(file)
}

/// UTF-8 without byte order mark, line endings made `\n` as dotenv does first of all.
fn decode(bytes: &[u8]) -> Result<String, Fault> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Fault {
            line: 1,
            kind: FaultKind::Utf16,
        });
    }
    let line_at = |end: usize| bytes[..end].split(|byte| *byte == b'\n').count();
    let text = std::str::from_utf8(bytes).map_err(|error| Fault {
        line: line_at(error.valid_up_to()),
        kind: FaultKind::NotUtf8,
    })?;
    if let Some(at) = text.find('\0') {
        return Err(Fault {
            line: line_at(at),
            kind: FaultKind::Nul,
        });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

struct Cursor<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Cursor<'a> {
    fn next_entry(&mut self) -> Result<Option<Entry>, Fault> {
        while !self.rest.is_empty() {
            let line = self.rest.split('\n').next().unwrap_or_default();
            let content = line.trim_start_matches(is_space);
            if content.is_empty() || content.starts_with('#') {
                self.advance(line.len() + 1);
                continue;
            }
            return self.entry(line, content).map(Some);
        }
        Ok(None)
    }

    fn entry(&mut self, line: &'a str, content: &'a str) -> Result<Entry, Fault> {
        let start = self.line;
        let fault = |kind| Fault { line: start, kind };
        let (name, value) = assignment(content).map_err(fault)?;
        // From the first character of the value on, over line ends: a quoted value may go on below.
        let value_at = line.len() - value.len();
        let whole = &self.rest[value_at..];
        let opening = Quote::opening(whole);
        let (value, length) = match opening {
            Some(quote) => quoted(whole, quote).map_err(fault)?,
            None => (unquoted(value).to_owned(), value.len()),
        };
        let cut = opening.is_none() && whole.split('\n').next().is_some_and(cut_short);
        self.advance(value_at + length);
        let tail = self.rest.split('\n').next().unwrap_or_default().len();
        self.advance(tail + 1);
        Ok(Entry {
            name: name.to_owned(),
            value: SecretString::from(value),
            line: start,
            cut,
        })
    }

    fn advance(&mut self, bytes: usize) {
        let (done, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.line += done.matches('\n').count();
        self.rest = rest;
    }
}

/// Splits `export NAME = value` into the name and the value with what follows it on the line.
fn assignment(content: &str) -> Result<(&str, &str), FaultKind> {
    let is_name = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
    };
    let separator = content
        .char_indices()
        .find(|&(at, c)| c == '=' || (c == ':' && content[at + 1..].starts_with(is_space)));
    let Some((at, _)) = separator else {
        return Err(FaultKind::NoSeparator);
    };
    let before = content[..at].trim_end_matches(is_space);
    let name = before
        .strip_prefix("export")
        .filter(|rest| rest.starts_with(is_space))
        .map_or(before, |rest| rest.trim_start_matches(is_space));
    if !is_name(name) {
        // Prose or the second line of a value whose quotes were forgotten is no misspelt name.
        let hint = if content[..at].contains('#') {
            FaultKind::NoSeparator
        } else {
            FaultKind::BadName
        };
        return Err(hint);
    }
    Ok((name, content[at + 1..].trim_start_matches(is_space)))
}

/// The value up to the closing quote, and the length with both quotes.
///
/// dotenv lets `\"` stand inside a value and keeps the backslash, but takes it for the closing quote where nothing
/// else can be: `"C:\dir\"`. So the closing quote is the last candidate that is followed by nothing or a comment.
fn quoted(text: &str, quote: Quote) -> Result<(String, usize), FaultKind> {
    let mut candidates = Vec::new();
    let mut backslash = false;
    for (at, character) in text.char_indices().skip(1) {
        if character == quote.character() {
            candidates.push(at);
            if !backslash {
                break;
            }
        }
        backslash = character == '\\';
    }
    if candidates.is_empty() {
        return Err(FaultKind::Unterminated(quote));
    }
    let ends_line = |at: &usize| {
        let after = text[at + 1..]
            .split('\n')
            .next()
            .unwrap_or_default()
            .trim_start_matches(is_space);
        after.is_empty() || after.starts_with('#')
    };
    let Some(end) = candidates.iter().rev().copied().find(ends_line) else {
        // A forgotten closing quote runs on to the next quoted value: say that, not "text follows".
        let over_lines = candidates.iter().all(|at| text[..*at].contains('\n'));
        return Err(if over_lines {
            FaultKind::Unterminated(quote)
        } else {
            FaultKind::TextAfterQuote(quote)
        });
    };
    let inner = &text[1..end];
    let value = match quote {
        Quote::Double => inner.replace("\\n", "\n").replace("\\r", "\r"),
        Quote::Single | Quote::Backtick => inner.to_owned(),
    };
    Ok((value, end + 1))
}

fn unquoted(text: &str) -> &str {
    text.split('#').next().unwrap_or_default().trim_matches(is_space)
}

fn cut_short(text: &str) -> bool {
    text.split_once('#')
        .is_some_and(|(before, _)| !before.is_empty() && !before.ends_with(is_space))
}

/// What JavaScript's `\s` matches, less the line ends.
fn is_space(character: char) -> bool {
    character != '\n' && (character.is_whitespace() || character == '\u{feff}')
}

#[cfg(test)]
mod tests;
