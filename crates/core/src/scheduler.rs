//! Runs probes: one graph over all checks, ready ones at once up to a limit, load ones last and alone;
//! whatever one probe does (panic, hang, silence) is its result and nobody else's.

mod plan;
mod result;
mod run;
mod supervise;

pub use plan::{Node, Plan, PlanError, Selection};
pub use run::{Finished, Options, run};

#[cfg(test)]
mod tests;
