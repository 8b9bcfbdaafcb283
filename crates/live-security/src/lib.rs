//! Security surface: are forged, anonymous and foreign requests refused on every route, and valid ones accepted?

mod draft;
mod error_leaks;
mod jwt;
mod metrics_token;
mod mitto;
mod proxy;
mod rate;
mod refusal;
mod routes;
mod sweep;
mod tenant;

use std::sync::Arc;

use golive_core::cleanup::UndoHandler;
use golive_core::contract::Contract;
use golive_core::prelude::*;

use proxy::{Family, Twins};
use routes::Scope;

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
        let mut probes: Vec<Box<dyn Probe>> = Vec::new();
        for scope in [Scope::Reads, Scope::Writes] {
            probes.push(Box::new(proxy::Signed(scope)));
            for family in [Family::Unsigned, Family::ForeignSecret, Family::Tampered] {
                probes.push(Box::new(Twins(family, scope)));
            }
        }
        probes.push(Box::new(Twins(Family::Stale, Scope::Writes)));
        probes.push(Box::new(jwt::Valid));
        for scope in [Scope::Reads, Scope::Writes] {
            probes.push(Box::new(jwt::Missing(scope)));
            for family in &jwt::FAMILIES {
                probes.push(Box::new(jwt::Forged(family, scope)));
            }
        }
        probes.push(Box::new(jwt::UnknownShop));
        probes.push(Box::new(proxy::UnknownShop));
        probes.push(Box::new(tenant::Reads));
        probes.push(Box::new(tenant::Writes));
        for scope in [Scope::Reads, Scope::Writes] {
            probes.push(Box::new(sweep::AnonymousSweep(scope)));
        }
        for scope in [Scope::Reads, Scope::Writes] {
            probes.push(Box::new(error_leaks::ErrorLeaks(scope)));
        }
        probes.push(Box::new(mitto::Unsigned));
        probes.push(Box::new(metrics_token::MetricsToken));
        probes.push(Box::new(rate::Announced));
        probes.push(Box::new(rate::Enforced));
        probes.push(Box::new(rate::Spoof));
        probes
    }

    fn undo_handlers(&self) -> Vec<Arc<dyn UndoHandler>> {
        golive_stores::undo_handlers()
    }
}
