//! The figures, from the database, of one shop and one range.

use serde_json::{Value, json};

use super::range::Range;
use crate::state::State;

/// A report: its name in URLs and keys, and how long its answer stays fresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Report {
    Overview,
    Campaigns,
    Automations,
    Timeseries,
}

impl Report {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Campaigns => "campaigns",
            Self::Automations => "automations",
            Self::Timeseries => "messaging",
        }
    }

    /// In seconds.
    pub(super) fn ttl(self) -> u64 {
        match self {
            Self::Overview => 300,
            Self::Campaigns => 600,
            Self::Automations | Self::Timeseries => 900,
        }
    }

    fn field(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Campaigns => "campaigns",
            Self::Automations => "automations",
            Self::Timeseries => "timeseries",
        }
    }

    fn statement(self) -> &'static str {
        match self {
            Self::Overview => OVERVIEW,
            Self::Campaigns => CAMPAIGNS,
            Self::Automations => AUTOMATIONS,
            Self::Timeseries => TIMESERIES,
        }
    }

    /// The whole answer.
    pub(super) async fn answer(self, app: &State, shop_id: &str, range: Range) -> sqlx::Result<Value> {
        let (from, to) = range.sql();
        let figures: Value = sqlx::query_scalar(self.statement())
            .bind(shop_id)
            .bind(from)
            .bind(to)
            .fetch_one(&app.pg)
            .await?;
        let mut answer = json!({"ok": true, "range": range.json()});
        answer[self.field()] = figures;
        Ok(answer)
    }
}

const OVERVIEW: &str = r#"
    WITH sent AS (
        SELECT status, kind FROM "Message"
        WHERE "shopId" = $1 AND "createdAt" >= $2::timestamp AND "createdAt" < $3::timestamp)
    SELECT jsonb_build_object(
        'messages', (SELECT count(*) FROM sent),
        'delivered', (SELECT count(*) FROM sent WHERE status = 'delivered'),
        'failed', (SELECT count(*) FROM sent WHERE status = 'failed'),
        'campaignMessages', (SELECT count(*) FROM sent WHERE kind = 'campaign'),
        'automationMessages', (SELECT count(*) FROM sent WHERE kind = 'automation'),
        'contacts', (SELECT count(*) FROM "Contact" WHERE "shopId" = $1),
        'subscribers', (SELECT count(*) FROM "Contact" WHERE "shopId" = $1 AND NOT "optedOut"),
        'conversions', (SELECT coalesce(sum("conversionCount"), 0) FROM "Contact" WHERE "shopId" = $1
            AND "lastConvertedAt" >= $2::timestamp AND "lastConvertedAt" < $3::timestamp))"#;

const CAMPAIGNS: &str = r#"
    SELECT coalesce(jsonb_agg(figures ORDER BY figures->>'name', figures->>'id'), '[]') FROM (
        SELECT jsonb_build_object(
            'id', c.id, 'name', c.name, 'status', c.status,
            'recipients', count(r.id),
            'sent', count(r.id) FILTER (WHERE r.status = 'sent'),
            'segments', coalesce(sum(r."segmentsUsed"), 0),
            'cost', round(coalesce(sum(r.cost), 0), 2)) AS figures
        FROM "Campaign" c LEFT JOIN "CampaignRecipient" r
            ON r."campaignId" = c.id AND r."createdAt" >= $2::timestamp AND r."createdAt" < $3::timestamp
        WHERE c."shopId" = $1 GROUP BY c.id) campaigns"#;

const AUTOMATIONS: &str = r#"
    SELECT coalesce(jsonb_agg(figures ORDER BY figures->>'trigger', figures->>'id'), '[]') FROM (
        SELECT jsonb_build_object(
            'id', a.id, 'trigger', a."triggerKey", 'enabled', a.enabled,
            'sent', count(m.id),
            'delivered', count(m.id) FILTER (WHERE m.status = 'delivered'),
            'failed', count(m.id) FILTER (WHERE m.status = 'failed')) AS figures
        FROM "Automation" a LEFT JOIN "Message" m
            ON m."shopId" = a."shopId" AND m."triggerKey" = a."triggerKey" AND m.kind = 'automation'
            AND m."createdAt" >= $2::timestamp AND m."createdAt" < $3::timestamp
        WHERE a."shopId" = $1 GROUP BY a.id) automations"#;

const TIMESERIES: &str = r#"
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'date', to_char(day, 'YYYY-MM-DD'), 'sent', coalesce(sent, 0),
        'delivered', coalesce(delivered, 0), 'failed', coalesce(failed, 0)) ORDER BY day), '[]')
    FROM generate_series(date_trunc('day', $2::timestamp),
            date_trunc('day', $3::timestamp - interval '1 microsecond'), interval '1 day') day
    LEFT JOIN (
        SELECT date_trunc('day', "createdAt") AS day, count(*) AS sent,
            count(*) FILTER (WHERE status = 'delivered') AS delivered,
            count(*) FILTER (WHERE status = 'failed') AS failed
        FROM "Message"
        WHERE "shopId" = $1 AND "createdAt" >= $2::timestamp AND "createdAt" < $3::timestamp
        GROUP BY 1) messages USING (day)"#;
