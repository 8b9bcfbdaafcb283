//! Text from outside becomes harmless, and fits its column.

use std::fmt::{self, Write};

/// Appends formatted text.
pub(crate) fn put(text: &mut String, words: fmt::Arguments<'_>) {
    text.write_fmt(words).expect("a String takes every write");
}

/// One line: line breaks become spaces, and nothing in it can steer a terminal.
pub fn one_line(text: &str) -> String {
    let joined: Vec<&str> = text
        .split(is_break)
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    visible(&joined.join(" "))
}

/// Its lines, each harmless; trailing blank lines are dropped.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let mut lines: Vec<String> = text
        .split(is_break)
        .map(|line| visible(line.trim_end()))
        .collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

fn is_break(char: char) -> bool {
    matches!(
        char,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Its characters as [`visible_char`] shows them, tabs as spaces.
pub(crate) fn visible(text: &str) -> String {
    let shown = text.chars().map(|char| match char {
        '\t' => ' ',
        other => visible_char(other),
    });
    shown.collect()
}

/// Control characters, and those that turn the reading direction, are shown as U+FFFD.
pub fn visible_char(char: char) -> char {
    match char {
        '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}'
        | '\u{fffe}'
        | '\u{ffff}' => '\u{fffd}',
        control if control.is_control() => '\u{fffd}',
        other => other,
    }
}

/// Columns a terminal needs for it.
pub fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Wide and zero-width ranges that occur in practice (Unicode Annex 11), without its tables.
fn char_width(char: char) -> usize {
    match u32::from(char) {
        0x0300..=0x036F | 0x200B..=0x200D | 0x20D0..=0x20FF | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

/// Pads with spaces on the right to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Shortens to `columns`, with an ellipsis when something is left out.
pub fn truncate(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    for char in text.chars() {
        if width(&kept) + char_width(char) + 1 > columns {
            break;
        }
        kept.push(char);
    }
    kept.push('…');
    kept
}

/// Wraps between words, and inside a word that is wider than a whole line.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(8);
    let mut wrapped = Vec::new();
    for line in lines(text) {
        let mut current = String::new();
        for word in line.split_whitespace() {
            let mut word = word.to_owned();
            if !current.is_empty() && width(&current) + 1 + width(&word) > columns {
                wrapped.push(std::mem::take(&mut current));
            }
            while width(&word) > columns {
                let head = head_of(&word, columns);
                word = word[head.len()..].to_owned();
                wrapped.push(head);
            }
            if !current.is_empty() && !word.is_empty() {
                current.push(' ');
            }
            current.push_str(&word);
        }
        wrapped.push(current);
    }
    wrapped.into_iter().map(no_command).collect()
}

fn head_of(word: &str, columns: usize) -> String {
    let mut head = String::new();
    for char in word.chars() {
        if !head.is_empty() && width(&head) + char_width(char) > columns {
            break;
        }
        head.push(char);
    }
    head
}

/// CI runners obey lines that begin with `::` or `##[`, indented ones too.
pub(crate) fn no_command(line: String) -> String {
    let begin = line.trim_start();
    if begin.starts_with("::") || begin.starts_with("##") {
        format!("\\{begin}")
    } else {
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(
            one_line("a\x1b[31mred\r\nb\tc\u{202e}d"),
            "a\u{fffd}[31mred b c\u{fffd}d"
        );
        assert_eq!(lines("a\r\nb\n\n"), ["a", "b"]);
    }

    #[test]
    fn wraps_words_and_splits_giants() {
        assert_eq!(wrap("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(wrap("abcdefghijkl m", 8), ["abcdefgh", "ijkl m"]);
        assert_eq!(wrap("日本語日本語", 8), ["日本語日", "本語"]);
        assert!(wrap("", 8).is_empty());
    }

    #[test]
    fn a_wrapped_line_is_no_runner_command() {
        assert_eq!(wrap("padding ::error::x", 9), ["padding", "\\::error::", "x"]);
        assert_eq!(wrap("##[error]x", 20), ["\\##[error]x"]);
    }

    #[test]
    fn truncates_by_columns() {
        assert_eq!(truncate("日本語", 5), "日本…");
        assert_eq!(truncate("abc", 3), "abc");
    }
}
