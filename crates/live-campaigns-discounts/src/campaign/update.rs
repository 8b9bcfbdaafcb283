//! A change is kept as it was given, and changes nothing else.

use std::sync::Arc;
use std::time::Duration;

use golive_core::contract::fill;
use golive_core::http::Response;
use golive_core::prelude::*;
use serde_json::{Value, json};

use crate::answers::VARIABLES;
use crate::smoke::{self, Sample};
use crate::stored::{self, Campaign};

pub(crate) struct Update;

#[async_trait]
impl Probe for Update {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.update", "a changed name and text are stored as given, and the rest stays")
            .why("a correction that is confirmed and not kept is sent to the customers uncorrected")
            .asks("changes name and text by PUT (PATCH where there is no PUT), then the name alone, and reads the row in PostgreSQL")
            .fails_when("the change is refused, not stored exactly, or a field that was not named is lost")
            .needs(&["campaigns.create"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(30))
            .variables(VARIABLES)
            .remedy("Let PUT /campaigns/<id> write the fields of its body to the draft, leave the others alone, and answer after the write")
            .runbook("campaign-lifecycle")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let changed = change(cx).await?;
        Ok(judge(&changed))
    }
}

/// What was changed, and what the row held afterwards.
#[derive(Debug)]
pub(crate) struct Changed {
    method: &'static str,
    asked: Value,
    status: u16,
    row: Option<Campaign>,
    renamed: String,
    renamed_status: u16,
    renamed_row: Option<Campaign>,
}

/// Changes the campaign once a run: [`super::utm`] waits for it, as it changes the same one.
pub(crate) async fn change(cx: &Context) -> Result<Arc<Changed>, Error> {
    cx.shared("campaigns.changed", || change_both(cx)).await
}

async fn change_both(cx: &Context) -> Result<Changed, Error> {
    let made = smoke::campaign(cx, Sample::Changing).await?;
    let id = made.id()?;
    // Quotes, braces, accents and an emoji: text is kept to the character.
    let text = format!("Γειά σου {{{{ customer_name }}}} 🌸 \"50 % off\" – {}", made.name);
    let asked = json!({"name": format!("{}-changed", made.name), "bodyText": text});
    let (method, answer) = put(cx, id, &asked).await?;
    let kept = |row: Option<&Campaign>| row.is_some_and(|row| asked["name"] == row.name.as_str());
    let row = stored::campaign(cx, id, kept).await?;
    let renamed = format!("{}-renamed", made.name);
    let (_, second) = put(cx, id, &json!({"name": renamed})).await?;
    let kept = |row: Option<&Campaign>| second.status() >= 300 || row.is_some_and(|row| row.name == renamed);
    let renamed_row = stored::campaign(cx, id, kept).await?;
    let (status, renamed_status) = (answer.status(), second.status());
    Ok(Changed {
        method,
        asked,
        status,
        row,
        renamed,
        renamed_status,
        renamed_row,
    })
}

/// PUT, or PATCH where there is no PUT.
async fn put(cx: &Context, id: &str, body: &Value) -> Result<(&'static str, Response), Error> {
    let path = fill(&cx.contract().paths.campaign, id);
    let answer = cx.http().put(&path).admin()?.json(body).send().await?;
    if matches!(answer.status(), 404 | 405) {
        let other = cx.http().patch(&path).admin()?.json(body).send().await?;
        if !matches!(other.status(), 404 | 405) {
            return Ok(("PATCH", other));
        }
    }
    Ok(("PUT", answer))
}

