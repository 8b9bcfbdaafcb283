//! What deployments choose, add and put in between.

use std::time::Duration;

use golive_sandbox::{Front, harness};
use golive_services::PgBouncer;

use crate::variants::Variant;

const OTHER_QUEUES: &str = r#"
[queues]
all         = ["events", "delivery", "campaigns", "housekeeping", "imports", "exports-eu"]
health      = ["events", "delivery", "campaigns", "housekeeping", "imports", "exports-eu"]
dead_letter = ["events", "delivery"]
"#;

/// One variant each; the largest has so many contacts.
pub(crate) fn all(contacts: u32) -> Vec<Variant> {
    vec![
        Variant::new("queue-prefix", "QUEUE_PREFIX is set", |options| {
            options.deployment.queue_prefix = Some("prod:sms");
        }),
        Variant::new(
            "other-queues",
            "QUEUE_PREFIX is set, and golive.toml names other queues",
            |options| {
                options.deployment.queue_prefix = Some("{sms}");
                options.deployment.queues = &[
                    "events",
                    "delivery",
                    "campaigns",
                    "housekeeping",
                    "imports",
                    "exports-eu",
                ];
            },
        )
        .contract_is(OTHER_QUEUES),
        Variant::new(
            "additions",
            "more tables, columns, indexes and metrics than the contract knows",
            |options| options.deployment.additions = true,
        ),
        Variant::new(
            "plain-database-role",
            "a managed PostgreSQL: the role has CONNECT, USAGE and SELECT, and no pg_monitor",
            |options| options.deployment.monitor_role = false,
        ),
        Variant::new(
            "pgbouncer",
            "PostgreSQL behind PgBouncer in transaction mode",
            |options| options.deployment.pooler = true,
        )
        .unless(|| {
            PgBouncer::program()
                .is_none()
                .then_some("no pgbouncer on the PATH or in /usr/sbin")
        }),
        Variant::new(
            "redis-user",
            "a Redis user with the rights of the runbook and no others",
            |options| options.deployment.redis_rights = Some(harness::documented_redis_rights()),
        )
        .own_redis(),
        Variant::new(
            "reverse-proxy",
            "a proxy in front: gzip, chunks, headers of its own, 150 ms",
            |options| {
                options.deployment.front = Some(Front {
                    latency: Duration::from_millis(150),
                    tls: None,
                });
            },
        ),
        Variant::new("contacts-none", "nobody has subscribed yet", |options| {
            options.deployment.contacts = Some(0);
        }),
        Variant::new("contacts-one", "one contact", |options| {
            options.deployment.contacts = Some(1);
        }),
        Variant::new(
            "contacts-many",
            &format!("{contacts} contacts, all encrypted, each under an IV of its own"),
            move |options| options.deployment.contacts = Some(contacts),
        ),
        Variant::new(
            "warm-cache",
            "every usual report is in the cache already",
            |options| {
                options.deployment.warm_reports = true;
            },
        ),
    ]
}
