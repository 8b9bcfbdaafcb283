//! Every way of breaking the contract that golive must find, one table a check.
//!
//! A [`Apply::Switch`] fault is read at exactly one place in the source, `faults.on("check.fault-name")`.

mod campaigns;
mod contract;
mod database;
mod metrics;
mod queues;
mod reports;
mod security;
mod templates;
#[cfg(test)]
mod tests;
mod webhooks;

use std::collections::BTreeSet;
use std::sync::Arc;

/// One deviation from the contract.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// `check.fault-name`, unique.
    pub name: &'static str,
    /// What a user or operator would notice.
    pub symptom: &'static str,
    /// The probe that must report it.
    pub owner: &'static str,
    /// The status that probe must give it.
    pub expect: Expect,
    /// How it is brought about.
    pub apply: Apply,
    /// Whether it touches the whole Redis server, so that the sandbox needs one to itself.
    pub own_redis: bool,
}

impl Fault {
    /// A fault that the owner must report as FAIL; see [`Self::warn`] and [`Self::own_redis`].
    pub(crate) const fn new(
        name: &'static str,
        symptom: &'static str,
        owner: &'static str,
        apply: Apply,
    ) -> Self {
        Self {
            name,
            symptom,
            owner,
            expect: Expect::Fail,
            apply,
            own_redis: false,
        }
    }

    /// The same, worth a WARN only.
    pub(crate) const fn warn(mut self) -> Self {
        self.expect = Expect::Warn;
        self
    }

    /// The same, on a Redis server of its own.
    pub(crate) const fn own_redis(mut self) -> Self {
        self.own_redis = true;
        self
    }
}

/// A fault that the code reads, by `faults.on(name)`.
const fn switch(name: &'static str, symptom: &'static str, owner: &'static str) -> Fault {
    Fault::new(name, symptom, owner, Apply::Switch)
}

/// A fault that lies in the database.
const fn sql(
    name: &'static str,
    symptom: &'static str,
    owner: &'static str,
    statement: &'static str,
) -> Fault {
    Fault::new(name, symptom, owner, Apply::Sql(statement))
}

/// The status a fault must lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Blocks going live.
    Fail,
    /// Works with issues.
    Warn,
}

/// How a fault is brought about.
#[derive(Debug, Clone, Copy)]
pub enum Apply {
    /// Read by the code, at one place.
    Switch,
    /// SQL run on the sandbox's database after seeding; `{readonly}` is the verifier's role.
    Sql(&'static str),
    /// Commands sent to the sandbox's Redis database before its workers start (keys begin with `bull:`).
    Redis(&'static [&'static [&'static str]]),
    /// Environment variables that golive sees differently: a value (`{}` is the healthy one), or missing. The secrets `JWT_SECRET`,
    /// `WEBHOOK_HMAC_SECRET`, `SHOPIFY_API_SECRET` and `MITTO_HMAC_SECRET` change in the sandbox too.
    Env(&'static [(&'static str, Option<&'static str>)]),
}

const TABLES: &[(&str, &[Fault])] = &[
    ("contract", contract::FAULTS),
    ("database", database::FAULTS),
    ("queues", queues::FAULTS),
    ("security", security::FAULTS),
    ("webhooks", webhooks::FAULTS),
    ("templates", templates::FAULTS),
    ("campaigns", campaigns::FAULTS),
    ("reports", reports::FAULTS),
    ("metrics", metrics::FAULTS),
];

/// All faults, in the order of the checks.
pub fn all() -> impl Iterator<Item = &'static Fault> {
    TABLES.iter().flat_map(|(_, faults)| faults.iter())
}

/// The faults that one check must find.
pub fn owned_by(check: &str) -> &'static [Fault] {
    TABLES
        .iter()
        .find(|(name, _)| *name == check)
        .map_or(&[], |(_, faults)| faults)
}

/// The fault of that name.
///
/// # Errors
/// [`UnknownFault`], with the nearest name there is.
pub fn find(name: &str) -> Result<&'static Fault, UnknownFault> {
    all()
        .find(|fault| fault.name == name)
        .ok_or_else(|| UnknownFault {
            name: name.to_owned(),
            suggestion: nearest(name),
        })
}

fn nearest(name: &str) -> &'static str {
    let closeness = |fault: &&'static Fault| {
        let whole = strsim::jaro_winkler(name, fault.name);
        let tail = fault
            .name
            .split_once('.')
            .map_or(0.0, |(_, tail)| strsim::jaro_winkler(name, tail));
        // jaro-winkler lies in 0..=1: thousandths order well enough
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0..=1000")]
        let thousandths = (whole.max(tail) * 1000.0) as u32;
        thousandths
    };
    all().max_by_key(closeness).map_or("", |fault| fault.name)
}

/// A fault name that no table has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown fault `{name}`, did you mean `{suggestion}`?")]
pub struct UnknownFault {
    /// What was asked for.
    pub name: String,
    /// The nearest name there is.
    pub suggestion: &'static str,
}

/// The faults that are on in one sandbox.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    active: Arc<BTreeSet<&'static str>>,
}

impl Faults {
    /// Those names, each of them known.
    ///
    /// # Errors
    /// [`UnknownFault`] for the first name that no table has.
    pub fn named<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Result<Self, UnknownFault> {
        let active = names
            .into_iter()
            .map(|name| find(name.as_ref()).map(|fault| fault.name));
        Ok(Self {
            active: Arc::new(active.collect::<Result<_, _>>()?),
        })
    }

    /// Whether that fault is on.
    pub fn on(&self, name: &str) -> bool {
        self.active.contains(name)
    }

    /// The faults that are on.
    pub fn active(&self) -> impl Iterator<Item = &'static Fault> {
        let active = Arc::clone(&self.active);
        all().filter(move |fault| active.contains(fault.name))
    }
}
