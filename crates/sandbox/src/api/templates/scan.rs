//! Which variables a template names, in every branch, without rendering it.

use std::collections::BTreeSet;

/// What a template says on its surface.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    /// Paths read, such as `order_number` or `customer.name`, in order of first use.
    pub(super) used: Vec<String>,
    /// Names the template binds itself.
    pub(super) bound: BTreeSet<String>,
    /// Those of `used` with a filter behind them.
    pub(super) filtered: BTreeSet<String>,
    /// Those of `used` in a tag, such as a condition.
    pub(super) conditional: BTreeSet<String>,
    /// How deep blocks are nested.
    pub(super) depth: usize,
}

const BLOCKS: &[&str] = &["if", "unless", "case", "for", "tablerow", "capture", "ifchanged"];
const WORDS: &[&str] = &[
    "and", "or", "contains", "in", "nil", "null", "true", "false", "empty", "blank", "reversed",
];

/// Reads the whole text; what is malformed is left to the parser.
pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    let mut open = 0_usize;
    let mut rest = text;
    while let Some(start) = rest.find(['{']) {
        rest = &rest[start..];
        let (output, close) = match rest.as_bytes().get(1) {
            Some(b'{') => (true, "}}"),
            Some(b'%') => (false, "%}"),
            _ => {
                rest = &rest[1..];
                continue;
            }
        };
        let Some(end) = rest[2..].find(close) else { break };
        let tokens = tokens(rest[2..2 + end].trim_matches('-'));
        rest = &rest[2 + end + close.len()..];
        if output {
            scan.expression(&tokens);
            continue;
        }
        let Some((Token::Path(tag), arguments)) = tokens.split_first() else {
            continue;
        };
        match tag.as_str() {
            "comment" | "raw" => rest = after(rest, tag),
            _ => scan.tag(tag, arguments, &mut open),
        }
    }
    scan.used.retain(|path| !scan.bound.contains(head(path)));
    scan
}

/// The first name of a path.
pub(super) fn head(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// What follows the end of a block whose content is not Liquid.
fn after<'t>(text: &'t str, tag: &str) -> &'t str {
    let end = format!("end{tag}");
    let Some(found) = text.find(&end) else { return "" };
    text[found..]
        .find("%}")
        .map_or("", |close| &text[found + close + 2..])
}

impl Scan {
    fn tag(&mut self, tag: &str, arguments: &[Token], open: &mut usize) {
        if BLOCKS.contains(&tag) {
            *open += 1;
            self.depth = self.depth.max(*open);
        } else if tag.starts_with("end") {
            *open = open.saturating_sub(1);
        }
        match (tag, arguments) {
            ("assign" | "for" | "tablerow", [Token::Path(name), rest @ ..]) => {
                self.bound.insert(name.clone());
                if tag != "assign" {
                    self.bound.extend(["forloop", "tablerow"].map(str::to_owned));
                }
                self.expression(rest);
            }
            ("capture" | "increment" | "decrement", [Token::Path(name), ..]) => {
                self.bound.insert(name.clone());
            }
            _ => {
                self.conditional.extend(arguments.iter().filter_map(Token::path));
                self.expression(arguments);
            }
        }
    }

    fn expression(&mut self, tokens: &[Token]) {
        for (index, token) in tokens.iter().enumerate() {
            let Token::Path(path) = token else { continue };
            let filter = index > 0 && tokens[index - 1] == Token::Symbol('|');
            let keyword = tokens.get(index + 1) == Some(&Token::Symbol(':'));
            if tokens.get(index + 1) == Some(&Token::Symbol('|')) {
                self.filtered.insert(path.clone());
            }
            if !filter && !keyword && !WORDS.contains(&path.as_str()) && !self.used.contains(path) {
                self.used.push(path.clone());
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Path(String),
    Literal,
    Symbol(char),
}

impl Token {
    fn path(&self) -> Option<String> {
        match self {
            Self::Path(path) => Some(path.clone()),
            Self::Literal | Self::Symbol(_) => None,
        }
    }
}

fn tokens(inner: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = inner;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => {
                tokens.push(Token::Literal);
                rest[1..].find(first).map_or(rest.len(), |end| end + 2)
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let end = rest.find(|c| !is_path(c)).unwrap_or(rest.len());
                // `(1..n)`: the dots of a range belong to no name
                let end = rest[..end].find("..").unwrap_or(end);
                tokens.push(Token::Path(rest[..end].trim_end_matches(['.', '-']).to_owned()));
                end
            }
            '[' => index(rest, &mut tokens),
            c if c.is_ascii_digit() => {
                tokens.push(Token::Literal);
                rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
            }
            c => {
                if !c.is_whitespace() {
                    tokens.push(Token::Symbol(c));
                }
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    tokens
}

fn is_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// `["name"]` behind a path extends it; any other index is read as an expression of its own.
fn index(rest: &str, tokens: &mut [Token]) -> usize {
    let quoted = rest[1..].trim_start();
    let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''));
    if let (Some(quote), Some(Token::Path(path))) = (quote, tokens.last_mut())
        && let Some((name, _)) = quoted[1..].split_once(quote)
        && let Some(close) = rest.find(']')
    {
        path.push('.');
        path.push_str(name);
        return close + 1;
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_is_read_and_nothing_else() {
        let cases: &[(&str, &[&str])] = &[
            ("plain", &[]),
            ("{{ a }} {{a}}{{- b -}}", &["a", "b"]),
            ("{{ a | money: currency }}", &["a", "currency"]),
            ("{{ a | default: 'b c' | truncate: 10 }}", &["a"]),
            ("{{ a | default: b, allow_false: c }}", &["a", "b", "c"]),
            (
                "{{ customer.name }}{{ customer['last'] }}",
                &["customer.name", "customer.last"],
            ),
            (
                "{% if a == 'x' and b contains c %}{{ d }}{% else %}{{ e }}{% endif %}",
                &["a", "b", "c", "d", "e"],
            ),
            ("{% assign x = a | upper %}{{ x }}", &["a"]),
            (
                "{% for i in (1..n) %}{{ i }}{{ forloop.index }}{% endfor %}",
                &["n"],
            ),
            (
                "{% raw %}{{ a }}{% endraw %}{% comment %}{{ b }}{% endcomment %}{{ c }}",
                &["c"],
            ),
            ("{{ 9.5 | money: \"USD\" }} {{ nil }} { a } {{ unclosed", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(scan(text).used, *expected, "{text}");
        }
    }

    #[test]
    fn measures_nesting() {
        assert_eq!(
            scan("{% if a %}{% if b %}{% endif %}{% endif %}{% if c %}{% endif %}").depth,
            2
        );
    }
}
