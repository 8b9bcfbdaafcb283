//! What the metrics check must find.

use super::Apply::{Sql, Switch};
use super::Fault;

#[rustfmt::skip] // a table: a fault a line
pub(super) const FAULTS: &[Fault] = &[
    switch("metrics.endpoint-error", "there are no metrics", "metrics.endpoint"),
    switch("metrics.endpoint-missing", "there is no such route", "metrics.endpoint"),
    switch("metrics.endpoint-gzip-bomb", "4 MB of gzip become 4 GB of exposition", "metrics.endpoint"),
    switch("metrics.endpoint-says-json", "the exposition claims to be JSON", "metrics.endpoint"),
    switch("metrics.endpoint-says-html", "the exposition claims to be a page", "metrics.endpoint"),
    switch("metrics.endpoint-says-no-version", "the exposition does not say which version it is", "metrics.endpoint").warn(),
    switch("metrics.parse-malformed-line", "one line has a brace too few", "metrics.parses"),
    switch("metrics.parse-not-a-number", "one value is undefined", "metrics.parses"),
    switch("metrics.parse-unquoted-label", "one label has no quotes", "metrics.parses"),
    switch("metrics.parse-duplicate-series", "one series is there twice", "metrics.parses"),
    switch("metrics.parse-duplicate-type", "one family has two types", "metrics.parses"),
    switch("metrics.parse-late-type", "one family has its type behind its series", "metrics.parses"),
    switch("metrics.parse-torn", "the last line is cut off", "metrics.parses"),
    switch("metrics.parse-empty", "nothing is on the page", "metrics.parses"),
    switch("metrics.required-missing", "webhooks are not counted", "metrics.required"),
    switch("metrics.required-wrong-type", "a counter is declared a gauge", "metrics.required"),
    switch("metrics.required-without-type", "a counter is declared without type", "metrics.required"),
    switch("metrics.required-renamed", "deliveries are counted under another name", "metrics.required"),
    switch("metrics.required-without-label", "send attempts don't name the provider", "metrics.required"),
    switch("metrics.samples-missing", "webhooks have a declaration and no series", "metrics.samples.webhook_events_total"),
    switch("metrics.samples-missing-for-jobs", "jobs have a declaration and no series", "metrics.samples.queue_jobs_total"),
    switch("metrics.samples-missing-for-durations", "job durations have a declaration and no series", "metrics.samples.queue_job_duration_seconds"),
    switch("metrics.samples-missing-for-limits", "refused requests have a declaration and no series", "metrics.samples.rate_limit_hits_total"),
    sql("metrics.samples-attempts-stuck", "messages are sent and not counted", "metrics.samples.sms_send_attempts_total",
        r#"INSERT INTO "Message" (id, "shopId", body, status, sent_at) SELECT 'zz-sent-' || id || n, id, 'Hello', 'sent', (now() + interval '10 minutes') AT TIME ZONE 'UTC' FROM "Shop", generate_series(1, 12) n"#),
    sql("metrics.samples-deliveries-stuck", "messages are delivered and not counted", "metrics.samples.sms_delivery_success_total",
        r#"INSERT INTO "Message" (id, "shopId", body, status, delivered_at) SELECT 'zz-delivered-' || id || n, id, 'Hello', 'delivered', (now() + interval '10 minutes') AT TIME ZONE 'UTC' FROM "Shop", generate_series(1, 12) n"#),
    switch("metrics.histogram-not-cumulative", "a bucket holds more than the next", "metrics.histograms"),
    switch("metrics.histogram-inf-differs", "the last bucket is not the count", "metrics.histograms"),
    switch("metrics.histogram-without-inf", "the last bucket is missing", "metrics.histograms"),
    switch("metrics.histogram-without-sum", "there is no sum", "metrics.histograms"),
    switch("metrics.histogram-bounds-shuffled", "the buckets are out of order", "metrics.histograms"),
    switch("metrics.counter-falls", "send attempts become fewer", "metrics.counters"),
    switch("metrics.counter-reset-by-scrape", "each scrape forgets the jobs counted so far", "metrics.moves.queue_jobs_total"),
    switch("metrics.webhook-counter-stuck", "webhooks come in and are not counted", "metrics.moves.webhook_events_total"),
    switch("metrics.webhook-counter-stuck-for-one", "webhooks of one topic are not counted", "metrics.moves.webhook_events_total"),
    switch("metrics.queue-counter-stuck", "jobs are done and not counted", "metrics.moves.queue_jobs_total"),
    switch("metrics.queue-counter-stuck-for-one", "jobs of one queue are not counted", "metrics.moves.queue_jobs_total"),
    switch("metrics.durations-stuck", "jobs are done and their time is not taken", "metrics.moves.queue_job_duration_seconds"),
    switch("metrics.limit-counter-stuck", "requests are refused for their number and not counted", "metrics.moves.rate_limit_hits_total"),
    switch("metrics.cache-miss-counter-stuck", "cache misses are not counted", "metrics.moves.cache_misses_total"),
    switch("metrics.cache-hit-counter-stuck", "cache hits are not counted", "metrics.moves.cache_hits_total"),
    switch("metrics.expected-cache-missing", "cache misses have no metric", "metrics.expected").warn(),
    switch("metrics.expected-process-missing", "nothing is known of the process", "metrics.expected").warn(),
    switch("metrics.expected-event-loop-missing", "nothing is known of the event loop", "metrics.expected").warn(),
    switch("metrics.expected-failures-missing", "failed deliveries are not counted", "metrics.expected").warn(),
    switch("metrics.label-phone", "a phone number is in a label", "metrics.labels"),
    switch("metrics.label-phone-plain", "a phone number without plus sign is in a label", "metrics.labels"),
    switch("metrics.label-email", "an e-mail address is in a label", "metrics.labels"),
    switch("metrics.label-address", "an IP address is in a label", "metrics.labels"),
    switch("metrics.label-address-six", "an IPv6 address is in a label", "metrics.labels"),
    switch("metrics.label-token", "a token is in a label", "metrics.labels"),
    switch("metrics.label-unbounded-path", "every campaign makes a series", "metrics.labels").warn(),
    switch("metrics.label-unbounded-values", "every shop makes a series", "metrics.labels").warn(),
    switch("metrics.json-missing", "there is no JSON", "metrics.json").warn(),
    switch("metrics.json-is-text", "the JSON is the text", "metrics.json").warn(),
    switch("metrics.json-contradicts", "the JSON counts other jobs than the text", "metrics.json").warn(),
    switch("metrics.json-lacks-family", "the JSON has no send attempts", "metrics.json").warn(),
    switch("metrics.json-empty", "the JSON has nothing", "metrics.json").warn(),
];

const fn switch(name: &'static str, symptom: &'static str, owner: &'static str) -> Fault {
    Fault::new(name, symptom, owner, Switch)
}

const fn sql(
    name: &'static str,
    symptom: &'static str,
    owner: &'static str,
    statement: &'static str,
) -> Fault {
    Fault::new(name, symptom, owner, Sql(statement))
}
