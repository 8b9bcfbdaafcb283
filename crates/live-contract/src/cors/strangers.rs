//! Origins that only look like the frontend's get nothing, neither on a preflight nor on a plain GET.

use golive_core::prelude::*;
use url::Url;

use super::{plain, preflight};

pub(crate) struct Stranger;

#[async_trait]
impl Probe for Stranger {
    fn facts(&self) -> Facts {
        Facts::new("contract.cors-stranger", "browsers let no other origin read answers")
            .why("an origin that is let in reads the shop's data with the merchant's own session")
            .asks("sends a preflight and a plain GET with unknown, null and look-alike origins (suffix, prefix, other scheme, other port)")
            .fails_when("a stranger gets an Access-Control-Allow-Origin of *, null, or its own name")
            .needs(&["contract.reachable"])
            .variables(&["FRONTEND_URL"])
            .remedy("Compare the Origin header with an exact list in the cors() middleware: no regular expression, no endsWith")
            .command("curl -si \"$BASE_URL/health\" -H 'Origin: https://evil.example' | grep -i access-control")
            .runbook("cors")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let frontend = cx.settings().frontend_origin()?;
        let mut seen = Vec::new();
        for (kind, origin) in strangers(&frontend, &cx.smoke_name("stranger")) {
            for (how, response) in [
                ("preflight", preflight(cx, &origin).await?),
                ("GET", plain(cx, &origin).await?),
            ] {
                let allowed = response.header("access-control-allow-origin").map(str::to_owned);
                seen.push(Seen {
                    kind,
                    how,
                    origin: origin.clone(),
                    allowed,
                });
            }
        }
        Ok(judge(&frontend, &seen))
    }
}

struct Seen {
    kind: &'static str,
    how: &'static str,
    origin: String,
    allowed: Option<String>,
}

/// Origins that an attacker could own, or that a sloppy comparison takes for the frontend's.
fn strangers(frontend: &str, label: &str) -> Vec<(&'static str, String)> {
    let mut all = vec![
        ("unknown origin", format!("https://{label}.example")),
        ("origin null", "null".to_owned()),
    ];
    let Some(url) = Url::parse(frontend).ok() else {
        return all;
    };
    let Some(host) = url.host_str() else { return all };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let scheme = url.scheme();
    let other_scheme = if scheme == "https" { "http" } else { "https" };
    all.push((
        "look-alike with the frontend as prefix",
        format!("{scheme}://{host}.{label}.example{port}"),
    ));
    all.push(("other scheme", format!("{other_scheme}://{host}{port}")));
    all.push((
        "other port",
        format!(
            "{scheme}://{host}:{}",
            url.port_or_known_default().unwrap_or(443) ^ 1
        ),
    ));
    if url.domain().is_some() {
        all.push((
            "look-alike with the frontend as suffix",
            format!("{scheme}://{label}{host}{port}"),
        ));
        all.push((
            "subdomain of the frontend",
            format!("{scheme}://{label}.{host}{port}"),
        ));
    }
    all
}

fn judge(frontend: &str, seen: &[Seen]) -> Outcome {
    let mut assertions = Assertions::new();
    for Seen {
        kind,
        how,
        origin,
        allowed,
    } in seen
    {
        let shown = allowed.as_deref().unwrap_or_default();
        // The frontend's own name sent to a stranger lets nobody in, though it tells who is let in.
        if shown == frontend {
            assertions.advise(
                false,
                Reason::HeaderMismatch,
                "no Access-Control-Allow-Origin for strangers",
                format!("{how} for {origin} ({kind}) names the frontend"),
            );
            continue;
        }
        assertions.require(
            allowed.is_none(),
            Reason::Misconfigured,
            format!("{how} for {origin} ({kind}) answers no Access-Control-Allow-Origin"),
            format!("{how} for {origin} ({kind}) answered Access-Control-Allow-Origin: {shown}"),
        );
    }
    assertions.conclude(format!(
        "{} requests of strangers got no Access-Control-Allow-Origin",
        seen.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_look_like_the_frontend_but_are_not() {
        let all = strangers("https://app.example", "evil");
        let origins: Vec<&str> = all.iter().map(|(_, origin)| origin.as_str()).collect();
        for origin in [
            "null",
            "https://app.example.evil.example",
            "http://app.example",
            "https://evilapp.example",
            "https://evil.app.example",
            "https://app.example:442",
        ] {
            assert!(origins.contains(&origin), "{origin} not in {origins:?}");
        }
        assert!(!origins.contains(&"https://app.example"));
    }

    #[test]
    fn nothing_may_come_back() {
        let seen = |allowed: Option<&str>| {
            let seen = Seen {
                kind: "unknown origin",
                how: "GET",
                origin: "https://evil.example".into(),
                allowed: allowed.map(Into::into),
            };
            judge("https://app.example", &[seen]).status
        };
        assert_eq!(seen(None), Status::Pass);
        for bad in ["*", "null", "https://evil.example", ""] {
            assert_eq!(seen(Some(bad)), Status::Fail, "{bad}");
        }
        assert_eq!(
            seen(Some("https://app.example")),
            Status::Warn,
            "harmless, but against the contract"
        );
    }
}
