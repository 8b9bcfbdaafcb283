//! Healthy variants: what real deployments show, and what is fine.

use golive_core::contract::Contract;
use golive_sandbox::Options;

use crate::{deployments, dialects};

/// One way of being healthy.
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    pub(crate) title: String,
    change: Box<dyn Fn(&mut Options) + Send + Sync>,
    /// What its `golive.toml` says.
    contract: &'static str,
    /// Whether it needs a Redis server to itself.
    pub(crate) own_redis: bool,
    /// Why it cannot be run on this machine.
    pub(crate) missing: fn() -> Option<&'static str>,
}

impl Variant {
    /// A variant that a change of the options makes.
    pub(crate) fn new(
        name: &'static str,
        title: &str,
        change: impl Fn(&mut Options) + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            title: title.to_owned(),
            change: Box::new(change),
            contract: "",
            own_redis: false,
            missing: || None,
        }
    }

    /// The sandbox as it is.
    pub(crate) fn plain(title: &str) -> Self {
        Self::new("plain", title, |_| {})
    }

    /// The same under this `golive.toml`.
    pub(crate) fn contract_is(mut self, text: &'static str) -> Self {
        self.contract = text;
        self
    }

    /// The same on a Redis server of its own.
    pub(crate) fn own_redis(mut self) -> Self {
        self.own_redis = true;
        self
    }

    /// The same, where this finds nothing missing.
    pub(crate) fn unless(mut self, missing: fn() -> Option<&'static str>) -> Self {
        self.missing = missing;
        self
    }

    pub(crate) fn options(&self) -> Options {
        let mut options = Options::from_test_env();
        (self.change)(&mut options);
        options
    }

    pub(crate) fn contract(&self) -> Contract {
        let (contract, _) = Contract::parse("golive.toml", self.contract).expect("a contract of ours");
        contract
    }
}

/// All variants; the largest has so many contacts.
pub(crate) fn all(contacts: u32) -> Vec<Variant> {
    let mut all = dialects::all();
    all.extend(deployments::all(contacts));
    all
}
