//! Families that the contract does not know: what other libraries and the deployment itself count.

use prometheus::{Gauge, GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry};

/// Registers them, with a history.
pub(super) fn register(registry: &Registry) {
    let valid = "names and labels are valid";
    let requests = HistogramVec::new(
        HistogramOpts::new("http_request_duration_seconds", "Time an answer took"),
        &["method", "route", "status_code"],
    )
    .expect(valid);
    for route in ["/campaigns/:id", "/webhooks/shopify/:topic", "#val"] {
        requests.with_label_values(&["GET", route, "200"]).observe(0.03);
    }
    let consent = IntCounterVec::new(
        Opts::new("consent_changes_total", "Who came \\ who went\nper source"),
        &["source", "state"],
    )
    .expect(valid);
    consent
        .with_label_values(&["storefront \"popup\"", "opted_in"])
        .inc_by(12);
    let heap = GaugeVec::new(
        Opts::new("nodejs_heap_space_size_used_bytes", "Used heap"),
        &["space"],
    )
    .expect(valid);
    heap.with_label_values(&["new_space"]).set(9.5e6);
    heap.with_label_values(&["old_space"]).set(1.2e12);
    // prom-client shows NaN until the first sample was taken
    let lag = Gauge::new(
        "nodejs_eventloop_lag_mean_seconds",
        "The mean of the event loop's delays",
    )
    .expect(valid);
    lag.set(f64::NAN);
    let unused =
        IntCounterVec::new(Opts::new("payments_total", "Payments by provider"), &["provider"]).expect(valid);
    for family in [
        registry.register(Box::new(requests)),
        registry.register(Box::new(consent)),
        registry.register(Box::new(heap)),
        registry.register(Box::new(lag)),
        registry.register(Box::new(unused)),
    ] {
        family.expect("names are unique");
    }
}
