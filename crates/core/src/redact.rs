//! Nothing that leaves the process holds a secret: every text passes [`Redactor::clean`].
//!
//! Clean a text before it is cut short: half a secret is not recognised.

mod needles;
mod patterns;
mod views;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use secrecy::ExposeSecret;
use serde_json::Value;

use crate::settings::Settings;
use needles::Needles;

/// Secrets shorter than this are not looked for: they would turn up everywhere.
pub const SHORTEST_SECRET: usize = 4;

/// Each round removes all that it sees; a further round sees what the removal brought together.
const ROUNDS: usize = 4;

/// Knows the secrets of a run in every spelling, and what secrets and personal data look like.
#[derive(Clone, Default)]
pub struct Redactor {
    needles: Needles,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor")
            .field("secrets", &self.needles.names())
            .finish_non_exhaustive()
    }
}

impl Redactor {
    /// Knows every secret of the settings.
    pub fn new(settings: &Settings) -> Self {
        Self::with_secrets(
            settings
                .secrets()
                .map(|(name, secret)| (name, secret.expose_secret())),
        )
    }

    /// Knows these secrets, each shown as `[redacted:NAME]`.
    pub fn with_secrets<N: Into<String>, S: AsRef<str>>(secrets: impl IntoIterator<Item = (N, S)>) -> Self {
        let mut needles = Needles::default();
        for (name, secret) in secrets {
            needles.add(&name.into(), secret.as_ref());
        }
        needles.sort();
        Self { needles }
    }

    /// The text without secrets and personal data. Cleaning twice changes nothing more.
    pub fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut cleaned = Cow::Borrowed(text);
        for _ in 0..ROUNDS {
            let next = self.round(&cleaned);
            match next {
                Some(next) if next != cleaned => cleaned = Cow::Owned(next),
                _ => break,
            }
        }
        cleaned
    }

    /// Cleans every string and key of a JSON value; a number that spells a secret becomes a string.
    pub fn clean_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(cleaned) = self.clean(text) {
                    *text = cleaned;
                }
            }
            Value::Number(number) => {
                let text = number.to_string();
                if let Cow::Owned(cleaned) = self.clean(&text) {
                    *value = Value::String(cleaned);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.clean_value(item)),
            Value::Object(fields) => {
                let old = std::mem::take(fields);
                for (key, mut field) in old {
                    self.clean_value(&mut field);
                    let mut key = self.clean(&key).into_owned();
                    // Two keys that are masked alike stay two.
                    while fields.contains_key(&key) {
                        key.push('\'');
                    }
                    fields.insert(key, field);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// `None` when nothing was found.
    fn round(&self, text: &str) -> Option<String> {
        let known = self.without_known(text);
        let cleaned = patterns::mask(known.as_deref().unwrap_or(text));
        match cleaned {
            Cow::Owned(cleaned) => Some(cleaned),
            Cow::Borrowed(_) => known,
        }
    }

    fn without_known(&self, text: &str) -> Option<String> {
        if self.needles.is_empty() {
            return None;
        }
        let markers = self.markers(text);
        let mut found: Vec<(Range<usize>, usize)> = Vec::new();
        views::each(text, self.needles.hold_space(), |view| {
            self.needles.find(view.bytes(), |range, needle| {
                let range = snap(text, view.original(range));
                let inside = |marker: &Range<usize>| marker.start <= range.start && range.end <= marker.end;
                if !markers.iter().any(inside) {
                    found.push((range, needle));
                }
            });
        });
        if found.is_empty() {
            return None;
        }
        // A match that runs into an earlier replacement takes it along, so that no part of either is left.
        for (range, _) in &mut found {
            for marker in &markers {
                if range.start < marker.end && marker.start < range.end {
                    *range = range.start.min(marker.start)..range.end.max(marker.end);
                }
            }
        }
        found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        Some(self.replace(text, &found))
    }

    /// Overlapping matches are replaced as one, under the name of the first and longest.
    fn replace(&self, text: &str, found: &[(Range<usize>, usize)]) -> String {
        let mut cleaned = String::with_capacity(text.len());
        let mut end = 0;
        for (range, needle) in found {
            if range.start >= end {
                cleaned.push_str(&text[end..range.start]);
                cleaned.push_str(&marker(self.needles.name(*needle)));
            }
            end = end.max(range.end);
        }
        cleaned.push_str(&text[end..]);
        cleaned
    }

    /// Where earlier replacements stand: `[redacted:NAME]` of a name that is ours.
    fn markers(&self, text: &str) -> Vec<Range<usize>> {
        let starts = text.match_indices(OPENING).map(|(at, _)| at);
        let whole = starts.filter_map(|at| {
            let rest = &text[at + OPENING.len()..];
            let end = rest.find(']')?;
            let ours =
                patterns::NAMES.contains(&&rest[..end]) || self.needles.names().contains(&&rest[..end]);
            ours.then_some(at..at + OPENING.len() + end + 1)
        });
        whole.collect()
    }
}

const OPENING: &str = "[redacted:";

fn marker(name: &str) -> String {
    format!("{OPENING}{name}]")
}

/// The range, widened to whole characters.
fn snap(text: &str, range: Range<usize>) -> Range<usize> {
    let start = (0..=range.start)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    let end = (range.end..=text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len());
    start..end
}

#[cfg(test)]
mod tests;
