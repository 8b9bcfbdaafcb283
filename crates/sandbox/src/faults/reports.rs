//! What the reports check must find.

use super::{Fault, switch};

#[rustfmt::skip] // a table: a fault a line
pub(super) const FAULTS: &[Fault] = &[
    switch("reports.overview-error", "the overview is an error page", "reports.overview"),
    switch("reports.campaigns-error", "the campaign report is an error page", "reports.campaigns"),
    switch("reports.campaigns-not-ok", "the campaign report says it failed", "reports.campaigns"),
    switch("reports.automations-error", "the automation report is an error page", "reports.automations"),
    switch("reports.automations-redirects", "the automation report sends its reader to another origin", "reports.automations"),
    switch("reports.automations-empty", "the automation report is an empty object", "reports.automations"),
    switch("reports.timeseries-error", "the message chart is an error page", "reports.timeseries"),
    switch("reports.timeseries-without-range", "the message chart does not say for when", "reports.timeseries"),
    switch("reports.cache-never-hits", "every report is computed again", "reports.cache-miss-then-hit"),
    switch("reports.cache-header-missing", "nobody can see what was cached", "reports.cache-miss-then-hit"),
    switch("reports.cache-says-hit-at-once", "fresh answers claim to be cached", "reports.cache-miss-then-hit"),
    switch("reports.cached-body-differs", "a cached answer has lost its range", "reports.cache-same-body"),
    switch("reports.cached-body-stamped", "a cached answer has a field more", "reports.cache-same-body"),
    switch("reports.cache-key-ignores-shop", "a shop sees another shop's figures", "reports.cache-key"),
    switch("reports.cache-key-ignores-from", "a range with another start shows old figures", "reports.cache-key"),
    switch("reports.cache-key-ignores-to", "a range with another end shows old figures", "reports.cache-key"),
    switch("reports.cache-key-ignores-window", "a week shows the figures of a month", "reports.cache-key"),
    switch("reports.errors-cached", "a refusal is kept and served again", "reports.errors-not-cached"),
    switch("reports.errors-cached-as-success", "a refusal becomes a success when repeated", "reports.errors-not-cached"),
    switch("reports.ttl-a-day", "figures are a day old", "reports.cache-ttl").warn(),
    switch("reports.ttl-a-second", "the cache forgets at once", "reports.cache-ttl").warn(),
    switch("reports.ttl-same-for-all", "the overview is as old as the charts", "reports.cache-ttl").warn(),
    switch("reports.ttl-key-never-expires", "figures are never renewed", "reports.cache-ttl").warn(),
    switch("reports.cache-forgets-often", "a fifth of the answers is computed again", "reports.cache-hit-rate").warn(),
    switch("reports.slow", "every cached report takes a second", "reports.latency").warn(),
    switch("reports.slow-cold", "every fresh report takes a second", "reports.latency").warn(),
    switch("reports.slow-now-and-then", "one report in five takes a second", "reports.latency").warn(),
    switch("reports.bad-range-crashes", "a range that makes no sense is a 500", "reports.bad-range").warn(),
    switch("reports.bad-range-reversed-crashes", "a range that ends before it begins is a 500", "reports.bad-range").warn(),
    switch("reports.bad-range-ignored", "a range that makes no sense shows last week", "reports.bad-range").warn(),
];
