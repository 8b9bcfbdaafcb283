//! Without a token no guarded route of the contract answers anything but 401.

use futures::{StreamExt, TryStreamExt};
use golive_core::prelude::*;

use super::{AT_ONCE, TIMEOUT};
use crate::refusal::{self, Attempt, TOKEN};
use crate::routes::{self, Scope};

pub(crate) struct Missing(pub(crate) Scope);

#[async_trait]
impl Probe for Missing {
    fn facts(&self) -> Facts {
        let scope = self.0;
        let needs = match scope {
            Scope::Reads => vec![],
            Scope::Writes => vec![Scope::Reads.id("jwt-missing")],
        };
        let fails_when = match scope {
            Scope::Reads => "an answer is not 401, or (WARN) its code is not missing_token",
            Scope::Writes => {
                "an answer is not 401; what is validated first is left to security.anonymous-sweep.writes"
            }
        };
        Facts::new(
            scope.id("jwt-missing"),
            format!("every {} guarded route refuses requests without a token", scope.word()),
        )
        .why("one route that somebody forgot to guard gives every shop's data to anybody")
        .asks(format!(
            "sends a request without token to each {} guarded route, with an id that cannot exist and an empty body",
            scope.word()
        ))
        .fails_when(fails_when)
        .needs(&needs)
        .safety(scope.safety())
        .timeout(TIMEOUT)
        .remedy("Mount the JWT guard once in front of the router of each guarded prefix, and answer 401 missing_token without a token")
        .command("curl -si \"$BASE_URL/campaigns\"")
        .runbook("admin-tokens")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let attempts: Vec<Attempt> = futures::stream::iter(routes::guarded(cx.contract(), self.0))
            .map(|route| async move {
                let answer = routes::begin(cx, &route).send().await?;
                Ok::<_, Error>(Attempt::of(format!("{route} without token"), &answer))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(judge(self.0, &attempts))
    }
}

fn judge(scope: Scope, attempts: &[Attempt]) -> Outcome {
    let left: Vec<Attempt> = attempts
        .iter()
        .filter(|attempt| scope == Scope::Reads || !attempt.was_validated())
        .cloned()
        .collect();
    let mut assertions = refusal::judge(&left, TOKEN);
    let refused = left.iter().filter(|attempt| attempt.status == 401).count();
    for Attempt { what, code, .. } in left.iter().filter(|attempt| attempt.status == 401) {
        if scope == Scope::Reads {
            let shown = code.as_deref().unwrap_or("none");
            assertions.advise(
                code.as_deref() == Some("missing_token"),
                Reason::BodyMismatch,
                "the error code missing_token",
                format!("{what}: error code {shown}"),
            );
        }
    }
    assertions.conclude(format!(
        "{refused} {} routes refused requests without a token with 401",
        scope.word()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::attempt;

    #[test]
    fn each_scope_has_its_own_rule() {
        let token = Some("missing_token");
        for (scope, status, code, reason) in [
            (Scope::Reads, 401, token, None),
            (
                Scope::Reads,
                401,
                Some("unauthorized"),
                Some(Reason::BodyMismatch),
            ),
            (Scope::Reads, 403, token, Some(Reason::WrongRefusal)),
            (Scope::Reads, 422, None, Some(Reason::WrongRefusal)),
            (Scope::Reads, 200, None, Some(Reason::AcceptedForgery)),
            (Scope::Writes, 401, None, None),
            (Scope::Writes, 422, None, None),
            (Scope::Writes, 404, None, Some(Reason::WrongRefusal)),
            (Scope::Writes, 200, None, Some(Reason::AcceptedForgery)),
        ] {
            let attempts = [attempt(401, token), attempt(status, code)];
            assert_eq!(judge(scope, &attempts).reason, reason, "{scope:?} {status}");
        }
        let mixed = [attempt(401, token), attempt(422, None)];
        assert_eq!(
            judge(Scope::Writes, &mixed).summary,
            format!(
                "1 {} routes refused requests without a token with 401",
                Scope::Writes.word()
            )
        );
    }
}
