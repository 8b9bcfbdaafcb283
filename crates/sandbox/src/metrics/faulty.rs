//! How the exposition goes wrong when a fault is on; without one, nothing changes.

mod labels;
mod lines;

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use self::labels::{growing, labels};
use self::lines::{change_value, names, replace, sample_of, set};
use crate::state::State;

/// What `/metrics` says it is.
pub(super) fn content_type(app: &State) -> &'static str {
    if app.faults.on("metrics.endpoint-says-json") {
        return "application/json; charset=utf-8";
    }
    if app.faults.on("metrics.endpoint-says-html") {
        return "text/html; charset=utf-8";
    }
    if app.faults.on("metrics.endpoint-says-no-version") {
        return "text/plain; charset=utf-8";
    }
    "text/plain; version=0.0.4; charset=utf-8"
}

/// The lines of the exposition.
pub(super) fn text(app: &State, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    parses(app, &mut lines);
    families(app, &mut lines);
    histograms(app, &mut lines);
    labels(app, &mut lines);
    counters(app, &mut lines);
    lines.join("\n") + "\n"
}

fn counters(app: &State, lines: &mut [String]) {
    static SCRAPES: AtomicU32 = AtomicU32::new(0);
    let faults = &app.faults;
    if faults.on("metrics.counter-falls") {
        let left = 1_000_000 - SCRAPES.fetch_add(1, Ordering::Relaxed);
        set(lines, "sms_send_attempts_total", "", &left.to_string());
    }
    for (family, part, stuck) in [
        (
            "webhook_events_total",
            "",
            faults.on("metrics.webhook-counter-stuck"),
        ),
        (
            "webhook_events_total",
            "\"orders/create\"",
            faults.on("metrics.webhook-counter-stuck-for-one"),
        ),
        ("queue_jobs_total", "", faults.on("metrics.queue-counter-stuck")),
        (
            "queue_jobs_total",
            "\"housekeeping\"",
            faults.on("metrics.queue-counter-stuck-for-one"),
        ),
    ] {
        if stuck {
            // not more: a status that is new would move the sum
            set(lines, family, part, "0");
        }
    }
}

fn parses(app: &State, lines: &mut Vec<String>) {
    let faults = &app.faults;
    if faults.on("metrics.parse-malformed-line") {
        lines.push("queue_depth{queue=\"events\" 3".to_owned());
    }
    if faults.on("metrics.parse-not-a-number") {
        lines.push("queue_depth{queue=\"events\"} undefined".to_owned());
    }
    if faults.on("metrics.parse-unquoted-label") {
        lines.push("queue_depth{queue=events} 3".to_owned());
    }
    if faults.on("metrics.parse-duplicate-series")
        && let Some(at) = lines
            .iter()
            .position(|line| sample_of(line, "rate_limit_hits_total"))
    {
        lines.insert(at, lines[at].clone());
    }
    if faults.on("metrics.parse-duplicate-type")
        && let Some(at) = lines
            .iter()
            .position(|line| line.starts_with("# TYPE") && names(line, "cache_hits_total"))
    {
        lines.insert(at, lines[at].clone());
    }
    if faults.on("metrics.parse-late-type")
        && let Some(at) = lines
            .iter()
            .position(|line| line.starts_with("# TYPE") && names(line, "cache_misses_total"))
    {
        lines.swap(at, at + 1);
    }
    if faults.on("metrics.parse-empty") {
        lines.clear();
    }
    if faults.on("metrics.parse-torn") {
        lines.push("queue_jobs_tot".to_owned());
    }
}

