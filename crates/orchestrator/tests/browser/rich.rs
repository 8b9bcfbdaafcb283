//! Runs as long as real ones, made up, for what needs many probes: filters, charts, the timeline, pictures.

use golive_core::outcome::{Evidence, HttpEvidence, Measurement, Reason, Remedy, Status};
use golive_core::render::canned;
use golive_core::report::{
    CleanupReport, CleanupStatus, NotRun, ProbeReport, Report, Summary, Verdict, WaiverReport, WaiverState,
};

/// A block of lines a component.
const PROBES: &str = include_str!("probes.txt");

/// A GO of all nine components.
pub(crate) fn go() -> Report {
    let mut report = canned::healthy();
    for (check, probes) in report.checks.iter_mut().zip(PROBES.split("\n\n")) {
        check.probes = probes.lines().map(probe).collect();
        let start = check.probes.iter().map(|probe| probe.started_ms).min();
        let end = check
            .probes
            .iter()
            .map(|probe| probe.started_ms + probe.duration_ms)
            .max();
        check.duration_ms = end.unwrap_or_default() - start.unwrap_or_default();
    }
    report.run.duration_ms = 9_480;
    report.not_run = vec![NotRun {
        id: "campaigns.test-send-delivers".to_owned(),
        reason: "TEST_PHONE is not set".to_owned(),
        by_user: false,
    }];
    let done = |what: &str| CleanupReport {
        what: what.to_owned(),
        status: CleanupStatus::Done,
        detail: String::new(),
    };
    report.cleanup = [
        "campaign golive-…-a",
        "discount golive-…-b",
        "smoke job golive-…-c",
    ]
    .map(done)
    .into();
    count(&mut report);
    report
}

/// The same with two root causes, what waits behind them, a warning, a waiver and a leftover.
pub(crate) fn no_go() -> Report {
    let mut report = go();
    report.verdict = Verdict::NoGo;
    "NO_GO with 1 waiver".clone_into(&mut report.headline);
    report.root_causes = vec!["queues.workers".to_owned(), "security.jwt-missing".to_owned()];
    let canned = canned::report();
    let open = of(&canned, "security.jwt-missing").clone();
    for probe in report.checks.iter_mut().flat_map(|check| &mut check.probes) {
        match probe.id.as_str() {
            "queues.workers" => no_worker(probe),
            "security.jwt-missing" => {
                let (started_ms, duration_ms) = (probe.started_ms, probe.duration_ms);
                *probe = open.clone();
                (probe.started_ms, probe.duration_ms) = (started_ms, duration_ms);
                probe.observed = Some("201 {\"id\":\"cl_8f2\",\"name\":\"it's a test\"}".to_owned());
            }
            "queues.smoke-job" | "queues.workers-at-work" | "webhooks.processed" => {
                fail(probe, Status::Pending, Reason::Blocked, "needs queues.workers");
                probe.blocked_by = Some("queues.workers".to_owned());
                (probe.duration_ms, probe.assertions) = (0, 0);
                probe.evidence.clear();
            }
            "queues.depth" => {
                fail(probe, Status::Warn, Reason::Threshold, "events: 141 jobs waiting");
                probe.measurements[1].value = 141.0;
            }
            "security.error-leaks" => {
                fail(
                    probe,
                    Status::Fail,
                    Reason::Leak,
                    "POST /campaigns with a broken body shows a stack trace",
                );
                probe.waived = Some(canned::waived());
            }
            "reports.latency" => {
                fail(
                    probe,
                    Status::Warn,
                    Reason::Threshold,
                    "misses: p95 912 ms over 24 samples",
                );
                for (figure, value) in probe.measurements.iter_mut().skip(3).zip([240.0, 912.0, 1105.0]) {
                    figure.value = value;
                }
            }
            _ => {}
        }
    }
    report.cleanup.extend(canned.cleanup.into_iter().skip(1));
    report.waivers = vec![WaiverReport {
        state: WaiverState::Active,
        ..canned.waivers[0].clone()
    }];
    count(&mut report);
    report
}

