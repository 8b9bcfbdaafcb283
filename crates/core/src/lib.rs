//! The spine of golive: what a check, a probe and an answer are, how probes are run, and the only
//! ways in (settings, contract) and out (redactor) of the process.
//!
//! Start reading at [`check`] (what a team writes), then [`outcome`] (what a probe answers),
//! [`context`] (what a probe may use), [`scheduler`] (how probes are run) and [`report`].

pub mod check;
pub mod cleanup;
pub mod cli;
pub mod conduct;
pub mod context;
pub mod contract;
pub mod error;
pub mod events;
pub mod http;
pub mod leak;
pub mod outcome;
pub mod output;
mod pause;
pub mod progress;
pub mod ranges;
pub mod redact;
pub mod render;
pub mod report;
pub mod scheduler;
pub mod settings;
pub mod signing;
pub mod standalone;
mod suggest;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use async_trait::async_trait;
pub use suggest::nearest;

/// What a check crate needs, in one line: `use golive_core::prelude::*;`.
pub mod prelude {
    pub use crate::check::{Check, Facts, Probe, Safety};
    pub use crate::context::Context;
    pub use crate::error::Error;
    pub use crate::outcome::{Assertions, Evidence, Measurement, Outcome, Reason, Remedy, Status};
    pub use async_trait::async_trait;
}
