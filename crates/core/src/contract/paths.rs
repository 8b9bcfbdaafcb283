//! Where the routes are and what their headers are called.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Paths below `BASE_URL`. `{…}` stands for a value, see [`fill`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Paths {
    /// GET: status, version, and whether database, Redis and queues are ok.
    pub health: String,
    /// GET: 200 when it may take traffic, else 503.
    pub ready: String,
    /// GET: each queue with its workers and jobs.
    pub queue_health: String,
    /// Other dialects of `queue_health`, tried when it is missing.
    pub queue_health_alternates: Vec<String>,
    /// GET: the counts of each queue.
    pub queue_metrics: String,
    /// GET: the Prometheus text exposition.
    pub metrics: String,
    /// GET: the same figures as JSON.
    pub metrics_json: String,
    /// GET: the OpenAPI document, whose routes are held against the guarded ones.
    pub openapi: String,
    /// Development helpers, closed in production. Ask with GET only.
    pub dev: Vec<String>,
    /// App Proxy, GET: **opts a phone out** when signed with one.
    pub unsubscribe: String,
    /// App Proxy, POST: takes a consent.
    pub consent: String,
    /// App Proxy, POST: takes an interest in a product.
    pub back_in_stock: String,
    /// POST: Shopify's webhooks, `{topic}` with its slash.
    pub webhooks_shopify: String,
    /// POST: the provider's delivery receipts.
    pub mitto_dlr: String,
    /// POST: the provider's replies of people.
    pub mitto_inbound: String,
    /// POST: renders a body with sample data.
    pub templates_preview: String,
    /// POST: errors and warnings of a body.
    pub templates_validate: String,
    /// GET: the variables of `{trigger}`.
    pub templates_variables: String,
    /// GET: every trigger.
    pub templates_triggers: String,
    /// GET lists, POST adds a draft.
    pub campaigns: String,
    /// GET, PUT and DELETE, `{id}`.
    pub campaign: String,
    /// PUT: the UTM parameters of `{id}`.
    pub campaign_utm: String,
    /// GET: recipients, segments and cost of `{id}`.
    pub campaign_estimate: String,
    /// POST: one message of `{id}` to a given phone.
    pub campaign_test_send: String,
    /// GET lists, POST adds.
    pub discounts: String,
    /// DELETE, `{id}`.
    pub discount: String,
    /// GET: codes that exclude each other.
    pub discount_conflicts: String,
    /// GET: the link that applies a code.
    pub discount_apply_url: String,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            health: "/health".into(),
            ready: "/health/ready".into(),
            queue_health: "/queue/health".into(),
            queue_health_alternates: vec!["/queue".into()],
            queue_metrics: "/queue/metrics".into(),
            metrics: "/metrics".into(),
            metrics_json: "/metrics/json".into(),
            openapi: "/openapi.json".into(),
            dev: vec![
                "/dev/jobs".into(),
                "/dev/audit".into(),
                "/dev/trigger/order_created".into(),
            ],
            unsubscribe: "/public/unsubscribe".into(),
            consent: "/public/storefront/consent".into(),
            back_in_stock: "/public/back-in-stock/interest".into(),
            webhooks_shopify: "/webhooks/shopify/{topic}".into(),
            mitto_dlr: "/webhooks/mitto/dlr".into(),
            mitto_inbound: "/webhooks/mitto/inbound".into(),
            templates_preview: "/templates/preview".into(),
            templates_validate: "/templates/validate".into(),
            templates_variables: "/templates/variables/{trigger}".into(),
            templates_triggers: "/templates/triggers".into(),
            campaigns: "/campaigns".into(),
            campaign: "/campaigns/{id}".into(),
            campaign_utm: "/campaigns/{id}/utm".into(),
            campaign_estimate: "/campaigns/{id}/estimate".into(),
            campaign_test_send: "/campaigns/{id}/test-send".into(),
            discounts: "/discounts".into(),
            discount: "/discounts/{id}".into(),
            discount_conflicts: "/discounts/conflicts".into(),
            discount_apply_url: "/discounts/apply-url".into(),
        }
    }
}

