//! Who would receive a campaign: opted-in contacts of the shop, of one segment when it names one.

use crate::state::State;

/// `filterJson` says `{"all":[{"field","contains"|"gte"}]}`; a rule of another kind selects nobody.
const MATCHES: &str = r#"NOT EXISTS (
    SELECT FROM jsonb_array_elements(coalesce(s."filterJson"->'all', '[]')) rule
    WHERE NOT coalesce(CASE
        WHEN rule->>'field' = 'tagsJson' THEN c."tagsJson" ? (rule->>'contains')
        WHEN rule->>'field' = 'conversionCount' THEN c."conversionCount" >= (rule->>'gte')::int
    END, false))"#;

/// How many contacts that is.
pub(crate) async fn count(
    app: &State,
    shop_id: &str,
    segment_id: Option<&str>,
    with_opted_out: bool,
) -> sqlx::Result<i64> {
    let statement = format!(
        r#"SELECT count(*) FROM "Contact" c LEFT JOIN "Segment" s ON s.id = $2 AND s."shopId" = c."shopId"
           WHERE c."shopId" = $1 AND ($3 OR (NOT c."optedOut" AND c."smsConsentState" = 'opted_in'))
             AND ($2::text IS NULL OR (s.id IS NOT NULL AND {MATCHES}))"#
    );
    sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
        .bind(shop_id)
        .bind(segment_id)
        .bind(with_opted_out)
        .fetch_one(&app.pg)
        .await
}
