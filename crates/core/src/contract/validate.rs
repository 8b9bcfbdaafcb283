//! Values that make no sense are refused when `golive.toml` is read, not met by a probe later.

use super::Contract;

/// The key that holds the value, and what is wrong with it.
type Finding = (String, String);

impl Contract {
    pub(super) fn validate(&self) -> Result<(), Finding> {
        self.validate_paths()?;
        self.validate_queues()?;
        self.validate_numbers()?;
        self.validate_lists()
    }

    fn validate_paths(&self) -> Result<(), Finding> {
        for (key, value) in self.paths.all() {
            path(&format!("paths.{key}"), value)?;
        }
        for (index, route) in self.guarded_routes.iter().enumerate() {
            path(&format!("guarded_routes.{index}"), &route.path)?;
        }
        for (index, route) in self.never_called.iter().enumerate() {
            path(&format!("never_called.{index}"), &route.path)?;
        }
        for (index, report) in self.reports.iter().enumerate() {
            path(&format!("reports.{index}.path"), &report.path)?;
        }
        let lists = [
            ("guarded_prefixes", &self.guarded_prefixes),
            ("public_prefixes", &self.public_prefixes),
            ("either_prefixes", &self.either_prefixes),
        ];
        for (key, list) in lists {
            for (index, prefix) in list.iter().enumerate() {
                path(&format!("{key}.{index}"), prefix)?;
            }
        }
        let placeholders = [
            ("webhooks_shopify", &self.paths.webhooks_shopify, "{topic}"),
            (
                "templates_variables",
                &self.paths.templates_variables,
                "{trigger}",
            ),
            ("campaign", &self.paths.campaign, "{id}"),
            ("campaign_utm", &self.paths.campaign_utm, "{id}"),
            ("campaign_estimate", &self.paths.campaign_estimate, "{id}"),
            ("campaign_test_send", &self.paths.campaign_test_send, "{id}"),
            ("discount", &self.paths.discount, "{id}"),
        ];
        for (key, value, placeholder) in placeholders {
            ensure(
                value.contains(placeholder),
                &format!("paths.{key}"),
                &format!("must hold {placeholder}"),
            )?;
        }
        for (key, value) in [
            ("request_id", &self.headers.request_id),
            ("shopify_topic", &self.headers.shopify_topic),
            ("shopify_shop", &self.headers.shopify_shop),
            ("shopify_hmac", &self.headers.shopify_hmac),
            ("cache", &self.headers.cache),
        ] {
            ensure(
                is_token(value),
                &format!("headers.{key}"),
                "must be a header name",
            )?;
        }
        let signature = &self.headers.mitto_signature;
        let valid = !signature.is_empty() && signature.iter().all(|name| is_token(name));
        ensure(valid, "headers.mitto_signature", "must be a list of header names")
    }

    fn validate_queues(&self) -> Result<(), Finding> {
        let queues = &self.queues;
        ensure(
            !queues.all.is_empty(),
            "queues.all",
            "must name at least one queue",
        )?;
        for queue in &queues.all {
            let clean = !queue.is_empty()
                && !queue
                    .chars()
                    .any(|c| c == ':' || c.is_whitespace() || c.is_control());
            ensure(
                clean,
                "queues.all",
                "a queue name must not be empty or hold ':' or spaces",
            )?;
        }
        let parts = [
            ("queues.health", queues.health.as_slice()),
            ("queues.dead_letter", &queues.dead_letter),
            ("queues.smoke", std::slice::from_ref(&queues.smoke)),
            ("queues.webhooks", std::slice::from_ref(&queues.webhooks)),
            ("queues.delivery", std::slice::from_ref(&queues.delivery)),
        ];
        for (key, names) in parts {
            let listed = names.iter().all(|name| queues.all.contains(name));
            ensure(listed, key, "names a queue that queues.all does not list")?;
        }
        let prefix = &self.queue_prefix;
        let clean = !prefix.is_empty() && !prefix.chars().any(|c| c.is_whitespace() || c.is_control());
        ensure(clean, "queue_prefix", "must not be empty or hold spaces")
    }

