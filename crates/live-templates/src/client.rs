//! Asks the template routes, with a token only where one is wanted (both are healthy), and finds the
//! trigger that the other probes write their templates for.

use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use golive_core::contract::{Trigger, fill};
use golive_core::http::{Request, Response};
use golive_core::prelude::*;
use serde_json::{Value, json};

use crate::answer::{Answer, Preview};
use crate::wrap::wrap_variables;

/// Requests of one probe at once.
const AT_ONCE: usize = 4;

/// One of the four routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    Triggers,
    Variables,
    Preview,
    Validate,
}

impl Route {
    fn path(self, cx: &Context) -> &str {
        let paths = &cx.contract().paths;
        match self {
            Self::Triggers => &paths.templates_triggers,
            Self::Variables => &paths.templates_variables,
            Self::Preview => &paths.templates_preview,
            Self::Validate => &paths.templates_validate,
        }
    }
}

/// The list of triggers.
pub(crate) async fn triggers(cx: &Context) -> Result<Answer, Error> {
    ask(cx, Route::Triggers, |path| cx.http().get(path)).await
}

/// The variables of one trigger.
pub(crate) async fn variables(cx: &Context, trigger: &str) -> Result<Answer, Error> {
    ask(cx, Route::Variables, |path| cx.http().get(&fill(path, trigger))).await
}

/// The preview of a template.
pub(crate) async fn preview(cx: &Context, trigger: &str, body: &str) -> Result<Answer, Error> {
    post(cx, Route::Preview, &draft(trigger, body)).await
}

/// The verdict on a template.
pub(crate) async fn validate(cx: &Context, trigger: &str, body: &str) -> Result<Answer, Error> {
    post(cx, Route::Validate, &draft(trigger, body)).await
}

/// Any JSON to one of the two POST routes.
pub(crate) async fn post(cx: &Context, route: Route, payload: &Value) -> Result<Answer, Error> {
    ask(cx, route, |path| cx.http().post(path).json(payload)).await
}

/// Any request to one of the routes, with the token added where it is wanted.
pub(crate) async fn ask(
    cx: &Context,
    route: Route,
    build: impl Fn(&str) -> Request,
) -> Result<Answer, Error> {
    let mut request = build(route.path(cx));
    let guarded = guarded(cx, route).await?;
    if guarded {
        request = request.admin()?;
    }
    Ok(read(&request.send().await?, guarded))
}

/// The same question for several templates, a few at once, answers in their order.
pub(crate) async fn each<I, T, F>(items: I, question: impl FnMut(I::Item) -> F) -> Result<Vec<T>, Error>
where
    I: IntoIterator,
    F: Future<Output = Result<T, Error>>,
{
    let questions: Vec<F> = items.into_iter().map(question).collect();
    stream::iter(questions).buffered(AT_ONCE).try_collect().await
}

/// Whether a route wants the admin token: asked once a run, with a request that says nothing.
pub(crate) async fn guarded(cx: &Context, route: Route) -> Result<bool, Error> {
    let key = format!("templates.guarded.{route:?}");
    let guarded = cx
        .shared(&key, || async move {
            let path = route.path(cx);
            let request = match route {
                Route::Triggers => cx.http().get(path),
                Route::Variables => cx.http().get(&fill(path, "golive")),
                Route::Preview | Route::Validate => cx.http().post(path).json(&json!({})),
            };
            Ok(matches!(request.send().await?.status(), 401 | 403))
        })
        .await?;
    Ok(*guarded)
}

/// A trigger of the contract that previews, with what is known of it.
#[derive(Debug)]
pub(crate) struct Working {
    pub(crate) trigger: Trigger,
    /// The dialect of the preview's text.
    pub(crate) key: &'static str,
}

/// The first trigger of the contract whose preview is usable. When there is none, the route is broken:
/// the error says how, and `templates.triggers`, which all others need, reports it.
pub(crate) async fn working(cx: &Context) -> Result<Arc<Working>, Error> {
    cx.shared("templates.working", || async {
        let mut first = None;
        for trigger in &cx.contract().triggers {
            let answer = preview(cx, &trigger.name, &whole(trigger)).await?;
            match Preview::read(&answer) {
                Ok(preview) => {
                    return Ok(Working {
                        trigger: trigger.clone(),
                        key: preview.key,
                    });
                }
                Err(problem) => first = first.or(Some(problem)),
            }
        }
        Err(first.map_or_else(
            || Error::Internal("the contract names no trigger".to_owned()),
            Error::Judged,
        ))
    })
    .await
}

/// A template that uses every required variable of the trigger.
pub(crate) fn whole(trigger: &Trigger) -> String {
    wrap_variables(&trigger.required)
}

fn draft(trigger: &str, body: &str) -> Value {
    json!({ "trigger": trigger, "body": body })
}

fn read(response: &Response, token: bool) -> Answer {
    Answer {
        request: response.request().to_owned(),
        status: response.status(),
        body: serde_json::from_slice(response.body()).unwrap_or(Value::Null),
        token,
    }
}
