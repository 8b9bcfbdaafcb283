//! Names and values as SQL text, and statements fit to be shown.

/// A quoted identifier: `Event` → `"Event"`; quotes in it are doubled.
pub fn quote_ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A quoted string literal, for statements that people run themselves. Statements of golive use parameters.
pub fn quote_literal(value: &str) -> String {
    let doubled = value.replace('\'', "''");
    // A backslash means itself in '…' only while standard_conforming_strings is on; in E'…' it is always doubled.
    if doubled.contains('\\') {
        format!("E'{}'", doubled.replace('\\', "\\\\"))
    } else {
        format!("'{doubled}'")
    }
}

/// Without indentation, line ends and the closing semicolon.
pub(super) fn one_line(sql: &str) -> String {
    without_semicolon(sql)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The beginning of a statement, for messages.
pub(super) fn excerpt(sql: &str) -> String {
    let line = one_line(sql);
    match line.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

pub(super) fn without_semicolon(sql: &str) -> &str {
    sql.trim().trim_end_matches(';').trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting() {
        assert_eq!(quote_ident("Event"), r#""Event""#);
        assert_eq!(quote_ident(r#"a"; DROP"#), r#""a""; DROP""#);
        assert_eq!(quote_literal("it's"), "'it''s'");
        assert_eq!(quote_literal(r"a\'b"), r"E'a\\''b'");
    }

    #[test]
    fn shown_on_one_line() {
        assert_eq!(one_line("\n  SELECT 1\n    FROM x ;\n"), "SELECT 1 FROM x");
        assert_eq!(excerpt(&"é".repeat(100)).chars().count(), 81);
    }
}
