//! Personal data at rest: how much of it is encrypted, and whether what is called a ciphertext is one.
//!
//! What is read here stays here: outcomes and evidence hold counts, never a value.

mod ciphertext;
mod counts;
mod coverage;
mod hash;
mod health;
mod layout;
mod recent;
mod reveal;
mod sample;
mod share;
mod size;

use std::time::Duration;

use golive_core::prelude::*;

pub(crate) fn probes() -> Vec<Box<dyn Probe>> {
    vec![
        Box::new(coverage::Coverage { field: Field::Phone }),
        Box::new(coverage::Coverage { field: Field::Email }),
        Box::new(ciphertext::Ciphertext),
        Box::new(hash::Hash),
        Box::new(recent::RecentPlaintext),
        Box::new(health::HealthAgrees),
    ]
}

/// The table of CONTRACT §4 that holds personal data.
pub(crate) const CONTACT: &str = "Contact";

/// What every probe here must know first: the table has its columns, and the role sees its rows.
const NEEDS: [&str; 3] = [
    "database.connect",
    "database.role-read-only",
    "database.columns.Contact",
];

/// Three statements of 8 s, and time to get a connection.
const TIMEOUT: Duration = Duration::from_secs(40);

/// A datum of a contact that is stored encrypted and hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Phone,
    Email,
}

impl Field {
    const ALL: [Self; 2] = [Self::Phone, Self::Email];

    /// Its name in probe ids and in /health.
    fn key(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Self::Phone => "phone numbers",
            Self::Email => "e-mail addresses",
        }
    }

    /// The column with the value itself, quoted.
    fn plain(self) -> &'static str {
        match self {
            Self::Phone => r#""phoneE164""#,
            Self::Email => "email",
        }
    }

    /// SQL: the row has a ciphertext. An empty text is none.
    fn encrypted(self) -> String {
        format!("coalesce(btrim({}_ciphertext), '') <> ''", self.key())
    }

    /// SQL: the row has the value itself.
    fn readable(self) -> String {
        format!("coalesce(btrim({}), '') <> ''", self.plain())
    }

    /// SQL: the row has that datum (CONTRACT §4: every contact has a phone number).
    fn present(self) -> String {
        match self {
            Self::Phone => "true".to_owned(),
            Self::Email => format!("({} OR {})", self.readable(), self.encrypted()),
        }
    }
}

/// `1,234,567`
fn thousands(number: f64) -> String {
    let digits = format!("{:.0}", number.max(0.0));
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouping() {
        for (number, text) in [
            (0.0, "0"),
            (999.0, "999"),
            (1_000.0, "1,000"),
            (12_345_678.4, "12,345,678"),
        ] {
            assert_eq!(thousands(number), text);
        }
    }
}
