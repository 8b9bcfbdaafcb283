//! The real prom-client from npm: its pages are read without a bad line, and a process with it passes every probe that
//! only reads.
//!
//! Needs `node` and `npm`; the packages are pinned in `package-lock.json` beside this file.

mod node;

use golive_core::contract::Contract;
use golive_core::outcome::Status;
use golive_core::scheduler::Selection;
use golive_core::settings::Settings;
use live_metrics::LiveMetrics;
use live_metrics::exposition::{Kind, Page};

#[test]
fn a_plain_page_is_read_whole() {
    let page = Page::parse(node::page("plain").as_bytes());
    assert_eq!(page.bad, []);
    assert!(page.samples() > 60, "{} samples", page.samples());
    assert!(
        page.families
            .iter()
            .all(|family| family.kind.is_some() && family.help)
    );
    let family = |name: &str| page.family("", name).unwrap_or_else(|| panic!("{name}"));
    let odd = family("queue_jobs_total")
        .samples
        .iter()
        .find(|sample| sample.value < 2.0);
    let odd = odd.expect("the odd series");
    assert_eq!(odd.label("queue"), Some("a \"b\"\\c\n{d}=, # e"));
    assert_eq!(odd.label("status"), Some("ünï"));
    let value = |kind: &str| {
        let samples = &family("odd_values").samples;
        let found = samples.iter().find(|sample| sample.label("kind") == Some(kind));
        found.unwrap_or_else(|| panic!("{kind}")).value
    };
    assert!(value("nan").is_nan());
    for (kind, wanted) in [
        ("up", f64::INFINITY),
        ("down", f64::NEG_INFINITY),
        ("tiny", 5e-324),
        ("huge", 1.7e308),
    ] {
        assert_eq!(value(kind).to_bits(), wanted.to_bits(), "{kind}");
    }
    assert_eq!(family("answer_seconds").kind, Some(Kind::Summary));
    let quantiles = family("answer_seconds")
        .samples
        .iter()
        .filter(|sample| sample.label("quantile").is_some());
    assert_eq!(quantiles.count(), 2);
    assert!(
        family("rate_limit_hits_total").samples.is_empty(),
        "HELP and TYPE until the first event"
    );
}

#[test]
fn an_openmetrics_page_is_read_whole() {
    let text = node::page("openmetrics");
    assert!(text.contains(" # {trace_id="), "exemplars are on the page");
    let page = Page::parse(text.as_bytes());
    assert_eq!(page.bad, []);
    assert!(page.end.is_some() && !page.goes_on);
    let jobs = page.family("", "queue_jobs_total").expect("the counter");
    assert_eq!((jobs.kind, jobs.samples.len()), (Some(Kind::Counter), 2));
}

#[tokio::test]
async fn a_process_with_it_is_healthy() {
    let server = node::Server::start();
    let settings = Settings::from_map([
        ("BASE_URL", format!("http://127.0.0.1:{}", server.port)),
        ("DEV_SHOP_DOMAIN", "sms-blossom-dev.myshopify.com".to_owned()),
        ("JWT_SECRET", "kT9vLm2QwX8rZp4NsB6dYh3FgJ7cEa5U".to_owned()),
    ]);
    // Stores there are none.
    let selection = Selection {
        skip: vec!["metrics.samples".to_owned()],
        read_only: true,
        ..Selection::default()
    };
    let verified =
        golive_core::testing::verify(&[&LiveMetrics], settings, Contract::default(), &selection).await;
    let report = verified.expect("a plan");
    let probes: Vec<_> = report.checks.iter().flat_map(|check| &check.probes).collect();
    for probe in &probes {
        assert_eq!(
            probe.status,
            Status::Pass,
            "{}: {} {:?}",
            probe.id,
            probe.summary,
            probe.observed
        );
    }
    let ids: Vec<&str> = probes.iter().map(|probe| probe.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "metrics.endpoint",
            "metrics.parses",
            "metrics.required",
            "metrics.expected",
            "metrics.histograms",
            "metrics.counters",
            "metrics.moves.cache_hits_total",
            "metrics.moves.cache_misses_total",
            "metrics.labels",
            "metrics.json",
        ]
    );
}
