//! Campaigns & discounts: can a campaign and a discount live their whole lives, with sums that add up?
//!
//! `POST /campaigns/{id}/send-now` is never called.

mod answers;
mod auth;
mod campaign;
mod discount;
mod estimate;
mod isolation;
mod smoke;
mod stored;
mod test_send;
mod undo;

use std::sync::Arc;

use golive_core::cleanup::UndoHandler;
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

    fn probes(&self, contract: &Contract) -> Vec<Box<dyn Probe>> {
        let job_time = contract.timeouts.job();
        vec![
            Box::new(auth::Auth),
            Box::new(campaign::create::Create),
            Box::new(campaign::validates::Validates),
            Box::new(campaign::read::Read),
            Box::new(campaign::list::List),
            Box::new(campaign::update::Update),
            Box::new(campaign::utm::Utm),
            Box::new(campaign::delete::Delete),
            Box::new(estimate::Present),
            Box::new(estimate::arithmetic::Arithmetic),
            Box::new(estimate::audience::Audience),
            Box::new(test_send::validates::Validates),
            Box::new(test_send::delivers::Delivers { job_time }),
            Box::new(isolation::Isolation),
            Box::new(discount::create::Create),
            Box::new(discount::validates::Validates),
            Box::new(discount::conflict::Conflict),
            Box::new(discount::conflicts::Conflicts),
            Box::new(discount::apply_url::ApplyUrl),
            Box::new(discount::delete::Delete),
        ]
    }

    fn undo_handlers(&self) -> Vec<Arc<dyn UndoHandler>> {
        let mut handlers = golive_stores::undo_handlers();
        handlers.push(Arc::new(undo::SmokeData));
        handlers
    }
}