/// Runs before these, the oldest first.
pub(crate) fn earlier() -> Vec<Report> {
    let days = [("16", 9), ("17", 7), ("18", 9), ("19", 3), ("20", 1), ("21", 0)];
    let run = |(day, kind): (&str, u64)| {
        let mut report = if kind > 5 { no_go() } else { go() };
        report.run.started_at = format!("2026-11-{day}T09:30:00Z");
        report.run.duration_ms = 7_000 + kind * 2_300;
        if kind == 3 {
            (report.verdict, report.headline) = (Verdict::Incomplete, "INCOMPLETE".to_owned());
        }
        if kind == 1 {
            (report.verdict, report.headline) = (Verdict::GoWithWarnings, "GO_WITH_WARNINGS".to_owned());
        }
        report
    };
    days.map(run).into()
}

fn no_worker(probe: &mut ProbeReport) {
    fail(
        probe,
        Status::Fail,
        Reason::Missing,
        "events: 0 workers, 141 jobs waiting",
    );
    "without a worker a webhook is stored and nothing is ever sent".clone_into(&mut probe.why);
    probe.expected = Some("at least one live worker for each of the 6 queues".to_owned());
    probe.observed = Some(
        "events: none; automation, campaigns, delivery, housekeeping, housekeeping-dlq: 2 each".to_owned(),
    );
    probe.remedy = Some(Remedy {
        text: "Start the worker process that serves `events`, and see in its log why it ended.".to_owned(),
        command: Some("redis-cli -u \"$REDIS_URL\" CLIENT LIST | grep 'name=bull:'".to_owned()),
        runbook: "docs/runbook.md#no-workers".to_owned(),
    });
    probe.evidence = vec![Evidence::Redis {
        command: "CLIENT LIST".to_owned(),
        reply: "10 clients named bull:*, none of them bull:events".to_owned(),
        duration_ms: 0.62,
    }];
}

fn fail(probe: &mut ProbeReport, status: Status, reason: Reason, summary: &str) {
    probe.status = status;
    probe.reason = Some(reason);
    summary.clone_into(&mut probe.summary);
    "4be1a90c77d2".clone_into(&mut probe.fingerprint);
}

/// A line of `probes.txt`: id, title, summary, start and duration in milliseconds, figures.
fn probe(line: &str) -> ProbeReport {
    let mut fields = line.split(" | ");
    let mut next = || fields.next().expect("a line has five fields");
    let mut probe = canned::probe(next(), next());
    next().clone_into(&mut probe.summary);
    probe.started_ms = next().parse().expect("a number");
    probe.duration_ms = next().parse().expect("a number");
    probe.measurements = fields.map(figure).collect();
    if !probe.id.starts_with("database") && !probe.id.starts_with("redis") {
        probe.evidence = vec![Evidence::Http(Box::new(HttpEvidence {
            method: "GET".to_owned(),
            url: "https://api.example.com/health".to_owned(),
            status: Some(200),
            response_body: Some("{\"ok\":true,\"db\":\"ok\",\"redis\":\"ok\"}".to_owned()),
            total_ms: 12.5,
            request_id: "golive-0199a1b2c3d4e5f6-3".to_owned(),
            ..HttpEvidence::default()
        }))];
    }
    probe
}

/// `name;value;unit;healthy range`
fn figure(field: &str) -> Measurement {
    let parts: Vec<&str> = field.split(';').collect();
    let figure = Measurement::new(parts[0], parts[1].parse().expect("a number"), parts[2]);
    if parts[3].is_empty() {
        figure
    } else {
        figure.threshold(parts[3])
    }
}

fn of<'a>(report: &'a Report, id: &str) -> &'a ProbeReport {
    let mut all = report.checks.iter().flat_map(|check| &check.probes);
    all.find(|probe| probe.id == id).expect("the canned run has it")
}

/// Sums and the components' statuses.
fn count(report: &mut Report) {
    let mut summary = Summary {
        not_run: u32::try_from(report.not_run.len()).expect("few"),
        ..Summary::default()
    };
    for check in &mut report.checks {
        let all = check.probes.iter().map(ProbeReport::effective_status);
        check.status = all.clone().max().expect("each has probes");
        for status in all {
            *match status {
                Status::Pass => &mut summary.pass,
                Status::Warn => &mut summary.warn,
                Status::Pending => &mut summary.pending,
                Status::Fail => &mut summary.fail,
            } += 1;
        }
    }
    report.summary = summary;
}
