//! Runs checks inside a test, as `golive run` would, and hands back the report.

pub mod npm;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::check::Check;
use crate::cleanup::Journal;
use crate::conduct;
use crate::context::{RunScope, new_run_id};
use crate::contract::Contract;
use crate::events::Events;
use crate::report::Report;
use crate::scheduler::{Options, Plan, PlanError, Selection};
use crate::settings::Settings;

/// Verifies with `checks` and answers the report.
///
/// # Errors
/// [`PlanError`] when the selection names something unknown.
pub async fn verify(
    checks: &[&dyn Check],
    settings: Settings,
    contract: Contract,
    selection: &Selection,
) -> Result<Report, PlanError> {
    let contract = contract.with_settings(&settings);
    let plan = Plan::build(checks, &contract, selection)?;
    let journal = Journal::in_memory(new_run_id());
    let scope = Arc::new(RunScope::new(settings, contract, journal, selection.read_only));
    let options = Options {
        concurrency: 16,
        deadline: Duration::from_mins(2),
        interrupt: CancellationToken::new(),
    };
    let (events, _) = Events::channel();
    Ok(conduct::execute(checks, scope, plan, &options, &events, conduct::Frame::default()).await)
}