fn judge(changed: &Changed) -> Outcome {
    let mut assertions = Assertions::new();
    let Changed {
        method,
        asked,
        status,
        row,
        renamed,
        renamed_status,
        renamed_row,
    } = changed;
    let reason = if matches!(status, 404 | 405) {
        Reason::RouteMissing
    } else {
        Reason::StatusUnexpected
    };
    let expected = format!("{method} with name and text answers 200");
    if !assertions.require(
        (200..300).contains(status),
        reason,
        expected,
        format!("{method} with name and text answered {status}"),
    ) {
        return assertions.conclude("");
    }
    let empty = Campaign::default();
    let row = row.as_ref().unwrap_or(&empty);
    for (field, stored) in [
        ("name", Some(row.name.as_str())),
        ("bodyText", row.text.as_deref()),
    ] {
        assertions.require(
            asked[field].as_str() == stored,
            Reason::EffectMissing,
            format!("{field} is stored as {}", asked[field]),
            format!("{field} is stored as {stored:?} after {method}"),
        );
    }
    // A backend may insist on the whole object; one that takes a part must not lose the rest.
    if (200..300).contains(renamed_status) {
        let after = renamed_row.as_ref().unwrap_or(&empty);
        let kept = after.text == row.text && after.batch_size == row.batch_size && after.utm == row.utm;
        assertions.require(
            after.name == *renamed,
            Reason::EffectMissing,
            "a new name alone is stored",
            format!(
                "the name is stored as {:?} after {method} with the name alone",
                after.name
            ),
        );
        assertions.require(
            kept,
            Reason::DataMismatch,
            "text, batch size and UTM stay when the name is changed",
            format!("text, batch size or UTM changed when only the name was {method}"),
        );
    } else {
        assertions.require(
            matches!(renamed_status, 400 | 422),
            Reason::StatusUnexpected,
            format!("{method} with the name alone answers 200 (or 422)"),
            format!("{method} with the name alone answered {renamed_status}"),
        );
    }
    assertions.conclude(format!(
        "{method} keeps name and text to the character, and leaves the rest alone"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn healthy() -> Changed {
        let row = Campaign {
            name: "a".into(),
            text: Some("t".into()),
            batch_size: Some(3),
            ..Campaign::default()
        };
        Changed {
            method: "PUT",
            asked: json!({"name": "a", "bodyText": "t"}),
            status: 200,
            row: Some(row.clone()),
            renamed: "b".into(),
            renamed_status: 200,
            renamed_row: Some(Campaign {
                name: "b".into(),
                ..row
            }),
        }
    }

    #[test]
    fn stored_and_nothing_else_changed() {
        let judged = |change: &dyn Fn(&mut Changed)| {
            let mut changed = healthy();
            change(&mut changed);
            judge(&changed).reason
        };
        assert_eq!(judged(&|_| {}), None);
        assert_eq!(judged(&|changed| changed.status = 204), None);
        assert_eq!(
            judged(&|changed| changed.renamed_status = 422),
            None,
            "it wants the whole object"
        );
        assert_eq!(
            judged(&|changed| changed.status = 404),
            Some(Reason::RouteMissing)
        );
        assert_eq!(
            judged(&|changed| changed.status = 500),
            Some(Reason::StatusUnexpected)
        );
        assert_eq!(
            judged(&|changed| changed.renamed_status = 500),
            Some(Reason::StatusUnexpected)
        );
        assert_eq!(judged(&|changed| changed.row = None), Some(Reason::EffectMissing));
        assert_eq!(
            judged(&|changed| changed.asked["bodyText"] = json!("ü")),
            Some(Reason::EffectMissing)
        );
        assert_eq!(
            judged(&|changed| changed.renamed = "c".into()),
            Some(Reason::EffectMissing)
        );
        let forgets = |changed: &mut Changed| {
            changed.renamed_row = Some(Campaign {
                name: "b".into(),
                ..Campaign::default()
            });
        };
        assert_eq!(judged(&forgets), Some(Reason::DataMismatch));
        for lose in [
            |row: &mut Campaign| row.text = None,
            |row: &mut Campaign| row.batch_size = None,
            |row: &mut Campaign| row.utm = json!({"utm_source": "x"}),
        ] {
            let forgets = |changed: &mut Changed| lose(changed.renamed_row.as_mut().expect("a row"));
            assert_eq!(judged(&forgets), Some(Reason::DataMismatch));
        }
    }
}
