//! The steps of the runbook's rollback chapter as data: when each fits, how, and what it endangers.

use golive_core::outcome::Reason;
use golive_core::report::ProbeReport;

/// One step.
pub(super) struct Step {
    pub(super) title: &'static str,
    /// Sentences and commands, in order.
    pub(super) how: &'static [&'static str],
    /// What it may break or lose.
    pub(super) danger: &'static str,
    /// Anchor in docs/runbook.md.
    pub(super) anchor: &'static str,
    /// Whether this failure calls for it.
    pub(super) fits: fn(&ProbeReport) -> bool,
}

impl Step {
    pub(super) fn link(&self) -> String {
        format!("docs/runbook.md#{}", self.anchor)
    }
}

/// What looks like a rollback and destroys data.
pub(super) const NEVER: &[(&str, &str)] = &[
    (
        "prisma migrate reset",
        "drops the database with all data; Prisma has no `migrate rollback`",
    ),
    ("prisma db push", "may drop columns to make the schema fit"),
    (
        "FLUSHDB, FLUSHALL",
        "delete every queue: waiting webhooks, scheduled campaigns, delayed automations",
    ),
    (
        "queue.obliterate(), queue.drain()",
        "delete jobs; drain does not wait for a queue to run empty",
    ),
];

/// In the order to take them.
pub(super) const STEPS: &[Step] = &[
    Step {
        title: "Note the time, and know what is live",
        how: &[
            "Write down the time before each step: a point-in-time restore needs it.",
            "Take a snapshot of the database with the provider's tool.",
        ],
        danger: "none: a snapshot only reads, but may slow a small instance",
        anchor: "rollback",
        fits: |_| true,
    },
    Step {
        title: "Stop sending",
        how: &[
            "node queues.mjs pause delivery    # then campaigns, automations",
            "Switch automations off and unschedule campaigns in the app.",
        ],
        danger: "paused queues grow, and what waits is sent late when they resume; a message that the provider has \
                 taken can't be called back",
        anchor: "stop-sending-first",
        fits: |probe| {
            check_is(
                probe,
                &["security", "webhooks", "templates", "campaigns", "queues"],
            ) || probe.id.starts_with("database.pii")
        },
    },
    Step {
        title: "Shut what stands open",
        how: &[
            "Block the routes named below at the proxy until a release that refuses is out.",
            "Read the access log for them; rotate a secret that may have got out.",
        ],
        danger: "the blocked routes fail for everybody; rotating JWT_SECRET ends all admin sessions; never simply \
                 replace ENCRYPTION_KEY or HASH_PEPPER: stored data would no longer match",
        anchor: "security-surface",
        fits: |probe| {
            use Reason::{AcceptedForgery, Leak, TenantCrossed, UnexpectedWrite};
            check_is(probe, &["security"])
                || matches!(
                    probe.reason,
                    Some(AcceptedForgery | TenantCrossed | Leak | UnexpectedWrite)
                )
        },
    },
    Step {
        title: "Correct the settings, don't roll back",
        how: &[
            "Set the named variables in the deployment and in the env file, then redeploy the same release.",
        ],
        danger: "a changed ENCRYPTION_KEY or HASH_PEPPER makes stored personal data unreadable",
        anchor: "variables-missing-or-malformed",
        fits: |probe| probe.id.starts_with("contract.env-") || probe.reason == Some(Reason::SettingMissing),
    },
    Step {
        title: "Bring the unreachable service back",
        how: &[
            "Confirm by hand, then go by the runbook entry: network, credentials, certificate, process.",
            "golive run contract.reachable database.connect redis.connect",
        ],
        danger: "rolling code back does not repair a network or a store; restarting Redis without persistence loses \
                 every queue",
        anchor: "rollback",
        fits: |probe| is_one_of(probe, SERVICES),
    },
    Step {
        title: "Go forward from a failed migration",
        how: &[
            "Prisma has no `migrate rollback`. See what failed: npx prisma migrate status",
            "Look how much of its migration.sql is in the database, then one of:",
            "  nothing of it: npx prisma migrate resolve --rolled-back NAME, repair, npx prisma migrate deploy",
            "  all of it:     npx prisma migrate resolve --applied NAME, npx prisma migrate deploy",
            "A migration that succeeded and was wrong is followed by a new one that undoes it.",
        ],
        danger: "`resolve` runs no SQL and undoes nothing: what it claims must be true; `migrate reset` destroys all \
                 data; what a dropped column held comes back from a backup only",
        anchor: "a-failed-migration",
        fits: |probe| probe.id.starts_with("database.migrations-") || is_one_of(probe, SCHEMA),
    },
    Step {
        title: "Restore data beside the live database, copy over",
        how: &[
            "Stop writing: scale web and workers to 0, or pause the queues.",
            "Restore a new instance as of just before the mistake (provider's point-in-time recovery, or pg_restore).",
            "DATABASE_URL=… golive run database --read-only",
            "Copy the rows that are wrong; switch over only if everything is.",
        ],
        danger: "what was written since the restore point is missing: orders, and consents and opt-outs, which must \
                 be applied again before sending resumes; never restore over the live database first",
        anchor: "restore-data",
        fits: |probe| {
            probe.id.starts_with("database.pii")
                || matches!(
                    probe.reason,
                    Some(Reason::DataMismatch | Reason::TenantCrossed | Reason::UnexpectedWrite)
                )
        },
    },
    Step {
        title: "Repair the queues without emptying them",
        how: &[
            "node queues.mjs counts QUEUE      # and pause, resume, retry, promote, clean, remove",
            "Read failedReason and repair the cause before retry.",
        ],
        danger: "FLUSHDB deletes every queue, obliterate and drain delete jobs; retried SMS jobs send, to real people",
        anchor: "redis-and-queues",
        fits: |probe| {
            let queues = check_is(probe, &["queues", "redis"]) && probe.id != "redis.connect";
            queues || probe.id.starts_with("webhooks.enqueued") || probe.id.starts_with("webhooks.processed")
        },
    },
    Step {
        title: "Redeploy the former release",
        how: &[
            "Deploy the image that ran before (Render: Rollback; fly deploy --image REF; kubectl rollout undo \
             deployment/NAME; Compose: the former tag). Web and workers together.",
            "golive run",
        ],
        danger: "leave the migrations as they are: the former release must be able to live with the present schema \
                 (added columns are harmless, removed or renamed ones are not); web and workers share job formats",
        anchor: "redeploy-the-former-release",
        fits: |probe| {
            let code = check_is(
                probe,
                &[
                    "contract",
                    "security",
                    "webhooks",
                    "templates",
                    "campaigns",
                    "reports",
                    "metrics",
                    "queues",
                ],
            );
            let elsewhere = is_one_of(probe, SERVICES) || probe.id.starts_with("contract.env-");
            code && !elsewhere
        },
    },
    Step {
        title: "Get the missed webhooks",
        how: &[
            "Shorter than Shopify's retries (8 in 4 hours at the time of writing): nothing to do, duplicates are expected.",
            "Longer: make removed subscriptions again, fetch what changed with the Admin API, feed it through the same code.",
            "Stored but never processed: add the jobs again from the Event rows of that time.",
        ],
        danger: "a subscription made through the Admin API may have been removed after failures; feeding data in past \
                 the dedupeKey sends messages twice",
        anchor: "webhook-re-delivery",
        fits: |probe| {
            check_is(probe, &["webhooks"])
                || is_one_of(
                    probe,
                    &[
                        "contract.reachable",
                        "contract.tls",
                        "database.connect",
                        "redis.connect",
                    ],
                )
        },
    },
    Step {
        title: "Repair in place",
        how: &["Follow the runbook entry of each probe below; there is nothing to go back to."],
        danger: "changes to roles and settings of a live database reach every client of it",
        anchor: "database--migrations",
        fits: |probe| {
            is_one_of(
                probe,
                &["database.role-read-only", "database.tls", "database.headroom"],
            )
        },
    },
];

/// The schema itself; a missing index is one of it.
const SCHEMA: &[&str] = &[
    "database.tables",
    "database.columns",
    "database.constraints",
    "database.indexes",
];

/// Failures of what the backend stands on.
const SERVICES: &[&str] = &[
    "contract.reachable",
    "contract.tls",
    "contract.ready",
    "database.connect",
    "redis.connect",
];

fn check_is(probe: &ProbeReport, checks: &[&str]) -> bool {
    let check = probe.id.split('.').next().unwrap_or_default();
    checks.contains(&check)
}

fn is_one_of(probe: &ProbeReport, ids: &[&str]) -> bool {
    let is = |id: &&str| {
        probe.id == *id
            || probe
                .id
                .strip_prefix(*id)
                .is_some_and(|rest| rest.starts_with('.'))
    };
    ids.iter().any(is)
}
