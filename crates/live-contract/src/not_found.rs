//! Unknown routes answer a JSON 404 that gives nothing away.

use golive_core::http::Response;
use golive_core::leak;
use golive_core::prelude::*;

pub(crate) struct NotFound;

#[async_trait]
impl Probe for NotFound {
    fn facts(&self) -> Facts {
        Facts::new("contract.not-found", "unknown routes answer a JSON 404 without internals")
            .why("a default error page tells strangers the framework, file paths and stack of the backend")
            .asks("sends GET to two routes that cannot exist")
            .fails_when("(WARN) the status is not 404, the body is no JSON error, or a stack, SQL, path or secret is in it")
            .needs(&["contract.reachable"])
            .remedy("Add a last Express handler that answers 404 {\"error\":\"not_found\",\"message\",\"request_id\"}")
            .command("curl -i \"$BASE_URL/no-such-route\"")
            .runbook("unknown-routes")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let mut assertions = Assertions::new();
        for path in [
            format!("/{}", cx.smoke_name("no-such-route")),
            format!("/{}/deeper", cx.smoke_name("nothing")),
        ] {
            let response = cx.http().get(&path).send().await?;
            let leak = leak::find(&response.text(), cx.redactor());
            assertions.absorb(judge(response.status(), error_code(&response).as_deref(), leak));
        }
        Ok(assertions.conclude("two unknown routes answered a JSON 404 without internals"))
    }
}

fn error_code(response: &Response) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(response.body()).ok()?;
    body.get("error")?.as_str().map(str::to_owned)
}

fn judge(status: u16, error: Option<&str>, leak: Option<&str>) -> Outcome {
    let mut assertions = Assertions::new();
    assertions.advise(
        leak.is_none(),
        Reason::Leak,
        "no internals in the body",
        format!("the 404 page shows {}", leak.unwrap_or_default()),
    );
    assertions.advise(
        status == 404,
        Reason::StatusUnexpected,
        "404",
        format!("an unknown route answered {status}"),
    );
    assertions.advise(
        error.is_some(),
        Reason::BodyMismatch,
        "{\"error\": \"…\", …}",
        "the body of the 404 is no JSON error",
    );
    assertions.conclude("a JSON 404")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_json_404_without_internals_passes() {
        assert_eq!(judge(404, Some("not_found"), None).status, Status::Pass);
        assert_eq!(
            judge(200, Some("not_found"), None).reason,
            Some(Reason::StatusUnexpected)
        );
        assert_eq!(judge(404, None, None).reason, Some(Reason::BodyMismatch));
        assert_eq!(
            judge(404, Some("x"), Some("a stack trace")).reason,
            Some(Reason::Leak)
        );
    }
}
