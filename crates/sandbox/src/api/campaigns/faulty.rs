//! How the campaign routes go wrong when a fault is on; without one, each function changes nothing.

use serde_json::{Value, json};

use super::draft::Draft;
use super::estimate::Estimate;
use super::store;
use crate::api::query::Page;
use crate::api::tenant::{self, Tenant};
use crate::error::ApiError;
use crate::state::State;

/// The shop that a new campaign will belong to.
pub(super) async fn writer(app: &State, mut tenant: Tenant, body: &Value) -> Result<Tenant, ApiError> {
    if app.faults.on("campaigns.isolation-shop-of-body")
        && let Some(id) = body["shopId"].as_str()
    {
        id.clone_into(&mut tenant.id);
    }
    if !app.faults.on("security.tenant-body-decides") {
        return Ok(tenant);
    }
    let named = ["shop", "shopDomain", "shop_domain"]
        .iter()
        .find_map(|name| body[*name].as_str());
    match named {
        Some(domain) => Ok(tenant::installed(app, domain).await?.unwrap_or(tenant)),
        None => Ok(tenant),
    }
}

/// The body of a new campaign.
pub(super) fn created(app: &State, mut body: Value) -> Value {
    if app.faults.on("campaigns.create-unvalidated") {
        if !body.is_object() {
            body = json!({});
        }
        for (name, otherwise) in [("name", "Untitled"), ("bodyText", "…")] {
            if body[name].as_str().is_none_or(str::is_empty) {
                body[name] = json!(otherwise);
            }
        }
    }
    if app.faults.on("campaigns.create-truncates-text")
        && let Some(text) = body["bodyText"].as_str()
    {
        body["bodyText"] = text.chars().take(20).collect::<String>().into();
    }
    if app.faults.on("campaigns.create-drops-batch-size")
        && let Some(fields) = body.as_object_mut()
    {
        fields.remove("batchSize");
    }
    body
}

/// The new row.
pub(super) async fn after_create(app: &State, mut campaign: Value) -> Result<Value, ApiError> {
    let id = campaign["id"].as_str().unwrap_or_default().to_owned();
    if app.faults.on("campaigns.create-stores-nothing") {
        store::delete(app, &id).await?;
    }
    if app.faults.on("campaigns.create-answers-error") {
        return Err(ApiError::internal("the campaign was stored, the answer failed"));
    }
    if app.faults.on("campaigns.create-without-id")
        && let Some(fields) = campaign.as_object_mut()
    {
        fields.remove("id");
    }
    if app.faults.on("campaigns.create-not-a-draft") {
        store::set_status(app, &id, "scheduled").await?;
        campaign["status"] = json!("scheduled");
    }
    Ok(campaign)
}

/// The page that is read.
pub(super) fn listed(app: &State, page: &Page) -> Page {
    let mut asked = Page {
        limit: page.limit,
        offset: page.offset,
    };
    if app.faults.on("campaigns.list-ignores-limit") {
        asked.limit = 100;
    }
    if app.faults.on("campaigns.list-loses-rows") && asked.offset > 0 {
        asked.offset += 1;
    }
    if app.faults.on("campaigns.list-repeats-rows") {
        asked.offset = (asked.offset - 1).max(0);
    }
    if app.faults.on("campaigns.list-ignores-offset") {
        asked.offset = 0;
    }
    asked
}

/// The change that is stored.
pub(super) fn changed(app: &State, mut draft: Draft) -> Draft {
    if app.faults.on("campaigns.update-strips-accents")
        && let Some(text) = &mut draft.body_text
    {
        text.retain(|character| character.is_ascii());
    }
    draft
}

/// The UTM parameters that are stored.
pub(super) fn utm(app: &State, campaign: &Value, mut given: Value) -> Value {
    if app.faults.on("campaigns.utm-replaced-by-empty") {
        given = json!({});
    }
    if app.faults.on("campaigns.utm-keeps-source-only")
        && let Some(fields) = given.as_object_mut()
    {
        fields.retain(|name, _| name == "utm_source");
    }
    if app.faults.on("campaigns.utm-stores-nothing") {
        given = campaign["utmJson"].clone();
    }
    given
}

/// The estimate that is answered.
pub(super) fn estimate(app: &State, mut estimate: Estimate) -> Estimate {
    if app.faults.on("campaigns.estimate-one-segment") {
        estimate.segments_per_message = 1;
    }
    if app.faults.on("campaigns.estimate-total-segments-wrong") {
        estimate.total_segments = estimate.segments_per_message;
    }
    if app.faults.on("campaigns.estimate-rounds-early") {
        estimate = estimate.rounded_early();
    }
    if app.faults.on("campaigns.estimate-cost-of-one") {
        estimate.total_cents = Estimate::of(1, estimate.segments_per_message).total_cents;
    }
    if app.faults.on("campaigns.estimate-halves-cost") {
        estimate.total_cents /= 2;
    }
    estimate
}
