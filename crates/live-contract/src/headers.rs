//! Answers carry the security headers, and do not advertise what they run on.

use golive_core::prelude::*;

pub(crate) struct Headers;

#[async_trait]
impl Probe for Headers {
    fn facts(&self) -> Facts {
        Facts::new(
            "contract.headers",
            "answers forbid content sniffing and do not advertise software versions",
        )
        .why("version banners tell attackers which known holes to try")
        .asks("reads the headers of GET /health and of an unknown route")
        .fails_when(
            "(WARN) X-Content-Type-Options is not nosniff, X-Powered-By is there, or Server names a version",
        )
        .needs(&["contract.reachable"])
        .remedy(
            "Use helmet() and app.disable('x-powered-by') in the Express app, and hide the proxy's version",
        )
        .command("curl -sI \"$BASE_URL/health\"")
        .runbook("security-headers")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let mut seen = Vec::new();
        let missing = format!("/{}", cx.smoke_name("no-such-route"));
        for (route, path) in [
            ("/health", cx.contract().paths.health.as_str()),
            ("an unknown route", &missing),
        ] {
            let response = cx.http().get(path).send().await?;
            let own = |name: &str| response.header(name).map(str::to_owned);
            seen.push(Seen {
                route,
                sniff: own("x-content-type-options"),
                powered_by: own("x-powered-by"),
                server: own("server"),
            });
        }
        Ok(judge(&seen))
    }
}

struct Seen {
    route: &'static str,
    sniff: Option<String>,
    powered_by: Option<String>,
    server: Option<String>,
}

fn judge(seen: &[Seen]) -> Outcome {
    let mut assertions = Assertions::new();
    for Seen {
        route,
        sniff,
        powered_by,
        server,
    } in seen
    {
        let nosniff = sniff
            .as_deref()
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("nosniff"));
        let shown = sniff.as_deref().unwrap_or("no such header");
        assertions.advise(
            nosniff,
            Reason::HeaderMismatch,
            format!("{route}: X-Content-Type-Options: nosniff"),
            format!("{route}: {shown}"),
        );
        let banner = powered_by.as_deref().unwrap_or_default();
        assertions.advise(
            powered_by.is_none(),
            Reason::Leak,
            format!("{route}: no X-Powered-By"),
            format!("{route}: X-Powered-By: {banner}"),
        );
        let server = server.as_deref().unwrap_or_default();
        let versioned = server.chars().any(|char| char.is_ascii_digit());
        assertions.advise(
            !versioned,
            Reason::Leak,
            format!("{route}: no version in Server"),
            format!("{route}: Server: {server}"),
        );
    }
    assertions.conclude(format!(
        "nosniff, no X-Powered-By and no version on {} routes",
        seen.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banners_and_sniffing() {
        let seen = |sniff: Option<&str>, powered: Option<&str>, server: Option<&str>| {
            let own = |value: Option<&str>| value.map(str::to_owned);
            judge(&[Seen {
                route: "/health",
                sniff: own(sniff),
                powered_by: own(powered),
                server: own(server),
            }])
        };
        assert_eq!(seen(Some("NoSniff"), None, None).status, Status::Pass);
        assert_eq!(
            seen(Some("nosniff"), None, Some("cloudflare")).status,
            Status::Pass
        );
        assert_eq!(seen(None, None, None).reason, Some(Reason::HeaderMismatch));
        assert_eq!(
            seen(Some("nosniff"), Some("Express"), None).reason,
            Some(Reason::Leak)
        );
        assert_eq!(
            seen(Some("nosniff"), None, Some("nginx/1.18.0")).status,
            Status::Warn
        );
    }
}
