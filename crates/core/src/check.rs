//! A check is a category of the runbook; a probe is one question with one answer.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::cleanup::UndoHandler;
use crate::context::Context;
use crate::contract::Contract;
use crate::error::Error;
use crate::outcome::Outcome;

/// A category of the runbook: one crate, one team, one row of the dashboard.
pub trait Check: Send + Sync {
    /// The stable id, e.g. `queues`: prefix of its probes' ids and its name on the command line.
    fn id(&self) -> &'static str;

    /// The row's title on the dashboard, e.g. `Redis & queues`.
    fn title(&self) -> &'static str;

    /// The question this category answers, one sentence.
    fn question(&self) -> &'static str;

    /// Other names accepted on the command line, e.g. `environment` for `contract`.
    fn aliases(&self) -> &'static [&'static str] {
        &[]
    }

    /// Further prefixes its probes' ids may have beside [`Check::id`] (the queues check owns `redis`).
    fn also_owns(&self) -> &'static [&'static str] {
        &[]
    }

    /// Ids of probes that must have passed before any probe of this check starts.
    fn needs(&self) -> &'static [&'static str] {
        &[]
    }

    /// All probes, families expanded from the contract, in the order people read them.
    fn probes(&self, contract: &Contract) -> Vec<Box<dyn Probe>>;

    /// How to undo what this check's probes write (by [`crate::cleanup::Undo`] kind).
    fn undo_handlers(&self) -> Vec<Arc<dyn UndoHandler>> {
        Vec::new()
    }
}

/// One question with one answer. Holds data, never state: what probes share goes through
/// [`Context::shared`].
#[async_trait]
pub trait Probe: Send + Sync {
    /// What is true of this probe whatever the target does.
    fn facts(&self) -> Facts;

    /// Asks the target (I/O only) and judges the answer (a pure function beside it).
    async fn ask(&self, cx: &Context) -> Result<Outcome, Error>;
}

/// What a probe may do to the target.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// Reads only.
    Observe,
    /// Writes marked test data to the test shop and cleans up, or sends a request that a broken
    /// target might act on (a forged POST).
    Smoke,
    /// Sends a burst; runs last and alone.
    Load,
}

/// What is known of a probe before it runs: the source of `list`, `explain` and `docs/probes.md`.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Stable id, `check.name` or `check.name.member`.
    pub id: Cow<'static, str>,
    /// The healthy state as a statement that is true behind a tick.
    pub title: Cow<'static, str>,
    /// Why it matters, one sentence.
    pub why: Cow<'static, str>,
    /// How it asks, one sentence.
    pub asks: Cow<'static, str>,
    /// Which observations make it FAIL or WARN, one sentence.
    pub fails_when: Cow<'static, str>,
    /// Ids of probes that must have passed (PASS or WARN).
    pub needs: Vec<Cow<'static, str>>,
    /// What it may do to the target.
    pub safety: Safety,
    /// When the scheduler ends it. Default 15 s: longer than one request may take, so that silence is told as what it is.
    pub timeout: Duration,
    /// Whether it may say "does not exist here by configuration" ([`Error::NotApplicable`]).
    pub optional: bool,
    /// Variables it cannot do without; missing ones block it before it starts.
    pub variables: Vec<&'static str>,
    /// What to do when it fails: an imperative sentence naming the file, variable or command.
    pub remedy: Cow<'static, str>,
    /// A command that repairs or shows the problem.
    pub command: Option<Cow<'static, str>>,
    /// Anchor in `docs/runbook.md`, without `#`.
    pub runbook: Cow<'static, str>,
}

impl Facts {
    /// Begins the facts of probe `id`, whose healthy state is `title`.
    pub fn new(id: impl Into<Cow<'static, str>>, title: impl Into<Cow<'static, str>>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            why: Cow::Borrowed(""),
            asks: Cow::Borrowed(""),
            fails_when: Cow::Borrowed(""),
            needs: Vec::new(),
            safety: Safety::Observe,
            timeout: Duration::from_secs(15),
            optional: false,
            variables: Vec::new(),
            remedy: Cow::Borrowed(""),
            command: None,
            runbook: Cow::Borrowed(""),
        }
    }

    /// Why it matters, one sentence.
    pub fn why(mut self, why: impl Into<Cow<'static, str>>) -> Self {
        self.why = why.into();
        self
    }

    /// How it asks, one sentence.
    pub fn asks(mut self, asks: impl Into<Cow<'static, str>>) -> Self {
        self.asks = asks.into();
        self
    }

    /// Which observations make it FAIL or WARN, one sentence.
    pub fn fails_when(mut self, what: impl Into<Cow<'static, str>>) -> Self {
        self.fails_when = what.into();
        self
    }

    /// Adds probes that must have passed (PASS or WARN) before this one starts.
    pub fn needs<S: Into<Cow<'static, str>> + Clone>(mut self, needs: &[S]) -> Self {
        self.needs.extend(needs.iter().cloned().map(Into::into));
        self
    }

    /// What it may do to the target; default [`Safety::Observe`].
    pub fn safety(mut self, safety: Safety) -> Self {
        self.safety = safety;
        self
    }

    /// When the scheduler ends it; default 15 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Declares that it may not exist here by configuration.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Adds variables it cannot do without.
    pub fn variables(mut self, names: &[&'static str]) -> Self {
        self.variables.extend_from_slice(names);
        self
    }

    /// What to do when it fails.
    pub fn remedy(mut self, remedy: impl Into<Cow<'static, str>>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// A command that repairs or shows the problem.
    pub fn command(mut self, command: impl Into<Cow<'static, str>>) -> Self {
        self.command = Some(command.into());
        self
    }

    /// Anchor in `docs/runbook.md`, without `#`.
    pub fn runbook(mut self, anchor: impl Into<Cow<'static, str>>) -> Self {
        self.runbook = anchor.into();
        self
    }

    /// The check part of the id: `queues` in `queues.depth`.
    pub fn prefix(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }
}
