//! What deployments choose, add and put in between.

use std::time::Duration;

use golive_sandbox::{Deployment, Front, harness};
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
        .unless(no_pooler),
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
                options.deployment.front = Some(slow_proxy());
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
            "managed-platform",
            "proxy, pooler, plain role, additions, prefix and a warm cache at once",
            |options| {
                options.deployment = Deployment {
                    queue_prefix: Some("prod:sms"),
                    additions: true,
                    monitor_role: false,
                    pooler: true,
                    warm_reports: true,
                    front: Some(slow_proxy()),
                    ..Deployment::default()
                };
            },
        )
        .unless(no_pooler),
        Variant::new(
            "warm-cache",
            "every usual report is in the cache already",
            |options| {
                options.deployment.warm_reports = true;
            },
        ),
    ]
}

fn slow_proxy() -> Front {
    Front {
        latency: Duration::from_millis(150),
        tls: None,
    }
}

fn no_pooler() -> Option<&'static str> {
    let missing = PgBouncer::program().is_none();
    missing.then_some("no pgbouncer on the PATH or in /usr/sbin")
}
