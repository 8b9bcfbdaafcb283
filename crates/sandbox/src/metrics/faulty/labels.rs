//! Labels that name people, or each single object.

use super::lines::sample_of;
use crate::state::State;

/// Puts into labels what must not be there.
pub(super) fn labels(app: &State, lines: &mut Vec<String>) {
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
            "cache_misses_total",
            "client=\"2001:db8:7::77\"",
            faults.on("metrics.label-address-six"),
        ),
        (
            "sms_delivery_success_total",
            "to=\"15552000107\"",
            faults.on("metrics.label-phone-plain"),
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
    if let Some((label, values)) = growing(app) {
        lines.push("# HELP http_requests_total Requests".to_owned());
        lines.push("# TYPE http_requests_total counter".to_owned());
        for value in values {
            lines.push(format!(
                "http_requests_total{{method=\"GET\",{label}=\"{value}\"}} 1"
            ));
        }
    }
}

/// A label that gets a new value with each object, and its values so far.
pub(super) fn growing(app: &State) -> Option<(&'static str, Vec<String>)> {
    if app.faults.on("metrics.label-unbounded-path") {
        let path = |number: u128| format!("/campaigns/cm{:022x}", 0x9e37_79b9_7f4a_7c15_u128 * (number + 1));
        return Some(("path", (0..40).map(path).collect()));
    }
    let shops = || (0..300).map(|number| format!("shop-{number}")).collect();
    app.faults
        .on("metrics.label-unbounded-values")
        .then(|| ("shop", shops()))
}
