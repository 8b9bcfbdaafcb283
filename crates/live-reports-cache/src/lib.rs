//! Reports & cache: do reports answer quickly, from a cache that never mixes shops, parameters or errors?

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
        &["contract.reachable"]
    }

    fn probes(&self, _contract: &Contract) -> Vec<Box<dyn Probe>> {
        Vec::new()
    }
}
