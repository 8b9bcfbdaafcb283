//! The seed: two installed shops with a history, personal data encrypted under keys that only sandboxes use.

use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, PgConnection};

use super::{people, shops};
use crate::crypto::Layout;

/// The test shop.
pub(crate) const SHOP: &str = "sms-blossom-dev.myshopify.com";
/// Another installed shop, whose data must stay its own.
pub(crate) const OTHER_SHOP: &str = "petal-and-stem.myshopify.com";
/// `ENCRYPTION_KEY` of every sandbox: sandbox only, fixed so that the template's ciphertexts stay readable.
pub(crate) const ENCRYPTION_KEY: &str = "c2FuZGJveC1vbmx5ndpS9daKz2sb0lAIy5xrkf3kCDk=";
/// `HASH_PEPPER` of every sandbox: sandbox only, fixed for the same reason.
pub(crate) const PEPPER: &str = "sandbox-only-pepper-4f1c9a7e2b8d6035c1e4";

/// Columns that hold a time, by table: moved along when the template has grown old.
const TIMES: &[(&str, &[&str])] = &[
    (
        "Contact",
        &[
            "createdAt",
            "updatedAt",
            "smsConsentAt",
            "unsubscribedAt",
            "welcomedAt",
            "lastConvertedAt",
        ],
    ),
    ("Event", &["createdAt"]),
    (
        "Message",
        &["createdAt", "updatedAt", "sent_at", "delivered_at", "failed_at"],
    ),
    ("Campaign", &["createdAt", "updatedAt", "scheduleAt"]),
    ("CampaignRecipient", &["createdAt", "updatedAt"]),
    ("Discount", &["createdAt", "updatedAt", "startsAt", "endsAt"]),
    ("AbandonedCheckout", &["createdAt", "updatedAt", "recoveredAt"]),
    ("AuditLog", &["createdAt"]),
];

/// Fills an empty database.
pub(super) async fn insert(connection: &mut PgConnection, layout: Layout) -> Result<(), sqlx::Error> {
    for (table, rows) in shops::tables(&people::make(layout)) {
        insert_rows(connection, table, rows).await?;
    }
    Ok(())
}

/// Rows as JSON objects; a column that a row leaves out takes the table's default.
async fn insert_rows(
    connection: &mut PgConnection,
    table: &str,
    rows: Vec<Map<String, Value>>,
) -> Result<(), sqlx::Error> {
    let columns = |row: &Map<String, Value>| row.keys().cloned().collect::<Vec<_>>();
    let mut groups: Vec<(Vec<String>, Vec<Value>)> = Vec::new();
    for row in rows {
        let columns = columns(&row);
        match groups.iter_mut().find(|(known, _)| *known == columns) {
            Some((_, group)) => group.push(Value::Object(row)),
            None => groups.push((columns, vec![Value::Object(row)])),
        }
    }
    for (columns, group) in groups {
        let columns: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
        let columns = columns.join(", ");
        let statement = format!(
            r#"INSERT INTO "{table}" ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::"{table}", $1)"#
        );
        sqlx::query(AssertSqlSafe(statement))
            .bind(Value::Array(group))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Moves the history along, so that what the seed calls recent is recent.
pub(super) async fn freshen(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let age: Option<f64> = sqlx::query_scalar(
        r#"SELECT extract(epoch FROM now()::timestamp - max("createdAt"))::float8 FROM "Event""#,
    )
    .fetch_one(&mut *connection)
    .await?;
    let age = age.unwrap_or_default();
    if age < 600.0 {
        return Ok(());
    }
    for (table, columns) in TIMES {
        let sets: Vec<String> = columns
            .iter()
            .map(|column| format!(r#""{column}" = "{column}" + make_interval(secs => $1)"#))
            .collect();
        let statement = format!(r#"UPDATE "{table}" SET {}"#, sets.join(", "));
        sqlx::query(AssertSqlSafe(statement))
            .bind(age)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
