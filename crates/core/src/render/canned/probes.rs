//! The probes of the canned runs, one of each kind.

use crate::check::Safety;
use crate::outcome::{Evidence, HttpEvidence, Measurement, Reason, Remedy, Status};
use crate::report::{ProbeReport, Waived};

/// A PASS with three assertions.
pub fn probe(id: &str, title: &str) -> ProbeReport {
    ProbeReport {
        id: id.to_owned(),
        title: title.to_owned(),
        why: String::new(),
        status: Status::Pass,
        reason: None,
        fingerprint: String::new(),
        waived: None,
        assertions: 3,
        safety: Safety::Observe,
        summary: "as the contract says".to_owned(),
        expected: None,
        observed: None,
        blocked_by: None,
        started_ms: 10,
        duration_ms: 12,
        remedy: None,
        measurements: Vec::new(),
        evidence: Vec::new(),
    }
}

pub(super) fn found(status: Status, reason: Reason, id: &str, title: &str, summary: &str) -> ProbeReport {
    let remedy = Remedy {
        text: String::new(),
        command: None,
        runbook: format!("docs/runbook.md#{}", id.replace('.', "-")),
    };
    ProbeReport {
        status,
        reason: Some(reason),
        fingerprint: "0123456789ab".to_owned(),
        summary: summary.to_owned(),
        remedy: Some(remedy),
        ..probe(id, title)
    }
}

pub(super) fn redis_is_down() -> ProbeReport {
    let summary = "cannot reach Redis at REDIS_URL: Connection refused (os error 111)";
    let mut down = found(
        Status::Fail,
        Reason::StoreUnreachable,
        "redis.connect",
        "Redis answers PING",
        summary,
    );
    down.why = String::from("without Redis no job is queued, no report is cached and no rate limit holds");
    down.expected = Some("Redis at REDIS_URL accepts connections".to_owned());
    down.observed = Some("Connection refused (os error 111)".to_owned());
    down.evidence = vec![Evidence::Redis {
        command: "PING".to_owned(),
        reply: "none".to_owned(),
        duration_ms: 0.4,
    }];
    if let Some(remedy) = &mut down.remedy {
        remedy.text = String::from("Start Redis, or correct REDIS_URL in the backend's environment.");
        remedy.command = Some("redis-cli -u \"$REDIS_URL\" PING".to_owned());
    }
    down
}

pub(super) fn token_not_asked_for() -> ProbeReport {
    let summary = "POST /campaigns answered 201 without a token";
    let title = "every guarded route refuses a request without a token";
    let mut open = found(
        Status::Fail,
        Reason::AcceptedForgery,
        "security.jwt-missing",
        title,
        summary,
    );
    open.why = String::from("whoever finds the URL sends messages in the shop's name and at its cost");
    open.expected = Some("401 {\"error\":\"unauthorized\"} on all 24 guarded routes".to_owned());
    open.observed = Some(
        "201 with `{\"name\":\"<script>alert(1)</script>\"}` | [click](javascript:x)\n::error::pwned\u{1b}[31m".to_owned(),
    );
    let http = HttpEvidence {
        method: "POST".to_owned(),
        url: "https://api.example.com/campaigns?shop=sms-test.myshopify.com".to_owned(),
        request_headers: [
            ("authorization", "(removed)"),
            ("content-type", "application/json"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
        request_body: Some("{\"name\":\"it's a test\"}".to_owned()),
        status: Some(201),
        response_headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
        response_body: Some("{\"name\":\"<script>alert(1)</script>\"}".to_owned()),
        first_byte_ms: Some(8.25),
        total_ms: 9.5,
        request_id: "golive-0199a1b2c3d4e5f6-17".to_owned(),
        error: None,
    };
    open.evidence = vec![Evidence::Http(Box::new(http))];
    if let Some(remedy) = &mut open.remedy {
        remedy.text = String::from("Register the authentication hook before the routes of /campaigns.");
    }
    open
}

pub(super) fn behind_redis(id: &str, title: &str) -> ProbeReport {
    let mut waits = found(Status::Pending, Reason::Blocked, id, title, "needs redis.connect");
    waits.blocked_by = Some("redis.connect".to_owned());
    waits.assertions = 0;
    waits.duration_ms = 0;
    waits
}

pub(super) fn slow() -> ProbeReport {
    let title = "95 % of report requests take less than 800 ms";
    let mut slow = found(
        Status::Warn,
        Reason::Threshold,
        "reports.latency",
        title,
        "p95 912 ms over 40 samples",
    );
    slow.assertions = 40;
    slow.duration_ms = 3120;
    slow.why = String::from("a slow dashboard is reloaded, which makes it slower");
    slow.measurements = vec![
        Measurement::new("p50", 240.0, "ms"),
        Measurement::new("p95", 912.5, "ms").threshold("< 800"),
    ];
    if let Some(remedy) = &mut slow.remedy {
        remedy.text = String::from("Look for a missing index on Event (shopId, createdAt).");
    }
    slow
}

/// A waiver in force.
pub fn waived() -> Waived {
    Waived {
        owner: "ada".to_owned(),
        reason: "fixed in release 42".to_owned(),
        until: "2026-12-24".to_owned(),
    }
}

pub(super) fn leaks_stack() -> ProbeReport {
    let mut leaks = found(
        Status::Fail,
        Reason::Leak,
        "security.error-leaks",
        "errors show no internals",
        "stack trace in a 500",
    );
    leaks.waived = Some(waived());
    leaks.fingerprint = String::from("fedcba987654");
    leaks.why = String::from("a stack trace tells an attacker versions and paths");
    if let Some(remedy) = &mut leaks.remedy {
        remedy.text =
            String::from("Set NODE_ENV=production and an error handler that answers without the stack.");
    }
    leaks
}