fn families(app: &State, lines: &mut Vec<String>) {
    let faults = &app.faults;
    let gone = [
        ("webhook_events_total", faults.on("metrics.required-missing")),
        ("cache_misses_total", faults.on("metrics.expected-cache-missing")),
        ("process_", faults.on("metrics.expected-process-missing")),
        (
            "nodejs_eventloop",
            faults.on("metrics.expected-event-loop-missing"),
        ),
        (
            "sms_delivery_failure_total",
            faults.on("metrics.expected-failures-missing"),
        ),
    ];
    for (family, _) in gone.iter().filter(|(_, gone)| *gone) {
        lines.retain(|line| !names(line, family));
    }
    let silent = [
        ("webhook_events_total", faults.on("metrics.samples-missing")),
        ("queue_jobs_total", faults.on("metrics.samples-missing-for-jobs")),
        (
            "rate_limit_hits_total",
            faults.on("metrics.samples-missing-for-limits"),
        ),
        (
            "queue_job_duration_seconds",
            faults.on("metrics.samples-missing-for-durations"),
        ),
    ];
    for (family, _) in silent.iter().filter(|(_, silent)| *silent) {
        lines.retain(|line| line.starts_with('#') || !names(line, family));
    }
    if faults.on("metrics.required-wrong-type") {
        replace(lines, "# TYPE", "sms_send_attempts_total", " counter", " gauge");
    }
    if faults.on("metrics.required-without-type") {
        lines.retain(|line| !(line.starts_with("# TYPE") && names(line, "rate_limit_hits_total")));
    }
    if faults.on("metrics.required-renamed") {
        for line in lines.iter_mut() {
            *line = line.replace("sms_delivery_success_total", "sms_deliveries_total");
        }
    }
    if faults.on("metrics.required-without-label") {
        let unlabelled = regex::Regex::new(r#"provider="[^"]*","#).expect("the pattern is valid");
        for line in lines
            .iter_mut()
            .filter(|line| names(line, "sms_send_attempts_total"))
        {
            *line = unlabelled.replace(line, "").into_owned();
        }
    }
}

fn histograms(app: &State, lines: &mut Vec<String>) {
    let faults = &app.faults;
    let first = |line: &String| names(line, "queue_job_duration_seconds") && line.contains("housekeeping");
    if faults.on("metrics.histogram-not-cumulative") {
        for line in lines
            .iter_mut()
            .filter(|line| first(line) && line.contains("le=\"0.005\""))
        {
            change_value(line, "1000000");
        }
    }
    if faults.on("metrics.histogram-inf-differs") {
        for line in lines
            .iter_mut()
            .filter(|line| first(line) && line.contains("_count{"))
        {
            change_value(line, "1000000");
        }
    }
    if faults.on("metrics.histogram-without-inf") {
        lines.retain(|line| !(names(line, "queue_job_duration_seconds") && line.contains("le=\"+Inf\"")));
    }
    if faults.on("metrics.histogram-bounds-shuffled")
        && let Some(at) = lines
            .iter()
            .position(|line| first(line) && line.contains("le=\"0.5\""))
    {
        lines.swap(at, at + 1);
    }
    if faults.on("metrics.histogram-without-sum") {
        lines.retain(|line| !(names(line, "queue_job_duration_seconds") && line.contains("_sum{")));
    }
}

/// The answer of `/metrics/json`.
pub(super) fn json(app: &State, mut families: Vec<Value>) -> Value {
    if let Some((label, values)) = growing(app) {
        let value = |value: &String| json!({"value": 1, "labels": {"method": "GET", label: value}});
        let values: Vec<Value> = values.iter().map(value).collect();
        families.push(json!({"name": "http_requests_total", "type": "counter", "values": values}));
    }
    if app.faults.on("metrics.json-contradicts") {
        let jobs = families
            .iter_mut()
            .find(|family| ends(family, "queue_jobs_total"));
        for value in jobs
            .and_then(|family| family["values"].as_array_mut())
            .into_iter()
            .flatten()
        {
            value["value"] = json!(value["value"].as_f64().unwrap_or_default() + 1_000.0);
        }
    }
    if app.faults.on("metrics.json-lacks-family") {
        families.retain(|family| !ends(family, "sms_send_attempts_total"));
    }
    if app.faults.on("metrics.json-empty") {
        families.clear();
    }
    json!({"metrics": families})
}

fn ends(family: &Value, name: &str) -> bool {
    family["name"].as_str().is_some_and(|found| found.ends_with(name))
}
