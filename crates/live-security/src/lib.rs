//! Security surface: are forged, anonymous and foreign requests refused on every route, and valid ones accepted?

use golive_core::contract::Contract;
use golive_core::prelude::*;

/// Security surface.
#[derive(Debug)]
pub struct LiveSecurity;

impl Check for LiveSecurity {
    fn id(&self) -> &'static str {
        "security"
    }

    fn title(&self) -> &'static str {
        "Security surface"
    }

    fn question(&self) -> &'static str {
        "Are forged, anonymous and foreign requests refused on every route, and valid ones accepted?"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["contract.reachable"]
    }

    fn probes(&self, _contract: &Contract) -> Vec<Box<dyn Probe>> {
        Vec::new()
    }
}
