//! Campaign and discount routes let the shop's admin in, and nobody without a valid token.

use golive_core::http::Request;
use golive_core::prelude::*;
use golive_core::signing::{jwt, twin};

use crate::answers::VARIABLES;

pub(crate) struct Auth;

#[async_trait]
impl Probe for Auth {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.auth", "campaigns and discounts open with a valid token, and with nothing else")
            .why("without the token nobody can work; without the guard anybody can send in the shop's name")
            .asks("lists campaigns and discount conflicts without a token, with one whose signature has a bit flipped, and with a valid one")
            .fails_when("a request without a valid token is not answered 401, or one with a valid token is refused")
            // Who is let in where is the security check's question; this one asks it again where it runs alone.
            .needs(&[
                "security.jwt-valid",
                "security.jwt-missing",
                "security.jwt-garbage",
                "security.jwt-foreign-secret",
            ])
            .variables(VARIABLES)
            .remedy("Put the JWT guard in front of the campaign and discount routers, with the JWT_SECRET that golive was given")
            .command("curl -si \"$BASE_URL/campaigns\" | head -1")
            .runbook("campaign-access")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let settings = cx.settings();
        let now = jiff::Timestamp::now().as_second();
        let forged = twin::flip_jwt(&jwt::valid(
            settings.shop()?.as_str(),
            settings.jwt_secret()?,
            now,
        ));
        let paths = &cx.contract().paths;
        let mut seen = Vec::new();
        for (path, listed) in [(&paths.campaigns, true), (&paths.discount_conflicts, false)] {
            let ask = || cx.http().get(path);
            seen.push(Seen {
                route: format!("GET {path}"),
                listed,
                anonymous: status(ask()).await?,
                forged: status(ask().bearer(&forged)).await?,
                valid: status(ask().admin()?).await?,
            });
        }
        Ok(judge(&seen))
    }
}

async fn status(request: Request) -> Result<u16, Error> {
    Ok(request.send().await?.status())
}

/// What a route answered to whom.
struct Seen {
    route: String,
    /// Whether this probe owns the route's answer to a valid token; else another does.
    listed: bool,
    anonymous: u16,
    forged: u16,
    valid: u16,
}

fn judge(seen: &[Seen]) -> Outcome {
    let mut assertions = Assertions::new();
    for Seen {
        route,
        listed,
        anonymous,
        forged,
        valid,
    } in seen
    {
        let missing = matches!(valid, 404 | 405);
        if missing && !listed {
            continue;
        }
        let reason = match valid {
            401 | 403 | 409 => Reason::RefusedValid,
            404 | 405 => Reason::RouteMissing,
            _ => Reason::StatusUnexpected,
        };
        assertions.require(
            *valid == 200 || (!listed && reason == Reason::StatusUnexpected),
            reason,
            format!("{route} with a valid token answers 200"),
            format!("{route} with a valid token answered {valid}"),
        );
        if missing {
            continue;
        }
        for (who, status) in [("without a token", *anonymous), ("with a forged token", *forged)] {
            let reason = if (200..300).contains(&status) {
                Reason::AcceptedForgery
            } else {
                Reason::WrongRefusal
            };
            assertions.require(
                status == 401,
                reason,
                format!("{route} {who} answers 401"),
                format!("{route} {who} answered {status}"),
            );
        }
    }
    assertions.conclude("no token and a forged one: 401; a valid one is let in")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_counts() {
        let judged = |listed, anonymous, forged, valid| {
            let route = "GET /campaigns".to_owned();
            judge(&[Seen {
                route,
                listed,
                anonymous,
                forged,
                valid,
            }])
            .reason
        };
        for (answers, reason) in [
            ((401, 401, 200), None),
            ((200, 401, 200), Some(Reason::AcceptedForgery)),
            ((401, 200, 200), Some(Reason::AcceptedForgery)),
            ((404, 401, 200), Some(Reason::WrongRefusal)),
            ((401, 500, 200), Some(Reason::WrongRefusal)),
            ((401, 401, 401), Some(Reason::RefusedValid)),
            ((401, 401, 409), Some(Reason::RefusedValid)),
            ((404, 404, 404), Some(Reason::RouteMissing)),
            ((401, 401, 500), Some(Reason::StatusUnexpected)),
        ] {
            assert_eq!(
                judged(true, answers.0, answers.1, answers.2),
                reason,
                "{answers:?}"
            );
        }
        assert_eq!(
            judged(false, 401, 401, 500),
            None,
            "that is its own probe's finding"
        );
        assert_eq!(judged(false, 401, 401, 403), Some(Reason::RefusedValid));
    }
}
