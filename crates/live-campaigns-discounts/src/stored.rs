//! What PostgreSQL holds of a campaign or a discount: the second witness of "stored".

use std::time::Duration;

use golive_core::context::Context;
use golive_core::error::Error;
use golive_stores::{Param, Row, Stores};
use serde_json::Value;

const EVERY: Duration = Duration::from_millis(100);
/// A replica may lag behind the answer by that much.
const WITHIN: Duration = Duration::from_secs(2);

/// A row of `Campaign`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Campaign {
    pub(crate) name: String,
    pub(crate) text: Option<String>,
    pub(crate) status: String,
    pub(crate) batch_size: Option<i64>,
    pub(crate) utm: Value,
    pub(crate) segment: Option<String>,
    /// Domain of the shop it belongs to.
    pub(crate) shop: Option<String>,
}

/// A row of `Discount`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Discount {
    pub(crate) code: String,
    pub(crate) status: Option<String>,
    /// Domain of the shop it belongs to.
    pub(crate) shop: Option<String>,
}

/// The campaign's row once it `fits`, or as it is after two seconds.
pub(crate) async fn campaign(
    cx: &Context,
    id: &str,
    fits: impl Fn(Option<&Campaign>) -> bool,
) -> Result<Option<Campaign>, Error> {
    let sql = r#"SELECT c.name, c."bodyText", c.status, c."batchSize", c."utmJson", c."segmentId", s.domain
        FROM "Campaign" c LEFT JOIN "Shop" s ON s.id = c."shopId" WHERE c.id = $1"#;
    let read = |row: &Row| {
        Ok(Campaign {
            name: row.opt_text("name")?.unwrap_or_default(),
            text: row.opt_text("bodyText")?,
            status: row.opt_text("status")?.unwrap_or_default(),
            batch_size: row.opt_int("batchSize")?,
            utm: row.json("utmJson")?.clone(),
            segment: row.opt_text("segmentId")?,
            shop: row.opt_text("domain")?,
        })
    };
    settled(cx, sql, id, read, fits).await
}

/// The discount's row once it `fits`, or as it is after two seconds.
pub(crate) async fn discount(
    cx: &Context,
    id: &str,
    fits: impl Fn(Option<&Discount>) -> bool,
) -> Result<Option<Discount>, Error> {
    let sql = r#"SELECT d.code, d.status, s.domain
        FROM "Discount" d LEFT JOIN "Shop" s ON s.id = d."shopId" WHERE d.id = $1"#;
    let read = |row: &Row| {
        Ok(Discount {
            code: row.opt_text("code")?.unwrap_or_default(),
            status: row.opt_text("status")?,
            shop: row.opt_text("domain")?,
        })
    };
    settled(cx, sql, id, read, fits).await
}

/// Whether the role may not read that (42501), or not in time (57014): the server's SQLSTATE ends its words.
pub(crate) fn is_unreadable(error: &Error) -> bool {
    let Error::Query { message, .. } = error else {
        return false;
    };
    ["(42501)", "(57014)"].iter().any(|code| message.ends_with(code))
}

async fn settled<T>(
    cx: &Context,
    sql: &str,
    id: &str,
    read: impl Fn(&Row) -> Result<T, Error>,
    fits: impl Fn(Option<&T>) -> bool,
) -> Result<Option<T>, Error> {
    let postgres = cx.postgres().await?;
    let look = async || {
        let row = postgres.fetch_optional(sql, &[Param::from(id)]).await?;
        row.as_ref().map(&read).transpose()
    };
    let fitting = async || {
        let row = look().await?;
        Ok(fits(row.as_ref()).then_some(row))
    };
    match cx.poll(EVERY, WITHIN, fitting).await? {
        Some(row) => Ok(row),
        None => look().await,
    }
}
