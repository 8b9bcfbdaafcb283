//! Templates: what a message may say, what it will look like, how long it gets.
//!
//! Decisions where the contract leaves room: a malformed template is refused with 422 by preview and with
//! `ok: false` by validate; an unknown trigger in a body is 422; a left-out required variable is a warning; a
//! property of a text (`{{ customer_name.x }}`) is malformed; `sampleId` and `locale` change nothing, amounts and
//! dates are written as in en-US and UTC.

mod bent;
mod blocks;
mod bounded;
mod catalogue;
mod engine;
mod filters;
mod for_block;
mod money;
mod plugin;
mod plugins;
mod reach;
mod scan;
mod warnings;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use self::catalogue::{TRIGGERS, Trigger};
use self::engine::Malformed;
use crate::error::{ApiError, ApiResult};
use crate::extract::JsonBody;
use crate::faults::Faults;
use crate::state::{App, State as Sandbox};

/// `/templates/*`.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/templates/triggers", get(triggers))
        .route("/templates/variables/{trigger}", get(variables))
        .route("/templates/preview", post(preview))
        .route("/templates/validate", post(validate))
}

async fn triggers(State(app): State<App>) -> ApiResult {
    if app.faults.on("templates.triggers-error") {
        return Err(ApiError::internal("the trigger registry is not loaded"));
    }
    let mut names: Vec<_> = TRIGGERS.iter().map(|trigger| trigger.name).collect();
    if app.faults.on("templates.triggers-one-missing") {
        names.retain(|name| *name != "back_in_stock");
    }
    Ok(Json(json!({"ok": true, "triggers": names})))
}

async fn variables(State(app): State<App>, Path(name): Path<String>) -> ApiResult {
    if app.faults.on("templates.variables-error") {
        return Err(ApiError::internal("the schema is not loaded"));
    }
    let mut found = catalogue::find(&name);
    if app.faults.on("templates.variables-one-trigger-unknown") && name == "fulfillment_update" {
        found = None;
    }
    if app.faults.on("templates.variables-unknown-trigger-answered") {
        found = found.or(TRIGGERS.first());
    }
    let trigger = found.ok_or_else(|| ApiError::not_found("unknown_trigger"))?;
    let mut required = trigger.required.to_vec();
    if app.faults.on("templates.variables-required-wrong") {
        required.retain(|variable| *variable != "order_total");
    }
    let mut variables: Vec<_> = trigger.variables().collect();
    if app.faults.on("templates.variables-list-empty") && name == "abandoned_checkout" {
        variables.clear();
    }
    let mut schema = json!({"required": required, "optional": trigger.optional});
    if app.faults.on("templates.variables-without-schema") && name == "welcome" {
        schema = Value::Null;
    }
    let mut answer = json!({"ok": true, "trigger": name, "variables": variables, "schema": schema});
    bent::variables(&mut answer, &app.faults);
    Ok(Json(answer))
}

/// What both routes need: a known trigger and a template.
struct Draft {
    trigger: &'static Trigger,
    body: String,
}

impl Draft {
    fn read(body: &Value) -> Result<Self, ApiError> {
        let field = |name: &str| body[name].as_str().filter(|text| !text.is_empty());
        let (Some(trigger), Some(template)) = (field("trigger"), field("body")) else {
            return Err(ApiError::bad_request(
                "missing_fields",
                "trigger and body are required",
            ));
        };
        let trigger = catalogue::find(trigger)
            .ok_or_else(|| ApiError::unprocessable("unknown_trigger", "There is no such trigger"))?;
        Ok(Self {
            trigger,
            body: template.to_owned(),
        })
    }

    /// Whether it is a template for that trigger which says all it has to: what some faults are confined to.
    fn is_whole(&self, trigger: &str) -> bool {
        self.trigger.name == trigger && self.trigger.required.iter().all(|name| self.body.contains(name))
    }
}

