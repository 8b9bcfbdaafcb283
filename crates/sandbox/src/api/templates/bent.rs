//! Answers and requests as backends with faults would give and read them.

use serde_json::{Map, Value, json};

use super::catalogue::Trigger;
use crate::error::ApiError;
use crate::extract::JsonBody;
use crate::faults::Faults;

/// The request's body, where it is one.
pub(super) fn request(body: Result<JsonBody, ApiError>, faults: &Faults) -> Result<Value, ApiError> {
    let JsonBody(mut body) = match body {
        Err(_) if faults.on("templates.malformed-json-crashes") => {
            return Err(ApiError::internal("unexpected end of JSON"));
        }
        other => other?,
    };
    if faults.on("templates.missing-body-crashes") && body["body"].is_null() {
        return Err(ApiError::internal("cannot read properties of undefined"));
    }
    if faults.on("templates.wrong-types-crash") && body["body"].is_number() {
        return Err(ApiError::internal("body.trim is not a function"));
    }
    if faults.on("templates.missing-trigger-ignored") && body["trigger"].is_null() && body["body"].is_string()
    {
        body["trigger"] = json!("welcome");
    }
    Ok(body)
}

/// The answer to which variables a trigger has.
pub(super) fn variables(answer: &mut Value, faults: &Faults) {
    if faults.on("templates.variables-offered-but-unknown") && answer["trigger"] == "back_in_stock" {
        answer["variables"]
            .as_array_mut()
            .expect("a list")
            .push(json!("gift_note"));
    }
    if faults.on("templates.variables-of-another-trigger") && answer["trigger"] == "order_created" {
        answer["trigger"] = json!("order_paid");
    }
    if faults.on("templates.variables-optional-missing") && answer["trigger"] == "welcome" {
        answer["schema"]
            .as_object_mut()
            .expect("an object")
            .remove("optional");
    }
}

/// The preview of a template that is whole, for that trigger.
pub(super) fn preview(answer: &mut Map<String, Value>, trigger: &Trigger, faults: &Faults) {
    if faults.on("templates.preview-other-key") {
        let text = answer.remove("text").unwrap_or_default();
        answer.insert("html".to_owned(), text);
    }
    if faults.on("templates.preview-sample-disagrees") && trigger.name == "order_paid" {
        answer["sampleData"]["order_total"] = json!(99);
    }
    if faults.on("templates.preview-not-ok") && trigger.name == "welcome" {
        answer["ok"] = json!(false);
    }
}

/// Errors that validation finds where there are none.
pub(super) fn errors(trigger: &Trigger, errors: &mut Vec<String>, faults: &Faults) {
    if faults.on("templates.validate-refuses-everything") {
        errors.push("the schema is not loaded".to_owned());
    }
    if faults.on("templates.preview-does-not-validate") && trigger.name == "back_in_stock" {
        errors.push("unknown variable: product_url".to_owned());
    }
}
