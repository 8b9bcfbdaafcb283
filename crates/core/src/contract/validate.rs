//! Values that make no sense are refused when `golive.toml` is read, not met by a probe later.

mod numbers;

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
        let identifiers = self.schema.iter().flat_map(|table| {
            std::iter::once(&table.name).chain(table.columns.iter().map(|column| &column.name))
        });
        for name in identifiers {
            let clean = !name.is_empty() && !name.chars().any(|c| c.is_control() || c == '"');
            ensure(
                clean,
                "schema",
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
