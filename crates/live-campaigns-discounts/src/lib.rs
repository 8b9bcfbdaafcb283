//! Campaigns & discounts: can a campaign and a discount live their whole lives, with sums that add up?

use golive_core::contract::Contract;
use golive_core::prelude::*;

/// Campaigns & discounts.
#[derive(Debug)]
pub struct LiveCampaignsDiscounts;

impl Check for LiveCampaignsDiscounts {
    fn id(&self) -> &'static str {
        "campaigns"
    }

    fn title(&self) -> &'static str {
        "Campaigns & discounts"
    }

    fn question(&self) -> &'static str {
        "Can a campaign and a discount live their whole lives, with sums that add up?"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["campaigns-discounts", "discounts"]
    }

    fn needs(&self) -> &'static [&'static str] {
        &["contract.reachable"]
    }

    fn probes(&self, _contract: &Contract) -> Vec<Box<dyn Probe>> {
        Vec::new()
    }
}
