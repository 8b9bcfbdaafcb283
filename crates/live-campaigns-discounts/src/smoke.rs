//! The few campaigns and discounts that golive makes, each once a run, with its undo registered first.

use std::sync::Arc;

use golive_core::cleanup::UndoTicket;
use golive_core::context::Context;
use golive_core::error::Error;
use golive_core::http::Response;
use golive_core::outcome::{Outcome, Reason};
use serde_json::{Value, json};

use crate::answers;
use crate::undo::{self, Object};

/// The batch size that campaigns are given: no backend's default.
pub(crate) const BATCH_SIZE: i64 = 251;
/// The UTM source that campaigns are given.
pub(crate) const UTM_SOURCE: &str = "golive";

/// What golive asked for, and what the target answered.
#[derive(Debug)]
pub(crate) struct Made {
    /// Its name (or code), which nothing else carries.
    pub(crate) name: String,
    /// The body that was sent.
    pub(crate) asked: Value,
    /// The answer, whatever it is.
    pub(crate) answer: Response,
    /// The id in the answer.
    pub(crate) id: Option<String>,
}

impl Made {
    /// The id.
    ///
    /// # Errors
    /// [`Error::Judged`] when the answer has none.
    pub(crate) fn id(&self) -> Result<&str, Error> {
        self.answer.expect_json(&[200, 201])?;
        self.id.as_deref().ok_or_else(|| {
            let outcome = Outcome::fail(
                Reason::BodyMismatch,
                format!("{} answered without an id", self.answer.request()),
            );
            Error::Judged(Box::new(
                outcome.expected("the new object's id").observed("no id"),
            ))
        })
    }
}

/// What a campaign is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sample {
    /// Short text; never changed. Most probes look at it.
    Plain,
    /// A text of two parts.
    Long,
    /// Changed by `update`, then by `utm`.
    Changing,
    /// Deleted by its probe.
    Doomed,
    /// What another shop tries to get at.
    Guarded,
}

impl Sample {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Long => "long",
            Self::Changing => "changing",
            Self::Doomed => "doomed",
            Self::Guarded => "guarded",
        }
    }

    fn text(self, name: &str) -> String {
        match self {
            // 230 characters of GSM-7: two parts, even behind a footer that the backend adds.
            Self::Long => {
                let begin = format!("Test campaign {name}. ");
                let rest = "It is long on purpose, so that it takes two parts. "
                    .chars()
                    .cycle();
                begin.chars().chain(rest).take(230).collect()
            }
            _ => format!("Test campaign {name}, deleted in a minute."),
        }
    }
}

/// The campaign of that kind.
pub(crate) async fn campaign(cx: &Context, sample: Sample) -> Result<Arc<Made>, Error> {
    let name = cx.smoke_name(sample.name());
    let body = campaign_body(&name, &sample.text(&name));
    cx.shared(&format!("campaigns.campaign.{}", sample.name()), || {
        create_campaign(cx, name.clone(), body)
    })
    .await
}

/// A campaign's body, with every field of the contract.
pub(crate) fn campaign_body(name: &str, text: &str) -> Value {
    json!({"name": name, "bodyText": text, "batchSize": BATCH_SIZE, "utmJson": {"utm_source": UTM_SOURCE}})
}

/// Sends a new campaign's body; `name` is somewhere in it.
pub(crate) async fn create_campaign(cx: &Context, name: String, asked: Value) -> Result<Made, Error> {
    let ticket = cx.undo_later(undo::smoke_data(Object::Campaign, &name, None))?;
    let shop = cx.settings().shop()?;
    let request = cx
        .http()
        .post(&cx.contract().paths.campaigns)
        .query(&[("shop", shop.as_str())]);
    let answer = request.admin()?.json(&asked).send().await?;
    let id = answer
        .json()
        .ok()
        .and_then(|body| answers::id(&body["campaign"]["id"]));
    remember(&ticket, Object::Campaign, &name, &answer, id.as_deref())?;
    Ok(Made {
        name,
        asked,
        answer,
        id,
    })
}

/// The percentage discount that most probes look at; its name is its code.
pub(crate) async fn discount(cx: &Context) -> Result<Arc<Made>, Error> {
    let code = cx.smoke_name("code");
    let body = json!({"code": code, "kind": "percentage", "value": 10, "title": code});
    cx.shared("campaigns.discount", || create_discount(cx, code.clone(), body))
        .await
}

/// Sends a new discount's body; `name` is its code or title.
pub(crate) async fn create_discount(cx: &Context, name: String, asked: Value) -> Result<Made, Error> {
    let ticket = cx.undo_later(undo::smoke_data(Object::Discount, &name, None))?;
    let answer = cx
        .http()
        .post(&cx.contract().paths.discounts)
        .admin()?
        .json(&asked)
        .send()
        .await?;
    let id = answer.json().ok().and_then(|body| answers::id(&body["id"]));
    remember(&ticket, Object::Discount, &name, &answer, id.as_deref())?;
    Ok(Made {
        name,
        asked,
        answer,
        id,
    })
}

/// A refusal wrote nothing; an id is better than a name.
fn remember(
    ticket: &UndoTicket,
    object: Object,
    name: &str,
    answer: &Response,
    id: Option<&str>,
) -> Result<(), Error> {
    if (400..500).contains(&answer.status()) {
        ticket.done();
        return Ok(());
    }
    match id {
        Some(id) => ticket.update(undo::smoke_data(object, name, Some(id)).data),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_the_parts_they_are_made_for() {
        let name = "golive-0123456789abcdef-changing";
        for sample in [
            Sample::Plain,
            Sample::Long,
            Sample::Changing,
            Sample::Doomed,
            Sample::Guarded,
        ] {
            let text = sample.text(name);
            assert!(text.is_ascii() && text.contains(name), "{text}");
            let length = text.chars().count();
            let wanted = if sample == Sample::Long {
                200..=250
            } else {
                40..=110
            };
            assert!(wanted.contains(&length), "{sample:?}: {length}");
        }
    }
}
