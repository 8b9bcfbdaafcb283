//! Reports & cache: do reports answer quickly, from a cache that never mixes shops, parameters or errors?

mod asking;
mod bad_range;
mod endpoints;
mod errors_not_cached;
mod hits;
mod key;
mod same_body;
mod sample;
mod speed;
mod ttl;

use golive_core::contract::Contract;
use golive_core::prelude::*;

/// Reports & cache.
#[derive(Debug)]
pub struct LiveReportsCache;

impl Check for LiveReportsCache {
    fn id(&self) -> &'static str {
        "reports"
    }

    fn title(&self) -> &'static str {
        "Reports & cache"
    }

    fn question(&self) -> &'static str {
        "Do reports answer quickly, from a cache that never mixes shops, parameters or errors?"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["reports-cache", "cache"]
    }

    fn needs(&self) -> &'static [&'static str] {
        &[
            "contract.reachable",
            "security.jwt-valid",
            "database.columns.Campaign",
            "database.columns.Message",
            "database.tables.Automation",
        ]
    }

    fn probes(&self, contract: &Contract) -> Vec<Box<dyn Probe>> {
        let mut probes: Vec<Box<dyn Probe>> = Vec::new();
        for report in &contract.reports {
            probes.push(Box::new(endpoints::Endpoint(report.clone())));
        }
        let reports: Vec<String> = contract
            .reports
            .iter()
            .map(|report| format!("reports.{}", report.name))
            .collect();
        probes.push(Box::new(hits::MissThenHit { needs: reports }));
        probes.push(Box::new(same_body::SameBody));
        probes.push(Box::new(key::Key));
        probes.push(Box::new(errors_not_cached::ErrorsNotCached));
        probes.push(Box::new(ttl::Ttl));
        probes.push(Box::new(speed::HitRate));
        probes.push(Box::new(speed::Latency));
        probes.push(Box::new(bad_range::BadRange));
        probes
    }
}
