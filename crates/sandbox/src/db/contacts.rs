//! Another number of contacts than the seed has: none, one, or as many as a large deployment stores.

use std::fmt::Write as _;

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use super::people;
use super::seed::PEPPER;
use crate::crypto::{Layout, encrypt, pii_hash};

/// Rows that are made at once.
const BATCH: u32 = 10_000;
/// Threads that make them.
const AT_ONCE: usize = 2;
/// Rows that came in together: one import, one time.
const IMPORT: u32 = 100;
/// How long the bulk took to come in: two years.
const AGE_MINUTES: i64 = 2 * 365 * 24 * 60;

/// A third installed shop: in a deployment of many tenants the test shop is a small one.
const SHOP: &str = r#"INSERT INTO "Shop" (id, domain, name, timezone, locale, "settingsJson")
    VALUES ('shop_bulk', 'meadow-wholesale.myshopify.com', 'Meadow Wholesale', 'Europe/Athens', 'en', '{}')"#;

const COPY: &str = r#"COPY "Contact" (id, "createdAt", "updatedAt", "shopId", "customerId", "phoneE164",
    phone_hash, phone_ciphertext, phone_last4, email, email_hash, email_ciphertext, "smsConsentState") FROM STDIN"#;

/// Building an index once is a fraction of the work of keeping it up to date row by row.
const INDEXES: &str = r"SELECT format('DROP INDEX %I', indexname), indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename = 'Contact' AND indexname <> 'Contact_pkey'";

/// Whoever is not among the first goes, with what was sent to them.
const KEEP: &str =
    r#"DELETE FROM "Message" WHERE "contactId" NOT IN (SELECT id FROM "Contact" ORDER BY id LIMIT $1)"#;
const KEEP_CONTACTS: &str =
    r#"DELETE FROM "Contact" WHERE id NOT IN (SELECT id FROM "Contact" ORDER BY id LIMIT $1)"#;

/// Leaves so many contacts, or adds as many as are missing: each with a number, a key and an IV of its own.
pub(super) async fn make(
    connection: &mut PgConnection,
    wanted: u32,
    layout: Layout,
) -> Result<(), sqlx::Error> {
    let there: i64 = sqlx::query_scalar(r#"SELECT count(*) FROM "Contact""#)
        .fetch_one(&mut *connection)
        .await?;
    let there = u32::try_from(there).unwrap_or(u32::MAX);
    if wanted <= there {
        for statement in [KEEP, KEEP_CONTACTS] {
            sqlx::query(statement)
                .bind(i64::from(wanted))
                .execute(&mut *connection)
                .await?;
        }
    } else {
        connection.execute(SHOP).await?;
        let indexes: Vec<(String, String)> = sqlx::query_as(INDEXES).fetch_all(&mut *connection).await?;
        for (drop, _) in &indexes {
            connection.execute(AssertSqlSafe(drop.clone())).await?;
        }
        add(connection, wanted - there, layout).await?;
        for (_, create) in indexes {
            connection.execute(AssertSqlSafe(create)).await?;
        }
    }
    // what autovacuum would have done by now
    connection.execute(r#"VACUUM (ANALYZE) "Contact""#).await?;
    Ok(())
}

/// Streams them in: no more than a few batches are in memory.
async fn add(connection: &mut PgConnection, count: u32, layout: Layout) -> Result<(), sqlx::Error> {
    let now = Timestamp::now();
    let batches = (0..count).step_by(BATCH as usize).map(|first| {
        let last = count.min(first + BATCH);
        tokio::task::spawn_blocking(move || lines(first..last, count, now, layout))
    });
    let mut batches = futures::stream::iter(batches).buffered(AT_ONCE);
    let mut copy = connection.copy_in_raw(COPY).await?;
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?;
        copy.send(batch.into_bytes()).await?;
    }
    copy.finish().await.map(drop)
}

/// Rows in COPY's text format, oldest first: the last ones came today.
fn lines(numbers: std::ops::Range<u32>, of: u32, now: Timestamp, layout: Layout) -> String {
    let key = people::key();
    let mut text = String::new();
    let mut created = String::new();
    for number in numbers {
        if number.is_multiple_of(IMPORT) || created.is_empty() {
            let import = i64::from(number - number % IMPORT);
            let age = AGE_MINUTES - AGE_MINUTES * import / i64::from(of);
            created = (now - SignedDuration::from_mins(age)).to_string();
        }
        let phone = format!("+1555{number:07}");
        let _ = write!(
            text,
            "bulk_{number:07}\t{created}\t{created}\tshop_bulk\t{}\t{phone}\t{}\t{}\t{}\t",
            9_000_000_000_u64 + u64::from(number),
            pii_hash(&phone, PEPPER),
            encrypt(&phone, &key, layout),
            &phone[phone.len() - 4..],
        );
        // one in four left an address
        if number.is_multiple_of(4) {
            let email = format!("customer.{number}@example.com");
            let (hash, sealed) = (pii_hash(&email, PEPPER), encrypt(&email, &key, layout));
            let _ = write!(text, "{email}\t{hash}\t{sealed}");
        } else {
            text.push_str("\\N\t\\N\t\\N");
        }
        text.push_str(if number.is_multiple_of(9) {
            "\tunknown\n"
        } else {
            "\topted_in\n"
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_row_is_its_own() {
        let text = lines(0..400, 400, Timestamp::UNIX_EPOCH, Layout::Json);
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
        assert!(rows.len() == 400 && rows.iter().all(|row| row.len() == 13));
        for column in [0, 4, 5, 6, 7] {
            let different: HashSet<_> = rows.iter().map(|row| row[column]).collect();
            assert_eq!(different.len(), 400, "column {column}");
        }
        assert!(rows.iter().filter(|row| row[9] != "\\N").count() == 100 && !text.contains("\\\\"));
        assert!(rows[0][1] < rows[399][1], "oldest first");
    }
}
