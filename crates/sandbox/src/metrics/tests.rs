//! The families are there from the start, and count.

use super::*;

#[test]
fn every_required_family_has_series_from_the_start() {
    let metrics = Metrics::new(Dialect::default(), &Deployment::default());
    let text = exposition::text(&metrics.registry.gather()).expect("encodes");
    for family in [
        "queue_jobs_total{queue=\"events\",status=\"added\"} 0",
        "sms_send_attempts_total{",
        "sms_delivery_success_total{",
        "webhook_events_total{status=\"accepted\",topic=\"orders/create\"} 0",
        "rate_limit_hits_total{",
        "queue_job_duration_seconds_bucket{",
        "cache_hits_total{",
        "process_resident_memory_bytes ",
        "nodejs_eventloop_lag_seconds ",
    ] {
        assert!(
            text.lines().any(|line| line.starts_with(family)),
            "{family}\n{text}"
        );
    }
}

#[test]
fn counts_and_times() {
    let dialect = Dialect {
        metrics_prefix: true,
        ..Dialect::default()
    };
    let metrics = Metrics::new(dialect, &Deployment::default());
    metrics.queue_job("events", "completed", Some(Duration::from_millis(30)));
    let text = exposition::text(&metrics.registry.gather()).expect("encodes");
    for line in [
        "sms_blossom_queue_jobs_total{queue=\"events\",status=\"completed\"} 1",
        "sms_blossom_queue_job_duration_seconds_bucket{queue=\"events\",status=\"completed\",le=\"0.025\"} 0",
        "sms_blossom_queue_job_duration_seconds_bucket{queue=\"events\",status=\"completed\",le=\"0.05\"} 1",
        "sms_blossom_queue_job_duration_seconds_bucket{queue=\"events\",status=\"completed\",le=\"+Inf\"} 1",
        "sms_blossom_queue_job_duration_seconds_count{queue=\"events\",status=\"completed\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}
