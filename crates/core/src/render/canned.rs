//! One run that shows every kind of result, the same for all views' tests.

use jiff::civil::Date;

use crate::outcome::{Reason, Status};
use crate::report::{
    CheckFacts, CleanupReport, CleanupStatus, NotRun, ProbeReport, Report, Run, RunFacts, Target,
    WaiverReport, WaiverState, build,
};

mod probes;

use probes::{behind_redis, found, leaks_stack, redis_is_down, slow, token_not_asked_for};
pub use probes::{probe, waived};

const CHECKS: [(&str, &str); 9] = [
    ("contract", "Environment & config"),
    ("database", "Database & migrations"),
    ("queues", "Redis & queues"),
    ("security", "Security surface"),
    ("webhooks", "Webhooks"),
    ("templates", "Templates"),
    ("campaigns", "Campaigns & discounts"),
    ("reports", "Reports & cache"),
    ("metrics", "Metrics"),
];

/// All nine, in the runbook's order.
pub fn checks() -> Vec<CheckFacts> {
    let owns = |id| {
        if id == "queues" {
            vec!["queues", "redis"]
        } else {
            vec![id]
        }
    };
    CHECKS
        .map(|(id, title)| CheckFacts {
            id,
            title,
            owns: owns(id),
        })
        .into()
}

fn run(interrupted: bool) -> RunFacts {
    let run = Run {
        id: "0199a1b2c3d4e5f6".to_owned(),
        tool_version: "0.1.0".to_owned(),
        started_at: "2026-11-22T10:00:00Z".to_owned(),
        duration_ms: 4321,
        mode: "full".to_owned(),
        complete: true,
        target: Target {
            base_url: "https://api.example.com".to_owned(),
            shop: "sms-***.myshopify.com".to_owned(),
        },
        interrupted,
    };
    RunFacts {
        run,
        checks: checks(),
        waivers: Vec::new(),
        today: Date::constant(2026, 11, 22),
        notices: Vec::new(),
    }
}

fn passes() -> Vec<(usize, ProbeReport)> {
    vec![
        (0, probe("contract.reachable", "GET /health answers in time")),
        (0, probe("contract.ready", "the target says that it is ready")),
        (1, probe("database.connect", "Postgres answers")),
        (2, probe("redis.version", "Redis is 6.2 or newer")),
        (3, probe("security.jwt-valid", "a valid token is accepted")),
        (
            4,
            probe(
                "webhooks.raw-body",
                "a signature over the exact bytes is accepted",
            ),
        ),
        (5, probe("templates.triggers", "every trigger has a template")),
        (6, probe("campaigns.auth", "campaigns ask for a token")),
        (7, probe("reports.overview", "the overview has its figures")),
        (
            8,
            probe("metrics.endpoint", "GET /metrics answers in the text format"),
        ),
    ]
}

fn not_run() -> Vec<NotRun> {
    let entry = |id: &str, reason: &str, by_user| NotRun {
        id: id.to_owned(),
        reason: reason.to_owned(),
        by_user,
    };
    vec![
        entry("redis.tls", "loopback: transport is not checked", false),
        entry("campaigns.test-send-delivers", "TEST_PHONE is not set", false),
        entry("metrics.json", "--skip", true),
        entry("metrics.labels", "--skip", true),
    ]
}

/// A NO_GO with two root causes, three probes behind one of them, warnings, a waiver, leftovers.
pub fn report() -> Report {
    let mut probes = passes();
    probes.extend([
        (2, redis_is_down()),
        (2, behind_redis("queues.health", "/queue/health tells its counts")),
        (2, behind_redis("queues.workers", "every queue has a live worker")),
        (3, token_not_asked_for()),
        (3, leaks_stack()),
        (
            4,
            behind_redis("webhooks.enqueued.orders-create", "orders/create becomes a job"),
        ),
        (7, slow()),
    ]);
    let cleanup = vec![
        CleanupReport {
            what: "campaign golive-0199a1b2c3d4e5f6-a".to_owned(),
            status: CleanupStatus::Done,
            detail: "204".to_owned(),
        },
        CleanupReport {
            what: "event row of webhook orders/create".to_owned(),
            status: CleanupStatus::Left,
            detail:
                "the database role is read-only; as its owner:\nDELETE FROM \"Event\" WHERE \"id\" = 'ev_1';"
                    .to_owned(),
        },
    ];
    let mut report = build(run(false), probes, not_run(), cleanup);
    report.headline = String::from("NO_GO with 1 waiver");
    let waiver = |probe: &str, fingerprint: &str, expires: &str, state| WaiverReport {
        probe: probe.to_owned(),
        fingerprint: fingerprint.to_owned(),
        owner: "ada".to_owned(),
        reason: "fixed in release 42".to_owned(),
        expires: expires.to_owned(),
        state,
    };
    report.waivers = vec![
        waiver(
            "security.error-leaks",
            "fedcba987654",
            "2026-12-24",
            WaiverState::Active,
        ),
        waiver(
            "reports.latency",
            "0123456789ab",
            "2026-11-01",
            WaiverState::Expired,
        ),
    ];
    report.notices =
        vec![".env.verification:7: DEV_SHOP_DOMAIN is set twice; the later one counts".to_owned()];
    report
}

/// A GO.
pub fn healthy() -> Report {
    build(run(false), passes(), Vec::new(), Vec::new())
}

/// Interrupted half way: nothing failed, much is unknown, one component never began.
pub fn interrupted() -> Report {
    let mut probes = passes();
    probes.retain(|(check, _)| *check < 6);
    for (_, probe) in probes.iter_mut().filter(|(check, _)| *check >= 4) {
        let summary = "not started: the run was interrupted";
        *probe = found(
            Status::Pending,
            Reason::Interrupted,
            &probe.id,
            &probe.title,
            summary,
        );
        probe.assertions = 0;
    }
    let mut facts = run(true);
    facts.checks.truncate(7);
    build(facts, probes, Vec::new(), Vec::new())
}
