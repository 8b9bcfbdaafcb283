//! Text from outside stays text in GitHub-flavoured Markdown: no structure, no HTML, no links, no formulas.

use crate::render::text::{lines, one_line, put};

/// One line, safe in a paragraph, a heading, a list item and a table cell alike.
pub(crate) fn inline(text: &str) -> String {
    escape(&one_line(text))
}

/// Several lines, joined by `<br>`: safe wherever [`inline`] is.
pub(crate) fn multiline(text: &str) -> String {
    let lines: Vec<String> = lines(text)
        .iter()
        .map(|line| escape(line.trim()))
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("<br>")
}

/// Inline code that may stand in a table: HTML where a code span could not hold it.
pub(crate) fn code(text: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "._-:/*@=,+?%".contains(char);
    if !text.is_empty() && text.chars().all(plain) {
        return format!("`{text}`");
    }
    format!("<code>{}</code>", inline(text))
}

/// A fenced block, each line led by `indent`; nothing in it can close it.
pub(crate) fn block(language: &str, text: &str, indent: &str) -> String {
    let lines = lines(text);
    let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let mut block = format!("{indent}{fence}{language}\n");
    for line in lines {
        block.push_str(format!("{indent}{line}").trim_end());
        block.push('\n');
    }
    put(&mut block, format_args!("{indent}{fence}\n"));
    block
}

fn longest_run(line: &str) -> usize {
    line.split(|char| char != '`').map(str::len).max().unwrap_or(0)
}

/// Entities for what GitHub interprets before or beside Markdown (tables, formulas, HTML, links), backslashes for
/// the rest, nothing for what means nothing: the source stays readable.
fn escape(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    let chars: Vec<char> = line.chars().collect();
    for (at, &char) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| chars[before]);
        let after = chars.get(at + 1).copied();
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '|' => escaped.push_str("&#124;"),
            '\\' => escaped.push_str("&#92;"),
            '`' => escaped.push_str("&#96;"),
            '$' => escaped.push_str("&#36;"),
            '@' => escaped.push_str("&#64;"),
            ':' if after == Some('/') => escaped.push_str("&#58;"),
            '.' if ends_with_www(&chars[..at]) => escaped.push_str("&#46;"),
            '*' | '[' | ']' | '~' => escaped.extend(['\\', char]),
            '_' if !(in_word(before) && in_word(after)) => escaped.push_str("\\_"),
            '#' if before.is_none() => escaped.push_str("\\#"),
            '+' | '-' | '='
                if before.is_none() && (matches!(after, None | Some(' ')) || is_rule(line, char)) =>
            {
                escaped.extend(['\\', char]);
            }
            '.' | ')'
                if at > 0
                    && matches!(after, None | Some(' '))
                    && chars[..at].iter().all(char::is_ascii_digit) =>
            {
                escaped.extend(['\\', char]);
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// `---` and `===` are rules or underline a heading.
fn is_rule(line: &str, char: char) -> bool {
    line.chars().all(|other| other == char || other == ' ')
}

fn in_word(char: Option<char>) -> bool {
    char.is_some_and(char::is_alphanumeric)
}

fn ends_with_www(before: &[char]) -> bool {
    before.len() >= 3
        && before[before.len() - 3..]
            .iter()
            .all(|char| char.eq_ignore_ascii_case(&'w'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_text_is_shown_as_text() {
        assert_eq!(
            inline("<script>alert(1)</script>"),
            "&lt;script&gt;alert(1)&lt;/script&gt;"
        );
        assert_eq!(
            inline("a | b\nc `d` \\| $x$"),
            "a &#124; b c &#96;d&#96; &#92;&#124; &#36;x&#36;"
        );
        assert_eq!(
            inline("[click](javascript:x) ![i](u)"),
            "\\[click\\](javascript:x) !\\[i\\](u)"
        );
        assert_eq!(
            inline("https://evil.example www.evil.example"),
            "https&#58;//evil.example www&#46;evil.example"
        );
        assert_eq!(inline("# no heading"), "\\# no heading");
        assert_eq!(inline("1. no list"), "1\\. no list");
        assert_eq!(inline("- no list"), "\\- no list");
        assert_eq!(inline("---"), "\\---");
        assert_eq!(inline("&lt; stays"), "&amp;lt; stays");
    }

    #[test]
    fn ordinary_words_stay_readable() {
        let plain = "DATABASE_URL: redis.connect p95 912.5 ms (healthy: 3-5), it's fine";
        assert_eq!(inline(plain), plain);
        assert_eq!(inline("--read-only"), "--read-only");
        assert_eq!(inline("0.1.0"), "0.1.0");
        assert_eq!(
            (code("redis.connect"), code("a|`b`")),
            (
                "`redis.connect`".to_owned(),
                "<code>a&#124;&#96;b&#96;</code>".to_owned()
            )
        );
        assert_eq!(inline("_emphasis_"), "\\_emphasis\\_");
    }

    #[test]
    fn a_block_cannot_be_closed_from_inside() {
        assert_eq!(
            block("sh", "a\n````\n# x", "   "),
            "   `````sh\n   a\n   ````\n   # x\n   `````\n"
        );
    }

    /// Numeric and named entities, decoded; backslashes before punctuation taken off: what a reader sees.
    fn seen(markdown: &str) -> String {
        let mut text = String::new();
        let mut chars = markdown.chars().peekable();
        while let Some(char) = chars.next() {
            match char {
                '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => text.extend(chars.next()),
                other => text.push(other),
            }
        }
        for (entity, char) in [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&#124;", "|"),
            ("&#92;", "\\"),
            ("&#96;", "`"),
            ("&#36;", "$"),
            ("&#64;", "@"),
            ("&#58;", ":"),
            ("&#46;", "."),
            ("&amp;", "&"),
        ] {
            text = text.replace(entity, char);
        }
        text
    }

    proptest! {
        #[test]
        fn a_cell_never_breaks_its_table(text in ".{0,60}|[|\\\\`<>\\n\\r\\[\\]!&#*_$~:/w. ]{0,40}") {
            for cell in [inline(&text), multiline(&text).replace("<br>", ""), code(&text).replace("<code>", "").replace("</code>", "")] {
                let span = cell.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
                let cell = span.unwrap_or(&cell);
                prop_assert!(!cell.contains(['|', '\n', '\r', '`', '<', '>', '$', '\u{1b}']), "{}", cell);
                prop_assert!(!cell.ends_with('\\'), "{}", cell);
            }
        }

        #[test]
        fn nothing_is_lost(text in "[ -~]{0,60}") {
            prop_assert_eq!(seen(&inline(&text)), text.trim());
        }
    }
}
