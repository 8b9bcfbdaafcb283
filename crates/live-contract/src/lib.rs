//! Environment & config: is the environment complete and well formed, and does the backend answer as the contract says?

use golive_core::contract::Contract;
use golive_core::prelude::*;

/// Environment & config.
#[derive(Debug)]
pub struct LiveContract;

impl Check for LiveContract {
    fn id(&self) -> &'static str {
        "contract"
    }

    fn title(&self) -> &'static str {
        "Environment & config"
    }

    fn question(&self) -> &'static str {
        "Is the environment complete and well formed, and does the backend answer as the contract says?"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["environment", "env"]
    }

    fn probes(&self, _contract: &Contract) -> Vec<Box<dyn Probe>> {
        Vec::new()
    }
}
