//! Metrics: do the metrics parse, exist, move with their events, and carry no personal data?
//!
//! One page is scraped for the probes that look at it as it is; those about events cause one and look again, see
//! [`watch`]. The page itself is read by [`exposition`].

mod counters;
mod endpoint;
pub mod exposition;
mod families;
mod histograms;
mod json;
mod labels;
mod moves;
mod parses;
mod personal;
mod samples;
mod scrape;
mod sent;
mod stimulus;
mod watch;

use std::sync::Arc;

use golive_core::cleanup::UndoHandler;
use golive_core::contract::{Contract, FamilyKind};
use golive_core::prelude::*;

use crate::moves::Moves;
use crate::samples::Samples;
use crate::sent::Sent;
use crate::stimulus::Stimulus;

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

    fn probes(&self, contract: &Contract) -> Vec<Box<dyn Probe>> {
        let metrics = &contract.metrics;
        let mut samples: Vec<Box<dyn Probe>> = Vec::new();
        let mut moves: Vec<Box<dyn Probe>> = Vec::new();
        for family in &metrics.required {
            if let Some(stimulus) = Stimulus::of(&family.name) {
                samples.push(Box::new(Samples::new(contract, &family.name, stimulus)));
                moves.push(Box::new(Moves::new(contract, family, stimulus, true)));
            } else if let Some(sent) = Sent::of(&family.name) {
                samples.push(Box::new(sent));
            }
        }
        for family in &metrics.expected {
            if let Some(stimulus) = Stimulus::of(&family.name) {
                moves.push(Box::new(Moves::new(contract, family, stimulus, false)));
            }
        }
        let caused = |name: &&String| Stimulus::of(name).is_some();
        let histograms = metrics
            .required
            .iter()
            .filter(|family| family.kind == FamilyKind::Histogram);
        let required = histograms
            .map(|family| &family.name)
            .filter(caused)
            .cloned()
            .collect();
        let mut probes: Vec<Box<dyn Probe>> = vec![
            Box::new(endpoint::Endpoint),
            Box::new(parses::Parses),
            Box::new(families::Required),
            Box::new(families::Expected),
        ];
        probes.append(&mut samples);
        probes.push(Box::new(histograms::Histograms { required }));
        probes.push(Box::new(counters::Counters));
        probes.append(&mut moves);
        probes.push(Box::new(labels::Labels));
        probes.push(Box::new(json::Json::new(contract)));
        probes
    }

    fn undo_handlers(&self) -> Vec<Arc<dyn UndoHandler>> {
        golive_stores::undo_handlers()
    }
}
