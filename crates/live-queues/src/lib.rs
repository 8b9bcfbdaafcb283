//! Redis & queues: is Redis fit for BullMQ, and does every queue have a worker that finishes jobs?

mod agreement;
mod at_work;
mod client;
mod connect;
mod dead_letters;
mod depth;
mod eviction;
mod figures;
mod health;
mod health_agrees;
mod health_moves;
mod memory;
mod metrics;
mod paused;
mod persistence;
mod smoke_job;
mod stalled;
mod tls;
mod version;
mod workers;

use std::sync::Arc;

use golive_core::cleanup::UndoHandler;
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

    fn needs(&self) -> &'static [&'static str] {
        &["database.connect"]
    }

    fn probes(&self, contract: &Contract) -> Vec<Box<dyn Probe>> {
        let job_time = contract.timeouts.job();
        vec![
            Box::new(connect::Connect),
            Box::new(version::Version),
            Box::new(eviction::Eviction),
            Box::new(memory::Memory),
            Box::new(persistence::Persistence),
            Box::new(tls::Tls),
            Box::new(workers::Workers),
            Box::new(paused::Paused),
            Box::new(smoke_job::Smoke { job_time }),
            Box::new(at_work::AtWork { job_time }),
            Box::new(stalled::Stalled),
            Box::new(depth::Depth),
            Box::new(dead_letters::DeadLetters),
            Box::new(health::Health),
            Box::new(metrics::Metrics),
            Box::new(health_agrees::Agrees),
            Box::new(health_moves::Moves { job_time }),
        ]
    }

    fn undo_handlers(&self) -> Vec<Arc<dyn UndoHandler>> {
        golive_stores::undo_handlers()
    }
}
