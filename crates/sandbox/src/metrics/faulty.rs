//! How the exposition goes wrong when a fault is on; without one, nothing changes.

use serde_json::{Value, json};

use crate::state::State;

/// What `/metrics` says it is.
pub(super) fn content_type(app: &State) -> &'static str {
    if app.faults.on("metrics.endpoint-says-json") {
        return "application/json; charset=utf-8";
    }
    if app.faults.on("metrics.endpoint-says-html") {
        return "text/html; charset=utf-8";
    }
    "text/plain; version=0.0.4; charset=utf-8"
}

/// The lines of the exposition.
pub(super) fn text(app: &State, text: &str) -> String {
    let faults = &app.faults;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    parses(app, &mut lines);
    families(app, &mut lines);
    histograms(app, &mut lines);
    labels(app, &mut lines);
    if faults.on("metrics.webhook-counter-stuck") {
        set(&mut lines, "webhook_events_total", "3");
    }
    if faults.on("metrics.queue-counter-stuck") {
        set(&mut lines, "queue_jobs_total", "5");
    }
    lines.join("\n") + "\n"
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
    if faults.on("metrics.histogram-without-sum") {
        lines.retain(|line| !(names(line, "queue_job_duration_seconds") && line.contains("_sum{")));
    }
}

fn labels(app: &State, lines: &mut Vec<String>) {
    let faults = &app.faults;
    let leaked = [
        (
            "sms_send_attempts_total",
            "phone=\"+15552000107\"",
            faults.on("metrics.label-phone"),
        ),
        (
            "webhook_events_total",
            "customer=\"ada.ames0@example.com\"",
            faults.on("metrics.label-email"),
        ),
        (
            "rate_limit_hits_total",
            "ip=\"203.0.113.77\"",
            faults.on("metrics.label-address"),
        ),
        (
            "cache_hits_total",
            "token=\"eyJhbGciOiJIUzI1NiJ9.eyJzaG9wIjoiYSJ9.c2lnbmF0dXJl\"",
            faults.on("metrics.label-token"),
        ),
    ];
    for (family, label, _) in leaked.iter().filter(|(.., leaks)| *leaks) {
        for line in lines.iter_mut().filter(|line| sample_of(line, family)) {
            *line = line.replacen('{', &format!("{{{label},"), 1);
        }
    }
    if faults.on("metrics.label-unbounded-path") {
        lines.push("# HELP http_requests_total Requests".to_owned());
        lines.push("# TYPE http_requests_total counter".to_owned());
        for number in 0..300 {
            let path = format!("/campaigns/cm{:022x}", 0x9e37_79b9_7f4a_7c15_u128 * (number + 1));
            lines.push(format!("http_requests_total{{method=\"GET\",path=\"{path}\"}} 1"));
        }
    }
}

/// The answer of `/metrics/json`.
pub(super) fn json(app: &State, mut families: Vec<Value>) -> Value {
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

/// Whether a line is about a family, whatever its prefix: HELP, TYPE or a sample.
fn names(line: &str, family: &str) -> bool {
    let name = line.trim_start_matches("# HELP ").trim_start_matches("# TYPE ");
    name.trim_start_matches("sms_blossom_").starts_with(family)
}

fn sample_of(line: &str, family: &str) -> bool {
    !line.starts_with('#') && names(line, family)
}

fn set(lines: &mut [String], family: &str, value: &str) {
    for line in lines.iter_mut().filter(|line| sample_of(line, family)) {
        change_value(line, value);
    }
}

fn change_value(line: &mut String, value: &str) {
    if let Some(space) = line.rfind(' ') {
        line.truncate(space + 1);
        line.push_str(value);
    }
}

fn replace(lines: &mut [String], kind: &str, family: &str, from: &str, to: &str) {
    for line in lines
        .iter_mut()
        .filter(|line| line.starts_with(kind) && names(line, family))
    {
        *line = line.replace(from, to);
    }
}
