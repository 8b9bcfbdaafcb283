//! What the metrics check must find.

use super::Apply::Switch;
use super::Fault;

#[rustfmt::skip] // a table: a fault a line
pub(super) const FAULTS: &[Fault] = &[
    switch("metrics.endpoint-error", "there are no metrics", "metrics.endpoint"),
    switch("metrics.endpoint-says-json", "the exposition claims to be JSON", "metrics.endpoint"),
    switch("metrics.endpoint-says-html", "the exposition claims to be a page", "metrics.endpoint"),
    switch("metrics.parse-malformed-line", "one line has a brace too few", "metrics.parses"),
    switch("metrics.parse-not-a-number", "one value is undefined", "metrics.parses"),
    switch("metrics.parse-unquoted-label", "one label has no quotes", "metrics.parses"),
    switch("metrics.parse-duplicate-series", "one series is there twice", "metrics.parses"),
    switch("metrics.parse-duplicate-type", "one family has two types", "metrics.parses"),
    switch("metrics.parse-torn", "the last line is cut off", "metrics.parses"),
    switch("metrics.required-missing", "webhooks are not counted", "metrics.required"),
    switch("metrics.required-wrong-type", "a counter is declared a gauge", "metrics.required"),
    switch("metrics.required-renamed", "deliveries are counted under another name", "metrics.required"),
    switch("metrics.required-without-label", "send attempts don't name the provider", "metrics.required"),
    switch("metrics.samples-missing", "webhooks have a declaration and no series", "metrics.samples"),
    switch("metrics.samples-missing-for-durations", "job durations have a declaration and no series", "metrics.samples"),
    switch("metrics.histogram-not-cumulative", "a bucket holds more than the next", "metrics.histograms"),
    switch("metrics.histogram-inf-differs", "the last bucket is not the count", "metrics.histograms"),
    switch("metrics.histogram-without-inf", "the last bucket is missing", "metrics.histograms"),
    switch("metrics.histogram-without-sum", "there is no sum", "metrics.histograms"),
    switch("metrics.webhook-counter-stuck", "webhooks come in and are not counted", "metrics.moves"),
    switch("metrics.queue-counter-stuck", "jobs are done and not counted", "metrics.moves"),
    switch("metrics.expected-cache-missing", "cache misses are not counted", "metrics.expected").warn(),
    switch("metrics.expected-process-missing", "nothing is known of the process", "metrics.expected").warn(),
    switch("metrics.expected-event-loop-missing", "nothing is known of the event loop", "metrics.expected").warn(),
    switch("metrics.expected-failures-missing", "failed deliveries are not counted", "metrics.expected").warn(),
    switch("metrics.label-phone", "a phone number is in a label", "metrics.labels"),
    switch("metrics.label-email", "an e-mail address is in a label", "metrics.labels"),
    switch("metrics.label-address", "an IP address is in a label", "metrics.labels"),
    switch("metrics.label-token", "a token is in a label", "metrics.labels"),
    switch("metrics.label-unbounded-path", "every campaign makes a series", "metrics.labels").warn(),
    switch("metrics.json-missing", "there is no JSON", "metrics.json").warn(),
    switch("metrics.json-contradicts", "the JSON counts other jobs than the text", "metrics.json").warn(),
    switch("metrics.json-lacks-family", "the JSON has no send attempts", "metrics.json").warn(),
    switch("metrics.json-empty", "the JSON has nothing", "metrics.json").warn(),
];

const fn switch(name: &'static str, symptom: &'static str, owner: &'static str) -> Fault {
    Fault::new(name, symptom, owner, Switch)
}
