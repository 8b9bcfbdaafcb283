//! Breaks the database the way the faults that are on say.

use sqlx::{AssertSqlSafe, Executor, PgConnection};

use super::people;
use crate::crypto::{Layout, encrypt_with, encrypt_without_aad};
use crate::faults::{Apply, Faults};

/// Runs the SQL faults, with `{readonly}` replaced by the verifier's role.
pub(super) async fn apply(
    connection: &mut PgConnection,
    faults: &Faults,
    reader: &str,
    layout: Layout,
) -> Result<(), sqlx::Error> {
    for fault in faults.active() {
        if let Apply::Sql(statement) = fault.apply {
            connection
                .execute(AssertSqlSafe(statement.replace("{readonly}", reader)))
                .await?;
        }
    }
    if faults.on("database.pii-same-iv") {
        share_one_iv(connection, layout).await?;
    }
    if faults.on("database.pii-without-aad") {
        leave_aad_out(connection, layout).await?;
    }
    Ok(())
}

/// Every phone number encrypted under the right key and one and the same IV.
async fn share_one_iv(connection: &mut PgConnection, layout: Layout) -> Result<(), sqlx::Error> {
    let key = people::key();
    let phones: Vec<(String, String)> =
        sqlx::query_as(r#"SELECT id, "phoneE164" FROM "Contact" WHERE phone_ciphertext IS NOT NULL"#)
            .fetch_all(&mut *connection)
            .await?;
    for (id, phone) in phones {
        sqlx::query(r#"UPDATE "Contact" SET phone_ciphertext = $1 WHERE id = $2"#)
            .bind(encrypt_with(&phone, &key, layout, [7; 12]))
            .bind(id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Every phone number encrypted under the right key and its own IV, without the additional data.
async fn leave_aad_out(connection: &mut PgConnection, layout: Layout) -> Result<(), sqlx::Error> {
    let key = people::key();
    let phones: Vec<(String, String)> =
        sqlx::query_as(r#"SELECT id, "phoneE164" FROM "Contact" WHERE phone_ciphertext IS NOT NULL"#)
            .fetch_all(&mut *connection)
            .await?;
    for (id, phone) in phones {
        sqlx::query(r#"UPDATE "Contact" SET phone_ciphertext = $1 WHERE id = $2"#)
            .bind(encrypt_without_aad(&phone, &key, layout))
            .bind(id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
