//! Says what is wrong with a TOML file in one line that names the line, with a suggestion for a mistyped key.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// Turns bytes of a document into lines of it.
pub(super) struct Lines<'a> {
    text: &'a str,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// 1-based line of a byte.
    pub(super) fn at(&self, byte: usize) -> usize {
        let end = byte.min(self.text.len());
        1 + self.text.as_bytes()[..end]
            .split(|byte| *byte == b'\n')
            .count()
            .saturating_sub(1)
    }

    /// The line of a key such as `thresholds.queue_depth` or `reports.2.path`, or of the nearest table above it.
    pub(super) fn of_key(&self, path: &str) -> usize {
        let span = DeTable::parse(self.text)
            .ok()
            .and_then(|root| find(root.get_ref(), path));
        self.at(span.map_or(0, |span| span.start))
    }

    /// The line of the `index`-th `[[name]]`.
    pub(super) fn of_entry(&self, name: &str, index: usize) -> usize {
        self.of_key(&format!("{name}.{index}"))
    }
}

fn find(table: &DeTable<'_>, path: &str) -> Option<Range<usize>> {
    let (head, rest) = path.split_once('.').unwrap_or((path, ""));
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == head)?;
    if rest.is_empty() {
        return Some(key.span());
    }
    find_in(value.get_ref(), rest).or_else(|| Some(key.span()))
}

fn find_in(value: &DeValue<'_>, path: &str) -> Option<Range<usize>> {
    match value {
        DeValue::Table(table) => find(table, path),
        DeValue::Array(items) => {
            let (head, rest) = path.split_once('.').unwrap_or((path, ""));
            let item = items.get(head.parse::<usize>().ok()?)?;
            find_in(item.get_ref(), rest)
                .filter(|_| !rest.is_empty())
                .or_else(|| Some(item.span()))
        }
        _ => None,
    }
}

/// The message of a TOML or serde error in one line, with a suggestion for an unknown key.
pub(super) fn message(error: &toml::de::Error) -> String {
    let message = error.message();
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match (message.strip_prefix("unknown field"), quoted.split_first()) {
        (Some(_), Some((key, known))) => {
            let nearest = known
                .iter()
                .map(|name| (strsim::osa_distance(key, name), *name))
                .filter(|(distance, name)| *distance <= name.len().max(6) / 3)
                .min();
            match nearest {
                Some((_, name)) => format!("unknown key '{key}' (did you mean '{name}'?)"),
                None if known.is_empty() => format!("unknown key '{key}'"),
                None => format!("unknown key '{key}' (known here: {})", known.join(", ")),
            }
        }
        _ => message.lines().collect::<Vec<_>>().join("; "),
    }
}
