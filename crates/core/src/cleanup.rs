//! What was written is undone: last in, first out, at the end, on failure and on Ctrl-C; journalled
//! first, so that `golive cleanup` finishes the work of a run that was killed.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::{Context, RunScope};
use crate::error::Error;
use crate::events::{Event, Events};
use crate::report::{CleanupReport, CleanupStatus};

mod http;
mod journal;

pub use http::{HttpUndo, http_undo};
pub use journal::{Journal, UndoTicket, pending_runs};

/// One undo gets this long: a rate limit that the run itself has used up is over within its minute.
const UNDO_TIMEOUT: Duration = Duration::from_secs(75);

/// All of them together get this long; what is left then is listed, and stays in the journal.
const CLEANUP_TIMEOUT: Duration = Duration::from_mins(2);

/// How to take back one write. Holds what a later process needs, never a secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Undo {
    /// Which [`UndoHandler`] knows how.
    pub kind: String,
    /// What was written, in words: `campaign golive-…`.
    pub what: String,
    /// What the handler needs: ids, paths.
    pub data: Value,
}

/// How an undo went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undone {
    /// It is gone (or never came to be).
    Done(String),
    /// It is still there: ids and the SQL or command that removes it.
    Left(String),
}

/// Knows how to undo one kind of write. Must be idempotent: it may be asked twice.
#[async_trait]
pub trait UndoHandler: Send + Sync {
    /// The [`Undo::kind`] it answers for.
    fn kind(&self) -> &'static str;

    /// Takes the write back.
    async fn undo(&self, cx: &Context, undo: &Undo) -> Result<Undone, Error>;
}

/// Undoes everything the journal still holds, last in first out.
pub async fn run(
    scope: &Arc<RunScope>,
    handlers: &[Arc<dyn UndoHandler>],
    events: &Events,
) -> Vec<CleanupReport> {
    let entries = scope.journal.open_entries();
    if entries.is_empty() {
        scope.journal.finish();
        return Vec::new();
    }
    events.emit(Event::CleanupStarted {
        entries: entries.len(),
    });
    let end = tokio::time::Instant::now() + CLEANUP_TIMEOUT;
    let mut reports = Vec::new();
    for (seq, undo) in entries.into_iter().rev() {
        let undone = if tokio::time::Instant::now() < end {
            undo_one(scope, handlers, &undo).await
        } else {
            Undone::Left("no time was left for it; run `golive cleanup`".to_owned())
        };
        let (status, detail) = match undone {
            Undone::Done(detail) => {
                scope.journal.mark_done(seq);
                (CleanupStatus::Done, detail)
            }
            Undone::Left(detail) => (CleanupStatus::Left, detail),
        };
        let report = CleanupReport {
            what: scope.redactor.clean(&undo.what).into(),
            status,
            detail: scope.redactor.clean(&detail).into(),
        };
        events.emit(Event::CleanupFinished(report.clone()));
        reports.push(report);
    }
    scope.journal.finish();
    reports
}

async fn undo_one(scope: &Arc<RunScope>, handlers: &[Arc<dyn UndoHandler>], undo: &Undo) -> Undone {
    let cx = Context::new(Arc::clone(scope), "cleanup", UNDO_TIMEOUT);
    let attempt = async {
        if undo.kind == http::KIND {
            return HttpUndo.undo(&cx, undo).await;
        }
        match handlers.iter().find(|handler| handler.kind() == undo.kind) {
            Some(handler) => handler.undo(&cx, undo).await,
            None => Ok(Undone::Left(format!(
                "this binary cannot undo {:?}; run `golive cleanup`",
                undo.kind
            ))),
        }
    };
    match tokio::time::timeout(UNDO_TIMEOUT, attempt).await {
        Ok(Ok(undone)) => undone,
        Ok(Err(error)) => Undone::Left(format!("{error}; run `golive cleanup` once it answers again")),
        Err(_) => Undone::Left("no answer in time; run `golive cleanup` once it answers again".to_owned()),
    }
}
