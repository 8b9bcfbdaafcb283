//! The exposition is served, and says that it is one.

use golive_core::prelude::*;

use crate::scrape;

pub(crate) struct Endpoint;

#[async_trait]
impl Probe for Endpoint {
    fn facts(&self) -> Facts {
        Facts::new("metrics.endpoint", "the metrics are served as Prometheus reads them")
            .why("without metrics nobody is told when messages stop")
            .asks("sends GET /metrics, with METRICS_TOKEN where it is set, and reads status and content type")
            .fails_when("the answer is not 200, or its content type is not text/plain; version=0.0.4 (or OpenMetrics); (WARN) the version is missing; PENDING when a token is wanted and METRICS_TOKEN is not set here")
            .needs(&["security.metrics-token"])
            .timeout(std::time::Duration::from_secs(30))
            .remedy("Serve `await register.metrics()` with the header Content-Type: register.contentType, before any catch-all route")
            .command("curl -sSi \"$BASE_URL/metrics\" -H \"Authorization: Bearer $METRICS_TOKEN\" | head -20")
            .runbook("metrics-endpoint")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let token = scrape::token(cx)?.is_some();
        let path = &cx.contract().paths.metrics;
        let response = scrape::get(cx, path).await?;
        let answer = Answer {
            path,
            token,
            status: response.status(),
            content_type: response.header("content-type"),
            bytes: response.body().len(),
            millis: response.total_ms(),
        };
        Ok(judge(&answer))
    }
}

struct Answer<'a> {
    path: &'a str,
    /// Whether a token was sent.
    token: bool,
    status: u16,
    content_type: Option<&'a str>,
    bytes: usize,
    millis: f64,
}

fn judge(answer: &Answer<'_>) -> Outcome {
    let Answer { path, status, .. } = answer;
    let fail = |reason, observed: String| {
        Outcome::fail(reason, observed.clone())
            .expected(format!("GET {path} answers 200"))
            .observed(observed)
    };
    match (status, answer.token) {
        (200, _) => {}
        (401 | 403, true) => {
            let observed = format!("GET {path} answered {status} to METRICS_TOKEN");
            return fail(Reason::RefusedValid, observed).remedy(
                "Set METRICS_TOKEN in the env file to the value that the backend's process has",
                None,
            );
        }
        (401 | 403, false) => {
            let observed =
                format!("GET {path} answered {status}: it wants a token, and METRICS_TOKEN is not set here");
            return Outcome::pending(Reason::SettingMissing, observed.clone())
                .expected(format!("GET {path} answers 200"))
                .observed(observed)
                .remedy("Put the backend's METRICS_TOKEN into the env file", None);
        }
        (404 | 405, _) => return fail(Reason::RouteMissing, format!("GET {path} answered {status}")),
        _ => return fail(Reason::StatusUnexpected, format!("GET {path} answered {status}")),
    }
    let mut assertions = Assertions::new();
    assertions.require(true, Reason::StatusUnexpected, "", "");
    let shown = answer.content_type.unwrap_or("no Content-Type");
    let expected = format!("GET {path} says text/plain; version=0.0.4");
    let (fits, version) = content_type(shown);
    let legal = assertions.require(
        fits,
        Reason::HeaderMismatch,
        expected.clone(),
        format!("GET {path} says {shown}"),
    );
    if legal {
        assertions.advise(
            version,
            Reason::HeaderMismatch,
            expected,
            format!("GET {path} says {shown}, without a version"),
        );
    }
    assertions.measure(Measurement::new("scrape", answer.millis, "ms"));
    assertions.conclude(format!(
        "GET {path} answered 200 as {shown}, {} bytes in {:.0} ms",
        answer.bytes, answer.millis
    ))
}

/// Whether Prometheus reads it as an exposition, and whether it names a version.
fn content_type(value: &str) -> (bool, bool) {
    let lower = value.to_ascii_lowercase();
    let mut parts = lower.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    let version = parts.find_map(|part| part.strip_prefix("version="));
    let known = match (media, version.map(|version| version.trim_matches('"'))) {
        ("text/plain", Some(version)) => matches!(version, "0.0.4" | "1.0.0"),
        ("application/openmetrics-text", Some(version)) => matches!(version, "0.0.1" | "1.0.0" | "1.0"),
        ("text/plain" | "application/openmetrics-text", None) => true,
        _ => false,
    };
    (known, version.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, token: bool, content_type: Option<&str>) -> (Status, Option<Reason>) {
        let outcome = judge(&Answer {
            path: "/metrics",
            token,
            status,
            content_type,
            bytes: 10,
            millis: 2.0,
        });
        assert!(outcome.status != Status::Pass || outcome.assertions >= 2);
        (outcome.status, outcome.reason)
    }

    #[test]
    fn status_and_token() {
        let fine = Some("text/plain; version=0.0.4; charset=utf-8");
        let fail = |reason| (Status::Fail, Some(reason));
        assert_eq!(judged(200, false, fine), (Status::Pass, None));
        assert_eq!(judged(401, true, fine), fail(Reason::RefusedValid));
        assert_eq!(
            judged(401, false, fine),
            (Status::Pending, Some(Reason::SettingMissing))
        );
        assert_eq!(judged(404, false, fine), fail(Reason::RouteMissing));
        assert_eq!(judged(500, true, fine), fail(Reason::StatusUnexpected));
        assert_eq!(judged(302, false, fine), fail(Reason::StatusUnexpected));
    }

    #[test]
    fn content_types() {
        for (value, status) in [
            (Some("text/plain; version=0.0.4"), Status::Pass),
            (Some("Text/Plain;charset=UTF-8;Version=0.0.4"), Status::Pass),
            (
                Some("text/plain; version=1.0.0; escaping=underscores"),
                Status::Pass,
            ),
            (
                Some("application/openmetrics-text; version=1.0.0; charset=utf-8"),
                Status::Pass,
            ),
            (Some("text/plain; charset=utf-8"), Status::Warn),
            (Some("text/plain; version=2"), Status::Fail),
            (Some("application/json; charset=utf-8"), Status::Fail),
            (Some("text/html"), Status::Fail),
            (None, Status::Fail),
        ] {
            assert_eq!(judged(200, false, value).0, status, "{value:?}");
        }
    }
}
