//! Answers to bad requests show nothing of the inside.

mod requests;

use golive_core::prelude::*;

use self::requests::{Seen, reads, refused_signature, writes};
use crate::routes::Scope;

pub(crate) struct ErrorLeaks(pub(crate) Scope);

#[async_trait]
impl Probe for ErrorLeaks {
    fn facts(&self) -> Facts {
        let scope = self.0;
        let (title, asks) = match scope {
            Scope::Reads => (
                "answers to bad reading requests show nothing of the inside",
                "sends malformed ids (quotes, a NUL, three hundred digits), parameters, tokens and signatures, and broken JSON to the template preview",
            ),
            Scope::Writes => (
                "answers to bad writing requests show nothing of the inside",
                "sends broken JSON and wrong types to campaigns and discounts, and broken JSON to an App Proxy endpoint and to the callbacks of Shopify and Mitto",
            ),
        };
        let needs = match scope {
            Scope::Reads => vec!["security.jwt-valid".to_owned()],
            Scope::Writes => vec![Scope::Reads.id("error-leaks")],
        };
        Facts::new(scope.id("error-leaks"), title)
            .why("stacks, SQL and paths tell an attacker where to go on, and a secret in an error is a secret no more")
            .asks(asks)
            .fails_when("an answer holds a stack, SQL, a path of the server, a connection string, a secret of this deployment or the signature that would have been right")
            .needs(&needs)
            .safety(scope.safety())
            .timeout(std::time::Duration::from_secs(75))
            .variables(&["JWT_SECRET", "DEV_SHOP_DOMAIN"])
            .remedy("Answer error, message and request_id in one last error handler, log the rest, run with NODE_ENV=production, and replace every secret that was shown")
            .runbook("error-bodies-leak")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let mut seen = match self.0 {
            Scope::Reads => reads(cx).await?,
            Scope::Writes => writes(cx).await?,
        };
        seen.extend(refused_signature(cx, self.0).await?);
        Ok(judge(&seen))
    }
}

fn judge(seen: &[Seen]) -> Outcome {
    let mut assertions = Assertions::new();
    for Seen { what, status, leak } in seen {
        assertions.require(
            leak.is_none(),
            Reason::Leak,
            format!("{what}: an error without internals"),
            format!("{what}: {status} shows {}", leak.unwrap_or_default()),
        );
    }
    assertions.conclude(format!(
        "{} bad requests were answered without internals",
        seen.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leak_is_named() {
        let seen = |leak| Seen {
            what: "GET /a".into(),
            status: 400,
            leak,
        };
        assert_eq!(judge(&[seen(None), seen(None)]).assertions, 2);
        let outcome = judge(&[seen(None), seen(Some("SQL"))]);
        assert_eq!(outcome.reason, Some(Reason::Leak));
        assert_eq!(outcome.summary, "GET /a: 400 shows SQL");
    }
}
