//! Templates: do templates render, refuse what is wrong, count their SMS parts, and stay in their sandbox?

use golive_core::contract::Contract;
use golive_core::prelude::*;

/// Templates.
#[derive(Debug)]
pub struct LiveTemplates;

impl Check for LiveTemplates {
    fn id(&self) -> &'static str {
        "templates"
    }

    fn title(&self) -> &'static str {
        "Templates"
    }

    fn question(&self) -> &'static str {
        "Do templates render, refuse what is wrong, count their SMS parts, and stay in their sandbox?"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["contract.reachable"]
    }

    fn probes(&self, _contract: &Contract) -> Vec<Box<dyn Probe>> {
        Vec::new()
    }
}
