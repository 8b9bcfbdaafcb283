//! Browsers let the frontend in, and nobody else.

use golive_core::contract::Cors;
use golive_core::http::Response;
use golive_core::prelude::*;

mod strangers;

pub(crate) use strangers::Stranger;

pub(crate) struct Frontend;

#[async_trait]
impl Probe for Frontend {
    fn facts(&self) -> Facts {
        Facts::new("contract.cors-frontend", "browsers let the frontend and the Shopify admin call the backend")
            .why("with wrong CORS headers the embedded app shows empty pages, though every curl works")
            .asks("sends a preflight and a plain GET with the Origin of FRONTEND_URL and of admin.shopify.com")
            .fails_when("the origin is not allowed by name, credentials, a method or a request header is missing, or X-Request-Id is not exposed")
            .needs(&["contract.reachable"])
            .variables(&["FRONTEND_URL"])
            .remedy("Add the origin of FRONTEND_URL to the allow list of the cors() middleware, with credentials: true")
            .command("curl -si -X OPTIONS \"$BASE_URL/campaigns\" -H \"Origin: $FRONTEND_URL\" -H 'Access-Control-Request-Method: POST'")
            .runbook("cors")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let cors = &cx.contract().cors;
        let mut assertions = Assertions::new();
        let frontend = cx.settings().frontend_origin()?;
        let origins: Vec<&str> = std::iter::once(frontend.as_str())
            .chain(cors.extra_origins.iter().map(String::as_str))
            .collect();
        for origin in &origins {
            let preflight = Answer::of(&preflight(cx, origin).await?);
            let plain = Answer::of(&plain(cx, origin).await?);
            assertions.absorb(judge(origin, cors, &preflight, &plain));
        }
        Ok(assertions.conclude(format!("preflight and GET allow {}", origins.join(" and "))))
    }
}

/// Asks as a browser does before it sends a POST with a token.
async fn preflight(cx: &Context, origin: &str) -> Result<Response, Error> {
    cx.http()
        .options(&cx.contract().paths.campaigns)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization, content-type")
        .send()
        .await
}

async fn plain(cx: &Context, origin: &str) -> Result<Response, Error> {
    cx.http()
        .get(&cx.contract().paths.health)
        .header("origin", origin)
        .send()
        .await
}

/// The CORS side of an answer; lists in lower case.
#[derive(Debug, Clone, Default)]
struct Answer {
    status: u16,
    origin: Option<String>,
    credentials: bool,
    methods: Vec<String>,
    headers: Vec<String>,
    exposed: Vec<String>,
}

impl Answer {
    fn of(response: &Response) -> Self {
        let list = |name: &str| -> Vec<String> {
            let values = response
                .headers()
                .get_all(name)
                .iter()
                .filter_map(|value| value.to_str().ok());
            values
                .flat_map(|value| value.split(','))
                .map(|item| item.trim().to_lowercase())
                .filter(|item| !item.is_empty())
                .collect()
        };
        Self {
            status: response.status(),
            origin: response.header("access-control-allow-origin").map(str::to_owned),
            credentials: response.header("access-control-allow-credentials") == Some("true"),
            methods: list("access-control-allow-methods"),
            headers: list("access-control-allow-headers"),
            exposed: list("access-control-expose-headers"),
        }
    }
}

fn judge(origin: &str, cors: &Cors, preflight: &Answer, plain: &Answer) -> Outcome {
    let mut assertions = Assertions::new();
    let status = preflight.status;
    assertions.require(
        matches!(status, 200 | 204),
        Reason::StatusUnexpected,
        "the preflight answers 200 or 204",
        format!("the preflight of {origin} answered {status}"),
    );
    for (what, answer) in [("the preflight", preflight), ("GET /health", plain)] {
        // `*` lets everybody in: that is the finding of `contract.cors-stranger`.
        if answer.origin.as_deref() == Some("*") {
            continue;
        }
        let shown = answer.origin.as_deref().unwrap_or("no such header");
        let allowed = assertions.require(
            answer.origin.as_deref() == Some(origin),
            Reason::HeaderMismatch,
            format!("{what} answers Access-Control-Allow-Origin: {origin}"),
            format!("{what} for {origin}: Access-Control-Allow-Origin: {shown}"),
        );
        if allowed && cors.credentials {
            assertions.require(
                answer.credentials,
                Reason::HeaderMismatch,
                format!("{what} answers Access-Control-Allow-Credentials: true"),
                format!("{what} for {origin}: credentials are not allowed"),
            );
        }
    }
    let missing = |wanted: &[String], allowed: &[String]| -> Vec<String> {
        wanted
            .iter()
            .filter(|item| !allowed.contains(&item.to_lowercase()))
            .cloned()
            .collect()
    };
    for (what, wanted, allowed) in [
        ("Access-Control-Allow-Methods", &cors.methods, &preflight.methods),
        (
            "Access-Control-Allow-Headers",
            &cors.request_headers,
            &preflight.headers,
        ),
        (
            "Access-Control-Expose-Headers",
            &cors.exposed_headers,
            &plain.exposed,
        ),
    ] {
        let absent = missing(wanted, allowed);
        assertions.require(
            absent.is_empty(),
            Reason::HeaderMismatch,
            format!("{what}: {}", wanted.join(", ")),
            format!("{what} for {origin} lacks {}", absent.join(", ")),
        );
    }
    assertions.conclude(format!("{origin} is allowed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn healthy(cors: &Cors) -> (Answer, Answer) {
        let lower = |items: &[String]| items.iter().map(|item| item.to_lowercase()).collect();
        let answer = Answer {
            status: 204,
            origin: Some("https://app.example".into()),
            credentials: true,
            methods: lower(&cors.methods),
            headers: lower(&cors.request_headers),
            exposed: lower(&cors.exposed_headers),
        };
        (
            answer.clone(),
            Answer {
                status: 200,
                ..answer
            },
        )
    }

    #[test]
    fn each_part_counts() {
        let cors = Cors::default();
        let judged = |change: &dyn Fn(&mut Answer, &mut Answer)| {
            let (mut preflight, mut plain) = healthy(&cors);
            change(&mut preflight, &mut plain);
            judge("https://app.example", &cors, &preflight, &plain).reason
        };
        assert_eq!(judged(&|_, _| {}), None);
        assert_eq!(
            judged(&|preflight, _| preflight.status = 404),
            Some(Reason::StatusUnexpected)
        );
        let wrong = Some(Reason::HeaderMismatch);
        assert_eq!(
            judged(&|preflight, _| preflight.origin = Some("https://other.example".into())),
            wrong
        );
        assert_eq!(judged(&|_, plain| plain.origin = None), wrong);
        assert_eq!(judged(&|_, plain| plain.credentials = false), wrong);
        assert_eq!(
            judged(&|preflight, _| preflight.methods.retain(|method| method != "delete")),
            wrong
        );
        assert_eq!(judged(&|preflight, _| preflight.headers.clear()), wrong);
        assert_eq!(judged(&|_, plain| plain.exposed.clear()), wrong);
    }

    #[test]
    fn credentials_are_only_asked_for_where_they_are_needed() {
        let cors = Cors {
            credentials: false,
            ..Cors::default()
        };
        let (mut preflight, plain) = healthy(&cors);
        preflight.credentials = false;
        assert_eq!(
            judge("https://app.example", &cors, &preflight, &plain).status,
            Status::Pass
        );
    }
}
