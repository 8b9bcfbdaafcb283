//! A campaign that must not stay: its undo is journalled before it is sent.

use golive_core::cleanup::http_undo;
use golive_core::contract::fill;
use golive_core::http::Request;
use golive_core::prelude::*;
use golive_stores::sql_rows_undo;
use serde_json::{Value, json};

/// What became of a creation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Created {
    pub(crate) status: u16,
    /// The new object's id, when the answer tells.
    pub(crate) id: Option<String>,
    /// The whole answer.
    pub(crate) answer: Value,
}

/// Sends a request that may create something at `object` (a path with `{id}`); what it creates is deleted at the end.
/// With `row` (table and name) rows that land where the admin token does not reach are removed or listed too.
pub(crate) async fn create(
    cx: &Context,
    request: Request,
    what: &str,
    object: &str,
    row: Option<(&str, &str)>,
) -> Result<Created, Error> {
    let stray = match row {
        Some((table, name)) => Some(cx.undo_later(sql_rows_undo(
            format!("{what}, in whatever shop"),
            table,
            &[("name", json!(name))],
        ))?),
        None => None,
    };
    let ticket = cx.undo_later(http_undo(what, "DELETE", None))?;
    let response = request.no_redirects().send().await?;
    let answer: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    let id = id_of(&answer);
    match (&id, response.status()) {
        (Some(id), _) => ticket.update(json!({"method": "DELETE", "path": fill(object, id)}))?,
        (None, 200..=299) if stray.is_none() => {}
        // nothing was created; if something was all the same, the rows tell
        _ => ticket.done(),
    }
    Ok(Created {
        status: response.status(),
        id,
        answer,
    })
}

/// `{"campaign":{"id":…}}` or `{"id":…}`.
fn id_of(answer: &Value) -> Option<String> {
    let id = answer.pointer("/campaign/id").or_else(|| answer.get("id"))?;
    match id {
        Value::String(id) if !id.is_empty() => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_both_shapes() {
        assert_eq!(id_of(&json!({"campaign": {"id": "c1"}})).as_deref(), Some("c1"));
        assert_eq!(id_of(&json!({"ok": true, "id": 7})).as_deref(), Some("7"));
        assert_eq!(id_of(&json!({"error": "x"})), None);
    }
}
