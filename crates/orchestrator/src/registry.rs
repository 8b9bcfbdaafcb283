//! The nine checks in the runbook's order: the only place that knows them all.

use golive_core::check::Check;

/// All checks, in the order of the runbook's rows.
pub const CHECKS: &[&dyn Check] = &[
    &live_contract::LiveContract,
    &live_database::LiveDatabase,
    &live_queues::LiveQueues,
    &live_security::LiveSecurity,
    &live_webhooks::LiveWebhooks,
    &live_templates::LiveTemplates,
    &live_campaigns_discounts::LiveCampaignsDiscounts,
    &live_reports_cache::LiveReportsCache,
    &live_metrics::LiveMetrics,
];
