//! The rows an App Proxy request could write, as the database sees them.

use golive_core::prelude::*;
use golive_stores::{Param, Row, Stores};

/// Count and latest change of each table, of one shop; contacts only as far as counting them stays quick.
const ROWS: &str = r#"
SELECT CASE WHEN size.contacts <= $2 THEN (SELECT count(*) || ' rows, last changed ' || coalesce(max(c."updatedAt")::text, 'never')
              FROM "Contact" c WHERE c."shopId" = s.id) END AS "Contact",
       (SELECT count(*) || ' rows' FROM "AuditLog" a WHERE a."shopId" = s.id) AS "AuditLog",
       (SELECT count(*) || ' rows' FROM "BackInStockInterest" b WHERE b."shopId" = s.id) AS "BackInStockInterest"
FROM "Shop" s, (SELECT reltuples AS contacts FROM pg_class WHERE oid = '"Contact"'::regclass) size
WHERE s.domain = $1"#;

const TABLES: [&str; 3] = ["Contact", "AuditLog", "BackInStockInterest"];

/// A table that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) table: &'static str,
    /// `5 rows → 6 rows`.
    pub(super) what: String,
}

/// The shop's rows; `None` when the database does not say (its own probes tell why).
pub(super) async fn rows(cx: &Context, shop: &str) -> Option<Row> {
    let exact = i64::try_from(cx.contract().thresholds.exact_rows).unwrap_or(i64::MAX);
    let database = cx.postgres().await.ok()?;
    let found = database
        .fetch_optional(ROWS, &[Param::from(shop), Param::Int(exact)])
        .await;
    found.ok().flatten()
}

pub(super) fn changes(before: Option<&Row>, after: Option<&Row>) -> Vec<Change> {
    let (Some(before), Some(after)) = (before, after) else {
        return Vec::new();
    };
    let of = |row: &Row, table: &str| row.opt_text(table).ok().flatten();
    let change = |table: &'static str| {
        let (was, is) = (of(before, table)?, of(after, table)?);
        let what = format!("{was} → {is}");
        (was != is).then_some(Change { table, what })
    };
    TABLES.into_iter().filter_map(change).collect()
}

/// The changes of the last round whose table changed in all rounds.
pub(super) fn in_every_round(rounds: &[Vec<Change>]) -> Vec<Change> {
    let Some(last) = rounds.last() else {
        return Vec::new();
    };
    let always = |change: &&Change| {
        rounds
            .iter()
            .all(|round| round.iter().any(|other| other.table == change.table))
    };
    last.iter().filter(always).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_each_time_is_ours() {
        let change = |table| Change {
            table,
            what: String::new(),
        };
        let rounds = vec![
            vec![change("Contact"), change("AuditLog")],
            vec![change("AuditLog")],
        ];
        assert_eq!(in_every_round(&rounds), [change("AuditLog")]);
        assert!(in_every_round(&[rounds[0].clone(), Vec::new()]).is_empty());
        assert!(in_every_round(&[]).is_empty());
    }
}
