//! Undo by an HTTP request to the target: `DELETE /campaigns/<id>`.

use async_trait::async_trait;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Undo, UndoHandler, Undone};
use crate::context::Context;
use crate::error::Error;

pub(super) const KIND: &str = "http";

/// Sends the request that takes a write back; 404 means that it is gone already.
#[derive(Debug)]
pub struct HttpUndo;

/// An undo that sends `method path` as admin of the test shop. A path may come later by
/// [`super::UndoTicket::update`], once the id is known; without one there is nothing to undo.
pub fn http_undo(what: impl Into<String>, method: &str, path: Option<&str>) -> Undo {
    Undo {
        kind: KIND.to_owned(),
        what: what.into(),
        data: json!({ "method": method, "path": path }),
    }
}

#[async_trait]
impl UndoHandler for HttpUndo {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn undo(&self, cx: &Context, undo: &Undo) -> Result<Undone, Error> {
        let text = |key: &str| undo.data.get(key).and_then(Value::as_str);
        let Some(path) = text("path") else {
            return Ok(Undone::Left(format!(
                "the request was sent but its answer never came: look for {} and delete it by hand",
                undo.what
            )));
        };
        let method: Method = text("method")
            .unwrap_or("DELETE")
            .parse()
            .unwrap_or(Method::DELETE);
        let response = cx.http().request(method.clone(), path).admin()?.send().await?;
        Ok(match response.status() {
            200..=299 => Undone::Done(format!("{method} {path} answered {}", response.status())),
            404 | 410 => Undone::Done(format!("{method} {path}: already gone")),
            status => Undone::Left(format!("{method} {path} answered {status}; repeat it by hand")),
        })
    }
}
