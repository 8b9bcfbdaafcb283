//! One message to try a campaign: refused without a number, delivered once with one.

use golive_core::context::Context;
use golive_core::contract::fill;
use golive_core::error::Error;
use golive_core::http::Response;
use golive_stores::bullmq::Job;
use golive_stores::redis_jobs_by_marker_undo;
use serde_json::Value;

use crate::smoke::Made;
use crate::undo::{self, Object};

pub(crate) mod delivers;
pub(crate) mod validates;

/// Sends a test send's body. What a target may make of it, refused or not, is undone: jobs and messages.
async fn send(cx: &Context, made: &Made, body: &Value) -> Result<Response, Error> {
    let path = fill(&cx.contract().paths.campaign_test_send, made.id()?);
    cx.http().post(&path).admin()?.json(body).send().await
}

/// Registers the undo of jobs and messages that come of test sends of the campaign, once before any is sent.
async fn undo_later(cx: &Context, made: &Made) -> Result<(), Error> {
    let id = made.id()?;
    let register = || async {
        cx.undo_later(undo::smoke_data(Object::Message, &made.name, Some(id)))?;
        for marker in markers(made) {
            let what = format!("jobs of {}", made.name);
            cx.undo_later(redis_jobs_by_marker_undo(
                what,
                &cx.contract().queues.delivery,
                marker,
            ))?;
        }
        Ok(())
    };
    cx.shared("campaigns.test-send.undo", register).await?;
    Ok(())
}

/// What jobs of the campaign hold: its name, as part of its text, or its id.
fn markers(made: &Made) -> impl Iterator<Item = &str> {
    let id = made.id.as_deref().filter(|id| id.len() >= 8);
    std::iter::once(made.name.as_str()).chain(id)
}

/// Whether a job is about the campaign.
fn is_about(job: &Job, made: &Made) -> bool {
    markers(made).any(|marker| job.mentions(marker)) || made.id.as_deref().is_some_and(|id| job.names(id))
}
