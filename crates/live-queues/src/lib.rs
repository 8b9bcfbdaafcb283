//! Redis & queues: is Redis fit for BullMQ, and does every queue have a worker that finishes jobs?

use golive_core::contract::Contract;
use golive_core::prelude::*;

/// Redis & queues.
#[derive(Debug)]
pub struct LiveQueues;

impl Check for LiveQueues {
    fn id(&self) -> &'static str {
        "queues"
    }

    fn title(&self) -> &'static str {
        "Redis & queues"
    }

    fn question(&self) -> &'static str {
        "Is Redis fit for BullMQ, and does every queue have a worker that finishes jobs?"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["redis"]
    }

    fn also_owns(&self) -> &'static [&'static str] {
        &["redis"]
    }

    fn probes(&self, _contract: &Contract) -> Vec<Box<dyn Probe>> {
        Vec::new()
    }
}
