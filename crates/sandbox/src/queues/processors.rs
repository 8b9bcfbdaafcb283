//! What each queue's jobs do.

use std::time::Duration;

use serde_json::{Value, json};

use super::job::Job;
use crate::ids;
use crate::state::State;

/// Works on a job; the answer is its return value, or why it failed.
pub(super) async fn process(state: &State, queue: &str, job: &Job) -> Result<Value, String> {
    // a job of the fault catalogue that keeps its worker busy
    if let Some(busy) = job.data["sandboxBusyMs"].as_u64() {
        tokio::time::sleep(Duration::from_millis(busy)).await;
    }
    match queue {
        "delivery" => deliver(state, job).await,
        "housekeeping" => housekeeping(state, job).await,
        "events" => event(state, job).await,
        _ => Ok(json!({"processed": job.name})),
    }
}

/// A delivery of Shopify's; the row is there already.
async fn event(state: &State, job: &Job) -> Result<Value, String> {
    if state.faults.on("webhooks.never-processed") {
        std::future::pending::<()>().await;
    }
    if job.data["topic"] == "checkouts/create" && state.faults.on("webhooks.job-fails") {
        return Err("TypeError: Cannot read properties of null (reading 'phone')".to_owned());
    }
    Ok(json!({"processed": job.data["topic"]}))
}

/// Hands a message to the provider and writes it down.
async fn deliver(state: &State, job: &Job) -> Result<Value, String> {
    let text = |names: [&str; 2]| names.iter().find_map(|name| job.data[*name].as_str());
    let to = text(["phone", "to"]).ok_or("no phone")?;
    let body = text(["body", "text"]).unwrap_or("Hello from SMS Blossom");
    let provider_id = state.mitto.send(to, body);
    state.metrics.sms_attempt("mitto", "success");
    let metadata =
        json!({"providerMessageId": provider_id, "jobId": job.id, "campaignId": job.data["campaignId"]});
    let id = ids::cuid();
    sqlx::query(
        r#"INSERT INTO "Message" (id, "updatedAt", "shopId", "contactId", body, status, kind, metadata, sent_at)
           VALUES ($1, now(), coalesce($2, (SELECT id FROM "Shop" WHERE domain = $3)), $4, $5, 'sent', $6, $7, now())"#,
    )
    .bind(&id)
    .bind(job.data["shopId"].as_str())
    .bind(text(["shopDomain", "shop"]).unwrap_or(&state.config.shop))
    .bind(job.data["contactId"].as_str())
    .bind(body)
    .bind(job.data["kind"].as_str().unwrap_or("test"))
    .bind(metadata)
    .execute(&state.pg)
    .await
    .map_err(|error| error.to_string())?;
    Ok(json!({"messageId": id, "providerMessageId": provider_id}))
}

/// Does nothing for a task it does not know: the safe smoke job.
async fn housekeeping(state: &State, job: &Job) -> Result<Value, String> {
    if state.faults.on("queues.job-fails") {
        return Err("TypeError: Cannot read properties of undefined (reading 'task')".to_owned());
    }
    if state.faults.on("queues.job-slow") {
        tokio::time::sleep(Duration::from_mins(1)).await;
    }
    Ok(json!({"task": job.data["task"], "done": true}))
}
