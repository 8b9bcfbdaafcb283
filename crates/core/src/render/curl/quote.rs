//! Words for a shell: whatever they hold, it reads back exactly that.

use crate::render::text::put;

/// What the redactor puts in place of a secret: `[redacted:NAME]`.
const REDACTED: &str = "[redacted:";

/// One word, with `"$NAME"` where the redactor took a secret out.
pub(super) fn word(text: &str) -> String {
    let mut word = String::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(REDACTED) {
        let (before, marker) = rest.split_at(at);
        literal.push_str(before);
        let inner = &marker[REDACTED.len()..];
        if let Some((name, after)) = named(inner) {
            if !literal.is_empty() {
                word.push_str(&quote(&literal));
                literal.clear();
            }
            put(&mut word, format_args!("\"${{{name}}}\""));
            rest = after;
        } else {
            literal.push_str(REDACTED);
            rest = inner;
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() || word.is_empty() {
        word.push_str(&quote(&literal));
    }
    word
}

/// The variable of a marker, and what follows the marker.
fn named(inner: &str) -> Option<(String, &str)> {
    let (name, after) = inner.split_once(']')?;
    Some((variable(name)?, after))
}

/// The shell variable for a redacted name; `None` when it could not be one.
fn variable(name: &str) -> Option<String> {
    let valid = |char: char| char.is_ascii_alphanumeric() || char == '_';
    if name.is_empty() || !name.chars().all(valid) || name.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    Some(match name {
        "jwt" | "bearer" => "TOKEN".to_owned(),
        other => other.to_ascii_uppercase(),
    })
}

/// One word for the shell, on one line.
pub(super) fn quote(text: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "_-./:=@%+,".contains(char);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    if !text.chars().any(|char| char.is_control() || is_tricky(char)) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let mut quoted = String::from("$'");
    for char in text.chars() {
        match char {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\\' | '\'' => quoted.extend(['\\', char]),
            hidden if hidden.is_control() || is_tricky(hidden) => {
                let mut bytes = [0; 4];
                let bytes = hidden.encode_utf8(&mut bytes).bytes();
                // Three octal digits: unlike \x, the shell cannot read the next character into it.
                quoted.extend(bytes.map(|byte| format!("\\{byte:03o}")));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

/// Invisible characters that would make the line read differently from what it does.
fn is_tricky(char: char) -> bool {
    matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_redacted_is_a_variable() {
        assert_eq!(word("Bearer [redacted:jwt]"), "'Bearer '\"${TOKEN}\"");
        assert_eq!(
            word("{\"k\":\"[redacted:MITTO_API_KEY]\"}"),
            "'{\"k\":\"'\"${MITTO_API_KEY}\"'\"}'"
        );
        assert_eq!(
            word("[redacted:$(id)] [redacted:"),
            "'[redacted:$(id)] [redacted:'"
        );
        assert_eq!(word(""), "''");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_quoted_word_is_what_the_shell_reads(text in "[^\0]{1,40}") {
            let quoted = quote(&text);
            prop_assert!(!quoted.contains('\n'));
            let output = Command::new("bash").arg("-c").arg(format!("printf %s {quoted}")).output();
            // Where there is no bash there is nothing to compare with.
            if let Ok(output) = output {
                prop_assert_eq!(String::from_utf8_lossy(&output.stdout).into_owned(), text);
            }
        }
    }
}
