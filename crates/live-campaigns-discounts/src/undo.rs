//! Takes back smoke data: asks the target to delete it, then looks for every row that is left of it.

use golive_core::cleanup::{Undo, UndoHandler, Undone};
use golive_core::contract::{Paths, fill};
use golive_core::prelude::*;
use golive_stores::undo::SqlRowsUndo;
use golive_stores::{Param, Stores, quote_ident, sql_rows_undo};
use serde_json::{Value, json};

const KIND: &str = "campaigns-smoke-data";
/// Shorter texts could be somebody else's.
const SHORTEST_MARKER: usize = 8;

/// What smoke data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Object {
    Campaign,
    Discount,
    /// What the target writes because of a test send.
    Message,
}

impl Object {
    const ALL: [Self; 3] = [Self::Campaign, Self::Discount, Self::Message];

    fn table(self) -> &'static str {
        match self {
            Self::Campaign => "Campaign",
            Self::Discount => "Discount",
            Self::Message => "Message",
        }
    }

    /// Columns that hold the name.
    fn texts(self) -> &'static [&'static str] {
        match self {
            Self::Campaign => &["name", "bodyText", "utmJson"],
            Self::Discount => &["code", "title"],
            Self::Message => &["body", "metadata"],
        }
    }

    /// Rows of other tables that name its id.
    fn traces(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Campaign => &[
                ("CampaignRecipient", "campaignId"),
                ("Shortlink", "campaignId"),
                ("AuditLog", "entityId"),
            ],
            Self::Discount | Self::Message => &[("AuditLog", "entityId")],
        }
    }

    fn path(self, paths: &Paths) -> Option<&str> {
        match self {
            Self::Campaign => Some(&paths.campaign),
            Self::Discount => Some(&paths.discount),
            Self::Message => None,
        }
    }
}

/// The undo of what is named `name`; `id` is its own once it is known, for messages their campaign's.
pub(crate) fn smoke_data(object: Object, name: &str, id: Option<&str>) -> Undo {
    Undo {
        kind: KIND.to_owned(),
        what: format!("{} {name}", object.table().to_lowercase()),
        data: json!({"object": object.table(), "name": name, "id": id}),
    }
}

/// Handles [`smoke_data`].
#[derive(Debug)]
pub(crate) struct SmokeData;

#[async_trait]
impl UndoHandler for SmokeData {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn undo(&self, cx: &Context, undo: &Undo) -> Result<Undone, Error> {
        let field = |name: &str| undo.data[name].as_str();
        let object = Object::ALL
            .into_iter()
            .find(|object| field("object") == Some(object.table()));
        let (Some(object), Some(name)) = (object, field("name")) else {
            return Err(Error::Internal(format!(
                "the undo journal holds a malformed {KIND} entry"
            )));
        };
        let known = field("id");
        let found = found(cx, object, name, known).await;
        let mut ids = found.as_ref().cloned().unwrap_or_default();
        ids.extend(known.filter(|_| object != Object::Message).map(str::to_owned));
        ids.sort();
        ids.dedup();
        let asked = delete_all(cx, object, &ids).await;
        if let Err(error) = found {
            return Ok(match asked {
                Ok(words) if !ids.is_empty() => Undone::Done(format!("{words}; not confirmed: {error}")),
                Ok(_) => Undone::Left(format!("look for {name} and delete it: {error}")),
                Err(words) => Undone::Left(words),
            });
        }
        if ids.is_empty() {
            return Ok(Undone::Done("nothing was there".to_owned()));
        }
        // Whatever the target answered, the rows decide.
        let words = asked.unwrap_or_else(|words| words);
        Ok(remove_rows(cx, object, &ids, words).await)
    }
}

/// Ids of the rows that carry the name.
async fn found(cx: &Context, object: Object, name: &str, id: Option<&str>) -> Result<Vec<String>, Error> {
    let mut markers = vec![name.to_owned()];
    if object == Object::Message {
        markers.extend(id.filter(|id| id.len() >= SHORTEST_MARKER).map(str::to_owned));
    }
    let texts: Vec<String> = object
        .texts()
        .iter()
        .map(|column| format!("{}::text", quote_ident(column)))
        .collect();
    let sql = format!(
        "SELECT id FROM {} WHERE EXISTS (SELECT FROM unnest($1::text[]) marker \
         WHERE position(lower(marker) IN lower(concat_ws(' ', {}))) > 0) LIMIT 100",
        quote_ident(object.table()),
        texts.join(", ")
    );
    let rows = cx.postgres().await?.fetch(&sql, &[Param::from(markers)]).await?;
    rows.iter().map(|row| row.text("id")).collect()
}

/// Asks the target to delete each: `Err` names those it did not.
async fn delete_all(cx: &Context, object: Object, ids: &[String]) -> Result<String, String> {
    let Some(template) = object.path(&cx.contract().paths) else {
        return Ok(format!("{} found", ids.len()));
    };
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    for path in ids.iter().map(|id| fill(template, id)) {
        let answer = match cx.http().delete(&path).admin() {
            Ok(request) => request.send().await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(answer) if matches!(answer.status(), 200..=299 | 404 | 410) => {
                done.push(format!("DELETE {path} answered {}", answer.status()));
            }
            Ok(answer) => refused.push(format!(
                "DELETE {path} answered {}; repeat it by hand",
                answer.status()
            )),
            Err(error) => refused.push(error.to_string()),
        }
    }
    if refused.is_empty() {
        Ok(done.join(", "))
    } else {
        Err(refused.join(", "))
    }
}

/// Removes what is left in the database, traces first; names what stays.
async fn remove_rows(cx: &Context, object: Object, ids: &[String], words: String) -> Undone {
    let ids: Value = json!(ids);
    let (mut done, mut left) = (vec![words], Vec::new());
    for (table, column) in object.traces().iter().copied().chain([(object.table(), "id")]) {
        let rows = sql_rows_undo(table, table, &[(column, ids.clone())]);
        match SqlRowsUndo.undo(cx, &rows).await {
            Ok(Undone::Done(words)) if words.ends_with("deleted") => done.push(format!("{table}: {words}")),
            Ok(Undone::Done(_)) => {}
            Ok(Undone::Left(words)) => left.push(words),
            Err(error) => left.push(format!("cannot look into {table}: {error}")),
        }
    }
    if left.is_empty() {
        Undone::Done(done.join("; "))
    } else {
        Undone::Left(left.join("\n"))
    }
}