impl Paths {
    /// Every path with the key it has in `golive.toml`.
    pub(super) fn all(&self) -> Vec<(&'static str, &str)> {
        let single: [(&'static str, &str); 26] = [
            ("health", &self.health),
            ("ready", &self.ready),
            ("queue_health", &self.queue_health),
            ("queue_metrics", &self.queue_metrics),
            ("metrics", &self.metrics),
            ("metrics_json", &self.metrics_json),
            ("openapi", &self.openapi),
            ("unsubscribe", &self.unsubscribe),
            ("consent", &self.consent),
            ("back_in_stock", &self.back_in_stock),
            ("webhooks_shopify", &self.webhooks_shopify),
            ("mitto_dlr", &self.mitto_dlr),
            ("mitto_inbound", &self.mitto_inbound),
            ("templates_preview", &self.templates_preview),
            ("templates_validate", &self.templates_validate),
            ("templates_variables", &self.templates_variables),
            ("templates_triggers", &self.templates_triggers),
            ("campaigns", &self.campaigns),
            ("campaign", &self.campaign),
            ("campaign_utm", &self.campaign_utm),
            ("campaign_estimate", &self.campaign_estimate),
            ("campaign_test_send", &self.campaign_test_send),
            ("discounts", &self.discounts),
            ("discount", &self.discount),
            ("discount_conflicts", &self.discount_conflicts),
            ("discount_apply_url", &self.discount_apply_url),
        ];
        let alternates = self
            .queue_health_alternates
            .iter()
            .map(|path| ("queue_health_alternates", path.as_str()));
        let dev = self.dev.iter().map(|path| ("dev", path.as_str()));
        single.into_iter().chain(alternates).chain(dev).collect()
    }
}

/// Header names beyond HTTP's own; compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Headers {
    /// Names a request in answers and logs; a sent one comes back.
    pub request_id: String,
    /// The topic of a Shopify webhook.
    pub shopify_topic: String,
    /// The shop a Shopify webhook is about.
    pub shopify_shop: String,
    /// Base64 of the HMAC-SHA256 over the raw body.
    pub shopify_hmac: String,
    /// The canonical header first, then its other dialects.
    pub mitto_signature: Vec<String>,
    /// Whether a report came out of the cache: `hit` or `miss`.
    pub cache: String,
}

impl Default for Headers {
    fn default() -> Self {
        Self {
            request_id: "x-request-id".into(),
            shopify_topic: "x-shopify-topic".into(),
            shopify_shop: "x-shopify-shop-domain".into(),
            shopify_hmac: "x-shopify-hmac-sha256".into(),
            mitto_signature: vec!["x-mitto-signature".into(), "x-mitto-hmac-sha256".into()],
            cache: "x-cache".into(),
        }
    }
}

/// The path with its first `{…}` replaced by the value, percent-encoded so that it stays one segment.
pub fn fill(template: &str, value: &str) -> String {
    let Some((before, after)) = template
        .split_once('{')
        .and_then(|(before, rest)| rest.split_once('}').map(|(_, after)| (before, after)))
    else {
        return template.to_owned();
    };
    format!("{before}{}{after}", segment(value))
}

/// The path with every `{…}` replaced by the same value, see [`fill`].
pub fn fill_all(template: &str, value: &str) -> String {
    let mut path = template.to_owned();
    while path.contains('{') && path.contains('}') {
        let filled = fill(&path, value);
        if filled == path {
            break;
        }
        path = filled;
    }
    path
}

/// Unreserved characters of RFC 3986 §2.3 stay; `.` and `..` would climb (RFC 3986 §5.2.4), so they become `-`.
fn segment(value: &str) -> String {
    if value.is_empty() || value.bytes().all(|byte| byte == b'.') {
        return "-".to_owned();
    }
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_one_segment() {
        for (template, value, path) in [
            ("/campaigns/{id}/utm", "cl1", "/campaigns/cl1/utm"),
            ("/campaigns/{id}", "../admin?x#y", "/campaigns/..%2Fadmin%3Fx%23y"),
            ("/campaigns/{id}", "..", "/campaigns/-"),
            ("/campaigns/{id}", "", "/campaigns/-"),
            ("/health", "x", "/health"),
            ("/a/}{", "x", "/a/}{"),
        ] {
            assert_eq!(fill(template, value), path);
        }
        assert_eq!(fill_all("/a/{x}/{y}", "{z}"), "/a/%7Bz%7D/%7Bz%7D");
        assert_eq!(fill_all("/a/}{", "x"), "/a/}{");
    }
}
