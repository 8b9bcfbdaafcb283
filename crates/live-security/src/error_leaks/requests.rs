//! Bad requests, and what in their answers should not be there.

use golive_core::contract::fill;
use golive_core::http::{Request, Response};
use golive_core::leak;
use golive_core::prelude::*;
use golive_core::signing::{app_proxy, twin};
use serde_json::json;

use crate::draft;
use crate::routes::{Scope, now};

const BROKEN: &str = "{\"golive\": ";

/// What was asked, what came, and what in it should not be there.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) what: String,
    pub(super) status: u16,
    pub(super) leak: Option<&'static str>,
}

impl Seen {
    fn of(cx: &Context, what: impl Into<String>, response: &Response) -> Self {
        Self::in_text(cx, what, response.status(), &response.text())
    }

    fn in_text(cx: &Context, what: impl Into<String>, status: u16, text: &str) -> Self {
        Self {
            what: what.into(),
            status,
            leak: leak::find(text, cx.redactor()),
        }
    }
}

pub(super) async fn reads(cx: &Context) -> Result<Vec<Seen>, Error> {
    let (http, paths) = (cx.http(), &cx.contract().paths);
    let digits = "9".repeat(300);
    let ids = [
        ("quotes", "'\"golive\\"),
        ("a NUL", "golive\0"),
        ("300 digits", digits.as_str()),
    ];
    let mut asked: Vec<(String, Request)> = Vec::new();
    for (how, id) in ids {
        let what = format!("GET {} with {how} for an id", paths.campaign);
        asked.push((what, http.get(&fill(&paths.campaign, id)).admin()?));
    }
    asked.push((
        "GET of a template's variables with quotes".to_owned(),
        http.get(&fill(&paths.templates_variables, "'\"golive")).admin()?,
    ));
    let nonsense = [("limit", "golive"), ("offset", "-1"), ("status", "'\"")];
    asked.push((
        format!("GET {} with a limit that is no number", paths.campaigns),
        http.get(&paths.campaigns).query(&nonsense).admin()?,
    ));
    if let Some(report) = cx.contract().reports.first() {
        asked.push((
            format!("GET {} from a day that is none", report.path),
            http.get(&report.path)
                .query(&[("from", "golive"), ("to", "'\"")])
                .admin()?,
        ));
    }
    asked.push((
        format!("GET {} with a malformed token", paths.campaigns),
        http.get(&paths.campaigns).bearer("e30.golive.e30"),
    ));
    asked.push((
        format!("POST {} with broken JSON", paths.templates_preview),
        broken(http.post(&paths.templates_preview)).admin()?,
    ));
    asked.push((
        format!("POST {} with wrong types", paths.templates_validate),
        http.post(&paths.templates_validate)
            .json(&json!({"trigger": ["golive"], "body": {"golive": 1}}))
            .admin()?,
    ));
    send_all(cx, asked).await
}

pub(super) async fn writes(cx: &Context) -> Result<Vec<Seen>, Error> {
    let (http, paths) = (cx.http(), &cx.contract().paths);
    let mut asked = vec![
        (
            format!("POST {} with broken JSON", paths.campaigns),
            broken(http.post(&paths.campaigns)).admin()?,
        ),
        (
            format!("POST {} with broken JSON", paths.discounts),
            broken(http.post(&paths.discounts)).admin()?,
        ),
        (
            format!("POST {} with broken JSON", paths.mitto_dlr),
            broken(http.post(&paths.mitto_dlr)),
        ),
    ];
    if let Some(topic) = cx.contract().webhook_topics.iter().find(|topic| !topic.privacy) {
        let path = cx.contract().webhook_path(&topic.topic);
        let headers = &cx.contract().headers;
        let request = broken(http.post(&path))
            .header(&headers.shopify_topic, &topic.topic)
            .header(&headers.shopify_shop, cx.impossible_shop())
            .header(&headers.shopify_hmac, "Z29saXZl");
        asked.push((format!("POST {path} with broken JSON"), request));
    }
    let mut seen = send_all(cx, asked).await?;
    let wrong = [
        (
            &paths.campaigns,
            &paths.campaign,
            json!({"name": {"golive": 1}, "bodyText": ["golive"], "batchSize": "golive"}),
        ),
        (
            &paths.discounts,
            &paths.discount,
            json!({"code": {"golive": 1}, "kind": ["golive"], "value": "golive", "title": 1}),
        ),
    ];
    for (path, object, body) in wrong {
        let request = http.post(path).json(&body).admin()?;
        let created = draft::create(
            cx,
            request,
            &format!("what POST {path} made of wrong types"),
            object,
            None,
        )
        .await?;
        let what = format!("POST {path} with wrong types");
        seen.push(Seen::in_text(
            cx,
            what,
            created.status,
            &created.answer.to_string(),
        ));
    }
    Ok(seen)
}

fn broken(request: Request) -> Request {
    request.header("content-type", "application/json").body(BROKEN)
}

async fn send_all(cx: &Context, asked: Vec<(String, Request)>) -> Result<Vec<Seen>, Error> {
    let mut seen = Vec::new();
    for (what, request) in asked {
        let response = request.no_redirects().send().await?;
        seen.push(Seen::of(cx, what, &response));
    }
    Ok(seen)
}

/// A refused signature must not be told the right one. Not asked without SHOPIFY_API_SECRET.
pub(super) async fn refused_signature(cx: &Context, scope: Scope) -> Result<Vec<Seen>, Error> {
    let (Ok(secret), shop) = (cx.settings().shopify_api_secret(), cx.settings().shop()?) else {
        return Ok(Vec::new());
    };
    let paths = &cx.contract().paths;
    let params = [
        ("shop".to_owned(), shop.as_str().to_owned()),
        ("timestamp".to_owned(), now().to_string()),
    ];
    let right = app_proxy::sign(&params, secret);
    let with = |signature: String| {
        let mut all = params.to_vec();
        all.push(("signature".to_owned(), signature));
        app_proxy::query(&all)
    };
    let (what, response) = match scope {
        Scope::Reads => {
            let path = format!("{}?{}", paths.unsubscribe, with(twin::flip_hex(&right)));
            (
                format!("GET {} with a wrong signature", paths.unsubscribe),
                cx.http().get(&path).no_redirects().send().await?,
            )
        }
        Scope::Writes => {
            let path = format!("{}?{}", paths.consent, with(right.clone()));
            (
                format!("POST {} with broken JSON", paths.consent),
                broken(cx.http().post(&path)).no_redirects().send().await?,
            )
        }
    };
    let mut seen = Seen::of(cx, what, &response);
    if response.text().to_lowercase().contains(&right) {
        seen.leak = Some("the signature that would have been right");
    }
    Ok(vec![seen])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_broken_is_broken() {
        assert!(serde_json::from_str::<serde_json::Value>(BROKEN).is_err());
    }
}