    fn validate_numbers(&self) -> Result<(), Finding> {
        let limits = &self.thresholds;
        for (key, percent) in [
            ("pii_warn_percent", limits.pii_warn_percent),
            ("pii_fail_percent", limits.pii_fail_percent),
            ("pii_health_tolerance", limits.pii_health_tolerance),
            ("cache_hit_rate_percent", limits.cache_hit_rate_percent),
        ] {
            ensure(
                (0.0..=100.0).contains(&percent),
                &format!("thresholds.{key}"),
                "must be from 0 to 100",
            )?;
        }
        let ordered = limits.pii_fail_percent <= limits.pii_warn_percent;
        ensure(
            ordered,
            "thresholds.pii_fail_percent",
            "must not be above pii_warn_percent",
        )?;
        let ordered = limits.report_p50_ms <= limits.report_p95_ms;
        ensure(
            ordered,
            "thresholds.report_p50_ms",
            "must not be above report_p95_ms",
        )?;
        for (key, number, most) in [
            ("thresholds.queue_depth", limits.queue_depth, u64::MAX),
            ("thresholds.report_p50_ms", limits.report_p50_ms, 600_000),
            ("thresholds.report_p95_ms", limits.report_p95_ms, 600_000),
            ("thresholds.report_samples", limits.report_samples.into(), 1_000),
            ("thresholds.webhook_ms", limits.webhook_ms, 600_000),
            (
                "thresholds.pii_recent_hours",
                limits.pii_recent_hours.into(),
                8_784,
            ),
            ("timeouts.connect_ms", self.timeouts.connect_ms, 600_000),
            ("timeouts.headers_ms", self.timeouts.headers_ms, 600_000),
            ("timeouts.body_ms", self.timeouts.body_ms, 600_000),
            ("timeouts.probe_ms", self.timeouts.probe_ms, 600_000),
            ("timeouts.statement_ms", self.timeouts.statement_ms, 600_000),
            ("timeouts.redis_ms", self.timeouts.redis_ms, 600_000),
            ("timeouts.job_ms", self.timeouts.job_ms, 600_000),
            (
                "rate_limits.admin_per_minute",
                self.rate_limits.admin_per_minute.into(),
                100_000,
            ),
            (
                "rate_limits.public_per_minute",
                self.rate_limits.public_per_minute.into(),
                100_000,
            ),
            (
                "rate_limits.webhooks_per_minute",
                self.rate_limits.webhooks_per_minute.into(),
                100_000,
            ),
            (
                "rate_limits.window_seconds",
                self.rate_limits.window_seconds,
                3_600,
            ),
            ("sms.gsm7_single", self.sms.gsm7_single as u64, 10_000),
            ("sms.gsm7_part", self.sms.gsm7_part as u64, 10_000),
            ("sms.ucs2_single", self.sms.ucs2_single as u64, 10_000),
            ("sms.ucs2_part", self.sms.ucs2_part as u64, 10_000),
        ] {
            ensure(
                (1..=most).contains(&number),
                key,
                &format!("must be from 1 to {most}"),
            )?;
        }
        ensure(
            (1..=31_536_000).contains(&self.jwt.lifetime_seconds),
            "jwt.lifetime_seconds",
            "must be from 1 to a year",
        )?;
        ensure(
            (0..=3_650).contains(&limits.tls_days),
            "thresholds.tls_days",
            "must be from 0 to 3650",
        )
    }

    fn validate_lists(&self) -> Result<(), Finding> {
        for (index, report) in self.reports.iter().enumerate() {
            ensure(
                report.ttl_seconds > 0,
                &format!("reports.{index}.ttl_seconds"),
                "must be above 0",
            )?;
            ensure(
                !report.name.is_empty(),
                &format!("reports.{index}.name"),
                "must not be empty",
            )?;
        }
        for (index, topic) in self.webhook_topics.iter().enumerate() {
            let allowed = |c: char| c.is_ascii_alphanumeric() || "_/".contains(c);
            let clean = topic.topic.contains('/') && topic.topic.chars().all(allowed);
            ensure(
                clean,
                &format!("webhook_topics.{index}.topic"),
                "must look like orders/create",
            )?;
            ensure(
                !topic.object_id.is_empty(),
                &format!("webhook_topics.{index}.object_id"),
                "must not be empty",
            )?;
        }
        let identifiers = self.schema.iter().enumerate().flat_map(|(index, table)| {
            let columns = table.columns.iter().map(|column| &column.name);
            std::iter::once(&table.name)
                .chain(columns)
                .map(move |name| (index, name))
        });
        for (index, name) in identifiers {
            let clean = !name.is_empty() && !name.chars().any(|c| c.is_control() || c == '"');
            ensure(
                clean,
                &format!("schema.{index}"),
                "a name must not be empty or hold quotes or line ends",
            )?;
        }
        // An origin that can't be one would be looked for and never found.
        for origin in &self.cors.extra_origins {
            let is_origin =
                url::Url::parse(origin).is_ok_and(|url| url.origin().ascii_serialization() == *origin);
            ensure(
                is_origin,
                "cors.extra_origins",
                "must be origins such as https://admin.shopify.com",
            )?;
        }
        Ok(())
    }
}

fn path(key: &str, value: &str) -> Result<(), Finding> {
    let clean = !value
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || "?#\\".contains(c));
    ensure(
        value.starts_with('/') && !value.starts_with("//"),
        key,
        "must start with one /",
    )?;
    ensure(clean, key, "must hold no spaces, line ends, ?, # or \\")
}

/// RFC 9110 §5.1.
fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn ensure(holds: bool, key: &str, message: &str) -> Result<(), Finding> {
    if holds {
        Ok(())
    } else {
        Err((key.to_owned(), message.to_owned()))
    }
}
