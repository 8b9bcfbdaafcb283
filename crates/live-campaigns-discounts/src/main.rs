//! `live-campaigns-discounts`: Campaigns & discounts alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    golive_core::standalone::main(
        "live-campaigns-discounts",
        &live_campaigns_discounts::LiveCampaignsDiscounts,
    )
}
