//! Environment & config: is the environment complete and well formed, and does the backend answer as the
//! contract says?

mod clock;
mod cors;
mod dev_routes;
mod env;
mod env_strength;
mod headers;
mod not_found;
mod openapi;
mod reachable;
mod ready;
mod request_id;
mod tls;

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
        vec![
            Box::new(env::Required),
            Box::new(env::WellFormed),
            Box::new(env_strength::Strength),
            Box::new(reachable::Reachable),
            Box::new(tls::Tls),
            Box::new(ready::Ready),
            Box::new(clock::Clock),
            Box::new(request_id::RequestId),
            Box::new(cors::Frontend),
            Box::new(cors::Stranger),
            Box::new(headers::Headers),
            Box::new(not_found::NotFound),
            Box::new(dev_routes::DevRoutes),
            Box::new(openapi::Drift),
        ]
    }
}
