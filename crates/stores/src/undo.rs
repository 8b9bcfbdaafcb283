//! Taking back what smoke data left in the stores: jobs that golive added, jobs and rows that the target made.

use std::sync::Arc;

use golive_core::cleanup::UndoHandler;

mod job;
mod marked;
mod rows;

pub use job::{RedisJobUndo, redis_job_undo};
pub use marked::{RedisJobsByMarkerUndo, redis_jobs_by_marker_undo};
pub use rows::{SqlRowsUndo, sql_rows_undo};

/// The handlers of every undo kind of this crate, for [`golive_core::check::Check::undo_handlers`].
pub fn undo_handlers() -> Vec<Arc<dyn UndoHandler>> {
    vec![
        Arc::new(RedisJobUndo),
        Arc::new(RedisJobsByMarkerUndo),
        Arc::new(SqlRowsUndo),
    ]
}

fn malformed(kind: &str, error: &serde_json::Error) -> golive_core::error::Error {
    golive_core::error::Error::Internal(format!(
        "the undo journal holds a malformed {kind} entry: {error}"
    ))
}
