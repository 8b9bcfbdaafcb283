//! Sending: one message to try it, or the whole campaign.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::{changeable, own, store};
use crate::api::templates;
use crate::api::tenant::Tenant;
use crate::error::{ApiError, ApiResult};
use crate::extract::JsonBody;
use crate::queues;
use crate::state::App;

/// `POST /campaigns/<id>/test-send`: one job on `delivery` that names the number.
pub(super) async fn test(
    State(app): State<App>,
    tenant: Tenant,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> ApiResult {
    let campaign = own(&app, &tenant, &id, app.faults.on("campaigns.isolation-test-send")).await?;
    let mut phone = match phone(&body) {
        Ok(phone) => phone,
        Err(Unusable::Missing) if app.faults.on("campaigns.test-send-without-phone") => {
            return Ok(Json(json!({"ok": true, "queued": false})));
        }
        Err(Unusable::Malformed) if app.faults.on("campaigns.test-send-anything-is-a-phone") => {
            return Ok(Json(json!({"ok": true, "queued": false})));
        }
        Err(Unusable::Missing) if app.faults.on("campaigns.test-send-missing-phone-crashes") => {
            return Err(ApiError::internal(
                "Cannot read properties of undefined (reading 'startsWith')",
            ));
        }
        Err(Unusable::Missing) if app.faults.on("campaigns.test-send-missing-phone-unnamed") => {
            return Err(ApiError::unprocessable("validation_failed", "phone is required"));
        }
        Err(Unusable::Missing) => {
            return Err(ApiError::unprocessable("missing_phone", "phone is required"));
        }
        Err(Unusable::Malformed) => {
            if app.faults.on("campaigns.test-send-refused-and-queued") {
                let data = json!({"campaignId": id, "shopId": tenant.id, "phone": body["phone"]});
                queues::enqueue(&app, "delivery", "test-send", data).await?;
            }
            return Err(ApiError::unprocessable(
                "invalid_phone",
                "phone must be an E.164 number",
            ));
        }
    };
    if app.faults.on("campaigns.test-send-to-another-number") {
        "+15550100".clone_into(&mut phone);
    }
    let text = templates::sample_text(&app, campaign["bodyText"].as_str().unwrap_or_default()).await;
    let mut data = json!({
        "kind": "test",
        "campaignId": id,
        "shopId": tenant.id,
        "shopDomain": tenant.domain,
        "phone": phone,
        "body": text,
    });
    if app.faults.on("campaigns.test-send-job-fails") {
        data["phone"] = Value::Null;
    }
    let queue = if app.faults.on("campaigns.test-send-on-another-queue") {
        "campaigns"
    } else {
        "delivery"
    };
    if app.faults.on("campaigns.test-send-never-queued") {
        return Ok(Json(json!({"ok": true, "queued": true, "jobId": "0"})));
    }
    if app.faults.on("campaigns.test-send-twice") {
        queues::enqueue(&app, queue, "test-send", data.clone()).await?;
    }
    let job = queues::enqueue(&app, queue, "test-send", data).await?;
    Ok(Json(json!({"ok": true, "queued": true, "jobId": job})))
}

/// `POST /campaigns/<id>/send-now`: one job on `campaigns`.
pub(super) async fn now(State(app): State<App>, tenant: Tenant, Path(id): Path<String>) -> ApiResult {
    let campaign = own(&app, &tenant, &id, false).await?;
    changeable(&campaign)?;
    store::set_status(&app, &id, "sending").await?;
    let data = json!({"campaignId": id, "shopId": tenant.id, "shopDomain": tenant.domain});
    let job = queues::enqueue(&app, "campaigns", "send-campaign", data).await?;
    Ok(Json(json!({"ok": true, "queued": true, "jobId": job})))
}

#[derive(Debug, PartialEq, Eq)]
enum Unusable {
    Missing,
    Malformed,
}

/// The E.164 number in a body, as it is dialled.
fn phone(body: &Value) -> Result<String, Unusable> {
    let given = match &body["phone"] {
        Value::Null => return Err(Unusable::Missing),
        Value::String(text) if text.trim().is_empty() => return Err(Unusable::Missing),
        Value::String(text) => text.trim(),
        _ => return Err(Unusable::Malformed),
    };
    let digits = given.strip_prefix('+').ok_or(Unusable::Malformed)?;
    let plausible = (7..=15).contains(&digits.len()) && !digits.starts_with('0');
    if plausible && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(given.to_owned());
    }
    Err(Unusable::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones() {
        let cases = [
            (json!({}), Err(Unusable::Missing)),
            (json!(null), Err(Unusable::Missing)),
            (json!({"phone": ""}), Err(Unusable::Missing)),
            (json!({"phone": 306_912_345_678_i64}), Err(Unusable::Malformed)),
            (json!({"phone": "6912345678"}), Err(Unusable::Malformed)),
            (json!({"phone": "+0691234567"}), Err(Unusable::Malformed)),
            (json!({"phone": "+30 691 234 5678"}), Err(Unusable::Malformed)),
            (json!({"phone": "+1234567890123456"}), Err(Unusable::Malformed)),
            (json!({"phone": "+306912345678"}), Ok("+306912345678".to_owned())),
        ];
        for (body, expected) in cases {
            assert_eq!(phone(&body), expected, "{body}");
        }
    }
}