async fn preview(State(app): State<App>, body: Result<JsonBody, ApiError>) -> Result<Response, ApiError> {
    if app.faults.on("templates.preview-route-missing") {
        return Err(ApiError::not_found("not_found"));
    }
    let body = bent::request(body, &app.faults)?;
    let draft = Draft::read(&body)?;
    if app.faults.on("templates.preview-one-trigger-fails") && draft.is_whole("back_in_stock") {
        return Err(ApiError::internal("no sample for the trigger"));
    }
    let mut sample = draft.trigger.samples();
    if app.faults.on("templates.preview-sample-incomplete") {
        sample.remove("tracking_number");
    }
    if app.faults.on("templates.preview-sample-of-another-trigger") && draft.trigger.name == "order_paid" {
        sample = TRIGGERS[0].samples();
    }
    if let Some(given) = body["variables"].as_object() {
        sample.extend(given.clone());
    }
    let rendered = render(&app, &draft, &sample).await;
    let (mut text, warnings) = match rendered {
        Ok(rendered) => {
            let mut warnings = warnings::unknown_in_preview(&rendered.scan, &sample, &app.faults);
            if app.faults.on("templates.unknown-variable-refused-in-preview") && !warnings.is_empty() {
                return Err(ApiError::unprocessable("invalid_template", warnings.join("; ")));
            }
            warnings.extend(warnings::length(&draft.body, &rendered.text, &app.faults));
            (rendered.text, warnings)
        }
        Err(Malformed(problem)) => {
            let problem = reach::excuse(problem, &draft.body, &app.faults);
            if app.faults.on("templates.malformed-unknown-filter-previewed")
                && problem.starts_with("Unknown filter")
            {
                return Ok(Json(json!({"ok": true, "text": "golive", "warnings": []})).into_response());
            }
            if app.faults.on("templates.malformed-preview-crashes") {
                return Err(ApiError::internal(problem));
            }
            if !app.faults.on("templates.malformed-preview-echoed") {
                return Err(ApiError::unprocessable("invalid_template", problem));
            }
            (draft.body.clone(), Vec::new())
        }
    };
    if app.faults.on("templates.preview-not-rendered") && draft.is_whole("order_created") {
        text.clone_from(&draft.body);
    }
    let mut name = draft.trigger.name;
    if app.faults.on("templates.preview-names-another-trigger") && name == "abandoned_checkout" {
        name = "welcome";
    }
    let key = if app.config.dialect.preview_rendered {
        "rendered"
    } else {
        "text"
    };
    let mut answer = Map::new();
    answer.insert("ok".to_owned(), true.into());
    answer.insert(key.to_owned(), text.into());
    answer.insert("warnings".to_owned(), warnings.into());
    answer.insert("trigger".to_owned(), name.into());
    answer.insert("sampleData".to_owned(), sample.into());
    if app.faults.on("templates.preview-without-text") && draft.is_whole("welcome") {
        answer.remove(key);
    }
    bent::preview(&mut answer, draft.trigger, &app.faults);
    Ok(Json(answer).into_response())
}

async fn validate(State(app): State<App>, body: Result<JsonBody, ApiError>) -> Result<Response, ApiError> {
    let body = bent::request(body, &app.faults)?;
    let draft = Draft::read(&body)?;
    let sample = draft.trigger.samples();
    let rendered = match render(&app, &draft, &sample).await {
        Ok(rendered) => rendered,
        Err(Malformed(problem)) => {
            if app.faults.on("templates.malformed-validate-crashes") {
                return Err(ApiError::internal(problem));
            }
            let accepted = app.faults.on("templates.malformed-validate-accepted")
                || (problem.starts_with("Unknown filter")
                    && app.faults.on("templates.malformed-unknown-filter-accepted"));
            let errors = if accepted { Vec::new() } else { vec![problem] };
            return Ok(verdict(&errors, &[]));
        }
    };
    let mut errors = warnings::unknown_in_validate(&draft.body, &rendered.scan, &sample, &app.faults);
    bent::errors(draft.trigger, &mut errors, &app.faults);
    let mut warnings = warnings::left_out(&draft.body, draft.trigger, &rendered.scan, &app.faults);
    warnings.extend(warnings::length(&draft.body, &rendered.text, &app.faults));
    Ok(verdict(&errors, &warnings))
}

fn verdict(errors: &[String], warnings: &[String]) -> Response {
    let body = json!({"ok": errors.is_empty(), "errors": errors, "warnings": warnings});
    (StatusCode::OK, Json(body)).into_response()
}

async fn render(
    app: &Sandbox,
    draft: &Draft,
    values: &Map<String, Value>,
) -> Result<engine::Rendered, Malformed> {
    let base_url = app.config.base_url.clone();
    engine::render(draft.body.clone(), values.clone(), base_url, app.faults.clone()).await
}

/// A template rendered with the samples of every trigger, as estimates and test messages need it; a malformed one
/// stays as it is.
pub(crate) async fn sample_text(app: &Sandbox, body: &str) -> String {
    let samples = TRIGGERS.iter().flat_map(Trigger::samples).collect();
    let rendered = engine::render(
        body.to_owned(),
        samples,
        app.config.base_url.clone(),
        Faults::default(),
    )
    .await;
    rendered.map_or_else(|_| body.to_owned(), |rendered| rendered.text)
}
