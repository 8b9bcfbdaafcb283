//! Every answer carries a request id: the caller's, or a fresh one of its own.

use golive_core::prelude::*;

pub(crate) struct RequestId;

#[async_trait]
impl Probe for RequestId {
    fn facts(&self) -> Facts {
        Facts::new(
            "contract.request-id",
            "every answer carries a request id, the caller's or a fresh one",
        )
        .why("without it, a failed request of a shop cannot be found in the logs")
        .asks("sends requests with and without x-request-id, to a known and an unknown route")
        .fails_when("the header is missing, the caller's value is not echoed, or two answers share an id")
        .needs(&["contract.reachable"])
        .remedy("Mount the request-id middleware before every route: echo x-request-id, else make a UUID")
        .command("curl -si \"$BASE_URL/health\" -H 'x-request-id: probe-1' | grep -i x-request-id")
        .runbook("request-ids")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let contract = cx.contract();
        let (header, health) = (
            contract.headers.request_id.as_str(),
            contract.paths.health.as_str(),
        );
        let missing = format!("/{}", cx.smoke_name("no-such-route"));
        let mut seen = Vec::new();
        for path in [health, missing.as_str()] {
            let sent = cx.smoke_name(&format!("request-{}", seen.len()));
            let echoed = cx.http().get(path).header(header, &sent).send().await?;
            let fresh = cx.http().get(path).without_request_id().send().await?;
            let own = |response: &golive_core::http::Response| response.header(header).map(str::to_owned);
            seen.push(Seen {
                route: if path == health {
                    "/health"
                } else {
                    "an unknown route"
                },
                sent,
                echoed: own(&echoed),
                fresh: own(&fresh),
            });
        }
        let again = cx.http().get(health).without_request_id().send().await?;
        Ok(judge(&seen, again.header(header)))
    }
}

struct Seen {
    route: &'static str,
    sent: String,
    echoed: Option<String>,
    fresh: Option<String>,
}

fn judge(seen: &[Seen], again: Option<&str>) -> Outcome {
    let mut assertions = Assertions::new();
    let mut fresh: Vec<&str> = again.into_iter().collect();
    for Seen {
        route,
        sent,
        echoed,
        fresh: made,
    } in seen
    {
        let shown = echoed.as_deref().unwrap_or("nothing");
        assertions.require(
            echoed.as_deref() == Some(sent),
            Reason::HeaderMismatch,
            format!("{route} echoes the caller's x-request-id"),
            format!("{route}: sent {sent}, came back {shown}"),
        );
        let is_there = made.as_deref().is_some_and(|id| !id.trim().is_empty());
        assertions.require(
            is_there,
            Reason::HeaderMismatch,
            format!("{route} makes an x-request-id when none is sent"),
            format!("{route}: no x-request-id in the answer"),
        );
        fresh.extend(made.as_deref());
    }
    let total = fresh.len();
    fresh.sort_unstable();
    fresh.dedup();
    assertions.require(
        fresh.len() == total,
        Reason::Duplicated,
        "each answer has an id of its own",
        format!("{total} answers share {} ids", fresh.len()),
    );
    assertions.conclude(format!(
        "echoed on {} routes; {total} fresh ids, all different",
        seen.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(echoed: Option<&str>, fresh: Option<&str>) -> Seen {
        Seen {
            route: "/health",
            sent: "mine".into(),
            echoed: echoed.map(Into::into),
            fresh: fresh.map(Into::into),
        }
    }

    #[test]
    fn echoed_made_and_unique() {
        assert_eq!(
            judge(&[seen(Some("mine"), Some("a"))], Some("b")).status,
            Status::Pass
        );
        assert_eq!(
            judge(&[seen(Some("other"), Some("a"))], Some("b")).reason,
            Some(Reason::HeaderMismatch)
        );
        assert_eq!(
            judge(&[seen(Some("mine"), None)], Some("b")).reason,
            Some(Reason::HeaderMismatch)
        );
        assert_eq!(
            judge(&[seen(Some("mine"), Some("a"))], Some("a")).reason,
            Some(Reason::Duplicated)
        );
    }
}
