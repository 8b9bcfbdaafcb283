//! What the running code stored in the last hours is encrypted.

use golive_core::prelude::*;
use golive_stores::postgres::Row;
use golive_stores::{Stores, quote_ident};

use super::size::{Size, size, too_slow};
use super::{CONTACT, Field, NEEDS, TIMEOUT, thousands};

pub(crate) struct RecentPlaintext;

/// Pages that are read of a table too large to be read as a whole: at random, and at its end.
const PAGES: f64 = 2_000.0;
/// From PostgreSQL 14 on a range of pages is read without reading the rest.
const READS_PAGE_RANGES: i64 = 140_000;

#[async_trait]
impl Probe for RecentPlaintext {
    fn facts(&self) -> Facts {
        Facts::new("database.pii-recent-plaintext", "recent contacts were stored encrypted")
            .why("old rows may await their back-fill; a new one in plaintext means that the running code does not encrypt")
            .asks(
                "counts contacts created within the contract's pii_recent_hours (24) whose phone number or e-mail address \
                 has no ciphertext; in a table too large for that, among its last pages and a random sample",
            )
            .fails_when("FAIL when there is one; behind pii coverage when most of all rows lack it")
            .needs(&NEEDS)
            .needs(&["database.pii-phone-coverage", "database.pii-email-coverage"])
            .timeout(TIMEOUT)
            .optional()
            .remedy(
                "Find the write path that made them (smsConsentSource helps), set ENCRYPTION_KEY on every process, \
                 workers included, redeploy, then back-fill those rows",
            )
            .runbook("pii-in-recent-rows")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let hours = cx.contract().thresholds.pii_recent_hours;
        let recent = count(cx, hours).await?;
        match recent.seen {
            0 => Err(Error::not_applicable(format!(
                "no contact was created in the last {hours} h"
            ))),
            _ => Ok(judge(&recent, hours)),
        }
    }
}

struct Recent {
    seen: i64,
    /// Rows without a ciphertext although they have the datum: phone, e-mail.
    plain: [i64; 2],
    /// Not all rows were looked at.
    sampled: bool,
}

async fn count(cx: &Context, hours: u32) -> Result<Recent, Error> {
    let size = size(cx).await?;
    let pg = cx.postgres().await?;
    let since = size.hours_ago(hours);
    if size.by_time || size.exact(cx.contract().thresholds.exact_rows) {
        match pg.fetch_one(&counting(&quote_ident(CONTACT), &since), &[]).await {
            Err(error) if too_slow(&error) => {
                cx.note("counting all recent contacts took too long: a sample instead");
            }
            row => return recent(&row?, false),
        }
    }
    recent(&pg.fetch_one(&counting(&part(&size), &since), &[]).await?, true)
}

/// SQL: a random sample and the end of the heap, where new rows usually are.
fn part(size: &Size) -> String {
    let columns = r#""createdAt", "phoneE164", phone_ciphertext, email, email_ciphertext"#;
    let random = format!("SELECT {columns} FROM {}", size.sampled(PAGES));
    if !size.plain || size.version < READS_PAGE_RANGES {
        return format!("({random}) AS part");
    }
    let from = (size.pages - PAGES).max(0.0);
    let table = quote_ident(CONTACT);
    format!("({random} UNION ALL SELECT {columns} FROM {table} WHERE ctid >= '({from:.0},0)'::tid) AS part")
}

fn counting(from: &str, since: &str) -> String {
    let plain = |field: Field| {
        format!(
            "count(*) FILTER (WHERE {} AND NOT ({}))",
            field.present(),
            field.encrypted()
        )
    };
    format!(
        r#"SELECT count(*) AS seen, {} AS phone, {} AS email FROM {from} WHERE "createdAt" > {since}"#,
        plain(Field::Phone),
        plain(Field::Email)
    )
}

fn recent(row: &Row, sampled: bool) -> Result<Recent, Error> {
    let plain = [row.int(Field::Phone.key())?, row.int(Field::Email.key())?];
    Ok(Recent {
        seen: row.int("seen")?,
        plain,
        sampled,
    })
}

fn judge(recent: &Recent, hours: u32) -> Outcome {
    let seen = thousands(recent.seen as f64);
    let among = if recent.sampled {
        " that were looked at"
    } else {
        ""
    };
    let mut assertions = Assertions::new();
    for (field, plain) in Field::ALL.into_iter().zip(recent.plain) {
        let plural = field.plural();
        assertions.require(
            plain == 0,
            Reason::DataMismatch,
            format!(
                "every contact of the last {hours} h has its {} encrypted",
                field.key()
            ),
            format!(
                "{plain} {plural} of the {seen} contacts of the last {hours} h{among} have no ciphertext"
            ),
        );
    }
    assertions.measure(Measurement::new("recent contacts", recent.seen as f64, "rows"));
    let mut outcome = assertions.conclude(format!(
        "{seen} contacts of the last {hours} h{among}, all encrypted"
    ));
    outcome.assertions = outcome
        .assertions
        .saturating_add(u32::try_from(recent.seen).unwrap_or(u32::MAX));
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_enough() {
        for (plain, status, words) in [
            (
                [0, 0],
                Status::Pass,
                "1,200 contacts of the last 24 h, all encrypted",
            ),
            ([1, 0], Status::Fail, "1 phone numbers of the 1,200"),
            ([0, 3], Status::Fail, "3 e-mail addresses"),
        ] {
            let outcome = judge(
                &Recent {
                    seen: 1_200,
                    plain,
                    sampled: false,
                },
                24,
            );
            assert_eq!(outcome.status, status);
            assert!(outcome.summary.contains(words), "{}", outcome.summary);
        }
    }

    #[test]
    fn large_tables_are_read_in_part() {
        let size = Size {
            pages: 1e6,
            rows: 1e7,
            plain: true,
            version: 150_000,
            zoned: false,
            by_time: false,
        };
        let sql = part(&size);
        assert!(
            sql.contains("TABLESAMPLE SYSTEM") && sql.contains("'(998000,0)'::tid"),
            "{sql}"
        );
        assert!(
            !part(&Size {
                version: 130_000,
                ..size
            })
            .contains("ctid")
        );
    }
}
