//! How large the table of contacts is, asked from the catalogue, so that no query has to find out.

use std::sync::Arc;

use golive_core::prelude::*;
use golive_stores::{Param, Stores, quote_ident};

use super::CONTACT;

/// Rows in a page of 8 KiB when the table was never analysed: an upper bound for contacts.
const DENSEST: f64 = 60.0;

/// The sum over partitions, if there are any; `createdAt` with a time zone must be compared with another `now()`.
const SQL: &str = "
    WITH RECURSIVE tree AS (
        SELECT c.oid, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = $1 AND c.relname = $2
        UNION ALL
        SELECT c.oid, c.relkind
          FROM pg_inherits i JOIN tree ON i.inhparent = tree.oid JOIN pg_class c ON c.oid = i.inhrelid
    ), part AS (
        SELECT c.reltuples::float8 AS tuples, c.relpages::float8 AS analysed,
               pg_relation_size(c.oid)::float8 / current_setting('block_size')::float8 AS pages
          FROM tree JOIN pg_class c ON c.oid = tree.oid WHERE c.relkind = 'r'
    )
    SELECT coalesce(sum(pages), 0)::float8 AS pages, count(*) AS parts,
           coalesce(sum(CASE WHEN tuples > 0 AND analysed > 0 THEN tuples / analysed * pages ELSE pages * $3 END), 0)
               ::float8 AS rows,
           current_setting('server_version_num')::int8 AS version,
           EXISTS (SELECT 1 FROM tree JOIN pg_attribute a ON a.attrelid = tree.oid
                    WHERE a.attname = 'createdAt' AND a.atttypid = 'timestamptz'::regtype) AS zoned,
           EXISTS (SELECT 1 FROM tree JOIN pg_index i ON i.indrelid = tree.oid
                     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                    WHERE a.attname = 'createdAt' AND i.indisvalid AND i.indpred IS NULL) AS by_time
      FROM part";

/// What the catalogue knows of the table.
#[derive(Debug, Clone)]
pub(super) struct Size {
    pub(super) pages: f64,
    /// An estimate.
    pub(super) rows: f64,
    /// A single heap: its newest rows are near its end.
    pub(super) plain: bool,
    pub(super) version: i64,
    pub(super) zoned: bool,
    /// There is an index that begins with `createdAt`.
    pub(super) by_time: bool,
}

pub(super) async fn size(cx: &Context) -> Result<Arc<Size>, Error> {
    cx.shared("database.contacts-size", || async {
        let pg = cx.postgres().await?;
        let row = pg
            .fetch_one(
                SQL,
                &[
                    Param::from(pg.schema()),
                    Param::from(CONTACT),
                    Param::Float(DENSEST),
                ],
            )
            .await?;
        Ok(Size {
            pages: row.float("pages")?,
            rows: row.float("rows")?,
            plain: row.int("parts")? == 1,
            version: row.int("version")?,
            zoned: row.bool("zoned")?,
            by_time: row.bool("by_time")?,
        })
    })
    .await
}

impl Size {
    /// Small enough to be read as a whole.
    pub(super) fn exact(&self, limit: u64) -> bool {
        self.rows <= limit as f64
    }

    /// `"Contact"`, or a random sample of about so many of its pages. Pages, not rows: `BERNOULLI` would read them all.
    pub(super) fn sampled(&self, pages: f64) -> String {
        let table = quote_ident(CONTACT);
        if self.pages <= pages {
            return table;
        }
        format!(
            "{table} TABLESAMPLE SYSTEM ({:.6})",
            (100.0 * pages / self.pages).max(0.000_001)
        )
    }

    /// SQL: the time so many hours ago, in the kind of time that `createdAt` has. Prisma writes UTC.
    pub(super) fn hours_ago(&self, hours: u32) -> String {
        let now = if self.zoned {
            "now()"
        } else {
            "(now() AT TIME ZONE 'UTC')"
        };
        format!("{now} - make_interval(hours => {hours})")
    }
}

/// The server ended a statement that took too long: the whole was too much, a sample will do.
pub(super) fn too_slow(error: &Error) -> bool {
    matches!(error, Error::Query { message, .. } if message.contains("57014"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_bounded() {
        let size = |pages, rows| Size {
            pages,
            rows,
            plain: true,
            version: 150_000,
            zoned: false,
            by_time: false,
        };
        assert_eq!(size(100.0, 3_000.0).sampled(2_000.0), r#""Contact""#);
        assert_eq!(
            size(1e6, 1e7).sampled(2_000.0),
            r#""Contact" TABLESAMPLE SYSTEM (0.200000)"#
        );
        assert!(size(10.0, 2e6).exact(2_000_000) && !size(1e6, 1e7).exact(2_000_000));
        assert_eq!(
            size(1.0, 1.0).hours_ago(24),
            "(now() AT TIME ZONE 'UTC') - make_interval(hours => 24)"
        );
    }
}
