//! One undo for all deliveries of a run: their jobs on every queue, then their Event rows.

use std::time::Duration;

use golive_core::async_trait;
use golive_core::cleanup::{Undo, UndoHandler, UndoTicket, Undone};
use golive_core::context::Context;
use golive_core::error::Error;
use golive_stores::bullmq::Removal;
use golive_stores::{Stores, sql_rows_undo, undo::SqlRowsUndo};
use serde::{Deserialize, Serialize};

use crate::delivery::dedupe_key;
use crate::events::{self, Event};
use crate::job;
use crate::topic::{Topic, run_digits};

const KIND: &str = "webhook-deliveries";
/// So many rows are deleted at once; the clean-up role refuses more than 50.
const ROWS: usize = 40;
/// A worker that holds a job gets this long to let go of it.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a later process needs to find everything again.
#[derive(Debug, Serialize, Deserialize)]
struct Data {
    /// Twelve digits that all object ids of the run begin with, and the name in its payloads.
    marks: Vec<String>,
    /// Every `dedupeKey` that a delivery of the run can have.
    keys: Vec<String>,
    queues: Vec<String>,
}

/// Registers the undo of this run's deliveries, once, before the first is sent. Where the stores cannot be reached
/// nothing may be sent: it could not be taken back.
pub(crate) async fn register(cx: &Context) -> Result<(), Error> {
    let register = || async {
        cx.can_undo().await?;
        cx.undo_later(undo(cx)?)
    };
    cx.shared::<UndoTicket, _, _>("webhooks.undo", register).await?;
    Ok(())
}

fn undo(cx: &Context) -> Result<Undo, Error> {
    let (shop, nowhere) = (cx.settings().shop()?, cx.impossible_shop());
    let topics = Topic::all(cx.contract());
    let keys = topics.iter().flat_map(|topic| {
        let shop = if topic.privacy {
            nowhere.as_str()
        } else {
            shop.as_str()
        };
        let objects = topic.objects(cx.run_id()).into_iter();
        objects
            .map(|object| dedupe_key(shop, topic, object))
            .collect::<Vec<_>>()
    });
    let data = Data {
        marks: vec![run_digits(cx.run_id()).to_string(), cx.smoke_name("")],
        keys: keys.collect(),
        queues: cx.contract().queues.all.clone(),
    };
    Ok(Undo {
        kind: KIND.to_owned(),
        what: format!("webhook deliveries {}…", cx.smoke_name("")),
        data: serde_json::json!(data),
    })
}

/// Handles it.
pub(crate) struct DeliveriesUndo;

#[async_trait]
impl UndoHandler for DeliveriesUndo {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn undo(&self, cx: &Context, undo: &Undo) -> Result<Undone, Error> {
        let data = Data::deserialize(&undo.data).map_err(|error| {
            Error::Internal(format!(
                "the undo journal holds a malformed {KIND} entry: {error}"
            ))
        })?;
        let rows = rows(cx, &data).await?;
        // One store out of reach must not keep the other from being cleaned.
        let jobs = remove_jobs(cx, &data, &rows).await.unwrap_or_else(|error| {
            let mark = data.marks.first().map(String::as_str).unwrap_or_default();
            Undone::Left(format!(
                "jobs about objects {mark}… may stay: {error}; run `golive cleanup`"
            ))
        });
        let rows = delete_rows(cx, &rows).await?;
        Ok(together([jobs, rows]))
    }
}

/// The run's rows, by key and by whatever else names the run.
async fn rows(cx: &Context, data: &Data) -> Result<Vec<Event>, Error> {
    let postgres = cx.postgres().await?;
    let mut rows = events::with_keys(&postgres, &data.keys).await?;
    // Without an index this may take too long; the keys find all that a sound target stored.
    rows.extend(
        events::mentioning(&postgres, &data.marks)
            .await
            .unwrap_or_default(),
    );
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    rows.dedup_by(|one, other| one.id == other.id);
    Ok(rows)
}

async fn remove_jobs(cx: &Context, data: &Data, rows: &[Event]) -> Result<Undone, Error> {
    let bullmq = cx.bullmq().await?;
    let (mut removed, mut held) = (0, Vec::new());
    for queue in &data.queues {
        let ours = job::marked(&bullmq, queue, |job| {
            data.marks.iter().any(|mark| job.mentions(mark))
                || rows.iter().any(|row| job::names(job, &row.id))
        });
        for id in ours.await? {
            let attempt = || async {
                let removal = bullmq.remove_job(queue, &id).await?;
                Ok((removal != Removal::Locked).then_some(removal))
            };
            match cx.poll(Duration::from_millis(100), PATIENCE, attempt).await? {
                Some(Removal::Removed) => removed += 1,
                Some(_) => {}
                None => held.push(format!("{queue}:{id}")),
            }
        }
    }
    Ok(if held.is_empty() {
        Undone::Done(format!("{removed} jobs removed"))
    } else {
        let held = held.join(", ");
        Undone::Left(format!(
            "a worker still holds job {held}; run `golive cleanup` later"
        ))
    })
}

async fn delete_rows(cx: &Context, rows: &[Event]) -> Result<Undone, Error> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut left = Vec::new();
    for ids in ids.chunks(ROWS) {
        let undo = sql_rows_undo("", "Event", &[("id", serde_json::json!(ids))]);
        if let Undone::Left(words) = SqlRowsUndo.undo(cx, &undo).await? {
            left.push(words);
        }
    }
    Ok(if left.is_empty() {
        Undone::Done(format!("{} Event rows deleted", ids.len()))
    } else {
        Undone::Left(left.join("\n"))
    })
}

/// Left when a part is left, and then only what is left is told.
fn together(parts: [Undone; 2]) -> Undone {
    let left = |part: &Undone| matches!(part, Undone::Left(_));
    let any_left = parts.iter().any(left);
    let words: Vec<String> = parts
        .into_iter()
        .filter(|part| !any_left || left(part))
        .map(|part| match part {
            Undone::Done(words) | Undone::Left(words) => words,
        })
        .collect();
    let words = words.join("; ");
    if any_left {
        Undone::Left(words)
    } else {
        Undone::Done(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told() {
        let (done, left) = (
            || Undone::Done("2 jobs removed".into()),
            || Undone::Left("row stays".into()),
        );
        assert_eq!(
            together([done(), Undone::Done("2 rows".into())]),
            Undone::Done("2 jobs removed; 2 rows".into())
        );
        assert_eq!(together([done(), left()]), left());
    }
}
