//! A run against a target that wants to run its own script in the report: markup in every string there is.

use golive_core::outcome::{Evidence, Measurement};
use golive_core::render::canned;
use golive_core::report::{NotRun, Report};
use serde_json::Value;

/// Ends an attribute, opens a script, an image and a style, turns the reading direction.
fn payload(place: &str) -> String {
    format!(
        "\"'></style></title><script>alert('{place}')</script><img src=x onerror=alert(1)>\u{202e}{{{{7*7}}}}"
    )
}

/// The report, and the places of its strings.
pub(crate) fn report() -> (Report, Vec<String>) {
    let mut report = canned::report();
    report.not_run.push(NotRun {
        id: String::new(),
        reason: String::new(),
        by_user: false,
    });
    for probe in report.checks.iter_mut().flat_map(|check| &mut check.probes) {
        let text = || "text".to_owned();
        probe.why = text();
        probe.expected = Some(text());
        probe.observed = Some(text());
        probe.evidence.extend([
            Evidence::Sql {
                statement: text(),
                rows: 1,
                duration_ms: 0.5,
            },
            Evidence::Env {
                name: text(),
                detail: text(),
            },
            Evidence::Note { text: text() },
        ]);
        if probe.id == "reports.latency" {
            // The chart takes it by its id: what it measured is hostile all the same.
            probe.measurements = vec![Measurement::new("p50", 1.0, "ms").threshold("< 1")];
        }
    }
    let mut json = serde_json::to_value(&report).unwrap();
    let mut places = Vec::new();
    collect(&json, &mut String::new(), &mut places);
    places.retain(|place| {
        let string = json.pointer_mut(place).unwrap();
        let before = std::mem::replace(string, Value::String(payload(place)));
        // Statuses and reasons are no free text: the report cannot hold anything else there.
        let fits = serde_json::from_value::<Report>(json.clone()).is_ok();
        if !fits || before == "reports.latency" {
            *json.pointer_mut(place).unwrap() = before;
            return false;
        }
        true
    });
    let mut report: Report = serde_json::from_value(json).unwrap();
    for evidence in report
        .checks
        .iter_mut()
        .flat_map(|check| &mut check.probes)
        .flat_map(|probe| &mut probe.evidence)
    {
        if let Evidence::Http(http) = evidence {
            http.error = Some(payload("error"));
            for (headers, place) in [
                (&mut http.request_headers, "request header"),
                (&mut http.response_headers, "response header"),
            ] {
                headers.insert(payload(place), payload(place));
            }
        }
    }
    places.extend(["error", "request header", "response header"].map(str::to_owned));
    (report, places)
}

/// JSON pointers (RFC 6901) of all strings.
fn collect(value: &Value, at: &mut String, places: &mut Vec<String>) {
    let mut below = |key: &str, value: &Value| {
        let length = at.len();
        *at += "/";
        *at += key;
        collect(value, at, places);
        at.truncate(length);
    };
    match value {
        Value::String(_) => places.push(at.clone()),
        Value::Array(values) => {
            for (place, value) in values.iter().enumerate() {
                below(&place.to_string(), value);
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                below(key, value);
            }
        }
        _ => {}
    }
}
