//! Webhooks: are signed webhooks accepted, stored once, queued and processed, and forged ones refused?
//!
//! Most probes are families over the contract's topics. The first topic stands for what all topics share: the
//! other members of a family need its first member, so that one broken thing is one finding. What several probes
//! judge (a delivery, its job) is made once, see [`delivery`] and [`job`]; one undo takes all of it back, see [`undo`].

mod accepts;
mod delivery;
mod duplicate;
mod enqueued;
mod events;
mod forgery;
mod job;
mod malformed;
mod mitto;
mod payload;
mod persisted;
mod processed;
mod raw_body;
mod rejects;
mod topic;
mod undo;

use std::sync::Arc;

use golive_core::cleanup::UndoHandler;
use golive_core::contract::Contract;
use golive_core::prelude::*;

use rejects::Signature;
use topic::Topic;

/// Webhooks.
#[derive(Debug)]
pub struct LiveWebhooks;

impl Check for LiveWebhooks {
    fn id(&self) -> &'static str {
        "webhooks"
    }

    fn title(&self) -> &'static str {
        "Webhooks"
    }

    fn question(&self) -> &'static str {
        "Are signed webhooks accepted, stored once, queued and processed, and forged ones refused?"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["contract.reachable", "database.connect", "redis.connect"]
    }

    fn probes(&self, contract: &Contract) -> Vec<Box<dyn Probe>> {
        let topics = Topic::all(contract);
        let ordinary: Vec<Topic> = topics.iter().filter(|topic| !topic.privacy).cloned().collect();
        let mut probes: Vec<Box<dyn Probe>> = Vec::new();
        for signature in [Signature::Missing, Signature::Forged] {
            for topic in topics.iter().cloned() {
                probes.push(Box::new(rejects::Rejects { topic, signature }));
            }
        }
        for topic in &ordinary {
            probes.push(Box::new(accepts::Accepts(topic.clone())));
        }
        for topic in &ordinary {
            probes.push(Box::new(persisted::Persisted(topic.clone())));
        }
        for topic in &ordinary {
            probes.push(Box::new(enqueued::Enqueued(topic.clone())));
        }
        if let Some(first) = ordinary.first().cloned() {
            probes.push(Box::new(processed::Processed(ordinary.clone())));
            probes.push(Box::new(duplicate::Duplicate(ordinary)));
            probes.push(Box::new(raw_body::RawBody(first.clone())));
            probes.push(Box::new(malformed::Malformed(first)));
        }
        probes.push(Box::new(mitto::Callback::Receipt));
        probes.push(Box::new(mitto::Callback::Reply));
        probes
    }

    fn undo_handlers(&self) -> Vec<Arc<dyn UndoHandler>> {
        vec![Arc::new(undo::DeliveriesUndo)]
    }
}
