//! Who may be written to, as PostgreSQL knows it.

use golive_core::context::Context;
use golive_core::error::Error;
use golive_stores::{Param, Stores};

use crate::stored;

/// States that mean consent, and states that mean none; other words are taken for neither.
const GIVEN: [&str; 10] = [
    "opted_in",
    "subscribed",
    "granted",
    "confirmed",
    "confirmed_opt_in",
    "single_opt_in",
    "consented",
    "active",
    "yes",
    "true",
];
const REFUSED: [&str; 16] = [
    "opted_out",
    "unsubscribed",
    "not_subscribed",
    "never_subscribed",
    "not_opted_in",
    "unknown",
    "none",
    "pending",
    "revoked",
    "withdrawn",
    "declined",
    "denied",
    "redacted",
    "invalid",
    "no",
    "false",
];

/// How many contacts of the test shop may be written to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Census {
    /// Contacts in all.
    pub(crate) contacts: u64,
    /// Consent is stored, and they did not opt out.
    pub(crate) consenting: u64,
    /// They did not opt out, and what is stored may be a consent.
    pub(crate) at_most: u64,
}

impl Census {
    /// Adds contacts that have a state in common.
    fn add(&mut self, state: &str, opted_out: bool, count: u64) {
        let state = state.trim().to_ascii_lowercase().replace(['-', ' '], "_");
        self.contacts += count;
        if opted_out || REFUSED.contains(&state.as_str()) {
            return;
        }
        self.at_most += count;
        if GIVEN.contains(&state.as_str()) {
            self.consenting += count;
        }
    }
}

/// Counts the test shop's contacts; `None` when they are too many to count, or not golive's to read.
pub(crate) async fn take(cx: &Context) -> Result<Option<Census>, Error> {
    let limit = cx.contract().thresholds.exact_rows;
    let sql = format!(
        r#"SELECT state, opted_out, count(*) AS contacts FROM (
            SELECT c."smsConsentState"::text AS state, c."optedOut" AS opted_out FROM "Contact" c
            JOIN "Shop" s ON s.id = c."shopId" WHERE s.domain = $1 LIMIT {}) contact
        GROUP BY state, opted_out LIMIT 200"#,
        limit + 1
    );
    let shop = cx.settings().shop()?;
    let rows = match cx
        .postgres()
        .await?
        .fetch(&sql, &[Param::from(shop.as_str())])
        .await
    {
        Err(error) if stored::is_unreadable(&error) => return Ok(None),
        rows => rows?,
    };
    let mut census = Census::default();
    for row in rows {
        let count = u64::try_from(row.int("contacts")?).unwrap_or_default();
        census.add(
            &row.opt_text("state")?.unwrap_or_default(),
            row.opt_bool("opted_out")?.unwrap_or_default(),
            count,
        );
    }
    Ok((census.contacts <= limit).then_some(census))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consent_is_a_word() {
        let mut census = Census::default();
        for (state, opted_out, count) in [
            ("opted_in", false, 100),
            ("Opted-In", false, 10),
            ("opted_in", true, 20),
            ("opted_out", false, 30),
            ("Not subscribed", false, 40),
            ("imported", false, 5),
        ] {
            census.add(state, opted_out, count);
        }
        assert_eq!(
            census,
            Census {
                contacts: 205,
                consenting: 110,
                at_most: 115
            }
        );
    }
}
