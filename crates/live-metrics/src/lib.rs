//! Metrics: do the metrics parse, exist, move with their events, and carry no personal data?

use golive_core::contract::Contract;
use golive_core::prelude::*;

/// Metrics.
#[derive(Debug)]
pub struct LiveMetrics;

impl Check for LiveMetrics {
    fn id(&self) -> &'static str {
        "metrics"
    }

    fn title(&self) -> &'static str {
        "Metrics"
    }

    fn question(&self) -> &'static str {
        "Do the metrics parse, exist, move with their events, and carry no personal data?"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["contract.reachable"]
    }

    fn probes(&self, _contract: &Contract) -> Vec<Box<dyn Probe>> {
        Vec::new()
    }
}
