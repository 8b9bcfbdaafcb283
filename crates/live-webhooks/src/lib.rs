//! Webhooks: are signed webhooks accepted, stored once, queued and processed, and forged ones refused?

use golive_core::contract::Contract;
use golive_core::prelude::*;

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

    fn probes(&self, _contract: &Contract) -> Vec<Box<dyn Probe>> {
        Vec::new()
    }
}
