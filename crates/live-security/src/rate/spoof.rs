//! A forged X-Forwarded-For does not start a new count.

use golive_core::prelude::*;

use super::burst;
use super::{Answer, ask};

pub(crate) struct Spoof;

/// A window may end in the middle: so often is looked again.
const ATTEMPTS: usize = 3;

/// So many requests make a fresh count tell from a used one.
const USED: usize = 5;

#[async_trait]
impl Probe for Spoof {
    fn facts(&self) -> Facts {
        Facts::new("security.rate-limit-spoof", "a forged X-Forwarded-For does not reset the count")
            .why("a limit that a header resets limits nobody who knows the header")
            .asks("once the storefront's limit is used up (or, where it is out of reach, with the Remaining header) sends requests with made-up addresses in X-Forwarded-For between two plain ones")
            .fails_when("a request with a made-up address is served while plain ones are refused, or has more remaining than the plain one before it")
            .needs(&["security.rate-limit-enforced"])
            .safety(Safety::Load)
            .timeout(std::time::Duration::from_mins(1))
            .remedy("Set Express's trust proxy to the number or the addresses of the proxies in front, never to true")
            .runbook("rate-limits")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        burst::shared(cx).await?;
        let mut last = Vec::new();
        for _ in 0..ATTEMPTS {
            let round = round(cx).await?;
            let told = round.kind() != Kind::Unclear;
            last.push(round);
            if told {
                break;
            }
        }
        Ok(judge(&last))
    }
}

/// Forged requests between two plain ones.
#[derive(Debug, Clone, Default)]
struct Round {
    before: Answer,
    forged: Vec<Answer>,
    after: Answer,
}

/// How a round can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The plain requests are refused.
    UsedUp,
    /// They are served, and tell how many remain.
    Remaining,
    /// The window ended meanwhile, or nothing is told.
    Unclear,
}

impl Round {
    fn kind(&self) -> Kind {
        if self.before.refused() && self.after.refused() {
            return Kind::UsedUp;
        }
        let told = self.forged.iter().all(|answer| answer.remaining.is_some());
        match (self.before.remaining, self.after.remaining) {
            (Some(before), Some(after)) if told && after <= before && !self.before.refused() => {
                Kind::Remaining
            }
            _ => Kind::Unclear,
        }
    }
}

async fn round(cx: &Context) -> Result<Round, Error> {
    let mut before = ask(cx, None).await?;
    if !before.refused() {
        for _ in 0..USED {
            before = ask(cx, None).await?;
        }
    }
    let mut forged = Vec::new();
    for addresses in made_up(cx.run_id()) {
        forged.push(ask(cx, Some(&addresses)).await?);
    }
    let after = ask(cx, None).await?;
    Ok(Round {
        before,
        forged,
        after,
    })
}

/// Addresses of documentation networks (RFC 3849, RFC 5737), of this run: nobody has used them up.
fn made_up(run_id: &str) -> [String; 2] {
    let digits: Vec<char> = run_id
        .chars()
        .filter(char::is_ascii_hexdigit)
        .chain("0".repeat(16).chars())
        .take(16)
        .collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    let address = format!("2001:db8::{}", groups.join(":"));
    let last = u8::from_str_radix(&groups[3][2..], 16).unwrap_or(1);
    [address.clone(), format!("198.51.100.{last}, {address}")]
}

fn judge(rounds: &[Round]) -> Outcome {
    let mut assertions = Assertions::new();
    let Some(round) = rounds.iter().find(|round| round.kind() != Kind::Unclear) else {
        assertions.determine(
            false,
            Reason::HeaderMismatch,
            "two plain requests of one window that are both refused, or tell what remains",
            format!(
                "{} rounds, none of which tells whether the count was reset",
                rounds.len()
            ),
        );
        return assertions.conclude("");
    };
    let used_up = round.kind() == Kind::UsedUp;
    let before = round.before.remaining.unwrap_or(0);
    for answer in &round.forged {
        let remaining = answer.remaining.unwrap_or(0);
        if used_up {
            assertions.require(
                answer.refused(),
                Reason::AcceptedForgery,
                "429 with a made-up X-Forwarded-For, as without",
                format!("429 becomes {} with a made-up X-Forwarded-For", answer.status),
            );
        } else {
            assertions.require(
                remaining <= before,
                Reason::AcceptedForgery,
                format!("at most {before} remaining with a made-up X-Forwarded-For"),
                format!("{before} remaining become {remaining} with a made-up X-Forwarded-For"),
            );
        }
    }
    let how = if used_up {
        "refused with 429 as plain ones are".to_owned()
    } else {
        format!("counted with the plain ones ({before} remaining, then fewer)")
    };
    assertions.conclude(format!(
        "{} requests with made-up addresses were {how}",
        round.forged.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, remaining: Option<u64>) -> Answer {
        Answer {
            status,
            remaining,
            ..Answer::default()
        }
    }

    #[test]
    fn a_new_count_is_a_finding() {
        let round = |before, forged, after| Round {
            before,
            forged: vec![forged],
            after,
        };
        let (spent, fresh) = (answer(429, Some(0)), answer(401, Some(119)));
        for (round, reason) in [
            (round(spent.clone(), spent.clone(), spent.clone()), None),
            (
                round(spent.clone(), fresh.clone(), spent.clone()),
                Some(Reason::AcceptedForgery),
            ),
            (
                round(
                    answer(401, Some(900)),
                    answer(401, Some(899)),
                    answer(401, Some(898)),
                ),
                None,
            ),
            (
                round(answer(401, Some(90)), fresh.clone(), answer(401, Some(89))),
                Some(Reason::AcceptedForgery),
            ),
            (
                round(spent.clone(), fresh.clone(), fresh.clone()),
                Some(Reason::HeaderMismatch),
            ),
            (
                round(answer(401, None), answer(401, None), answer(401, None)),
                Some(Reason::HeaderMismatch),
            ),
        ] {
            assert_eq!(judge(std::slice::from_ref(&round)).reason, reason, "{round:?}");
        }
        assert_eq!(judge(&[]).status, Status::Pending);
    }

    #[test]
    fn addresses_are_made_up_and_of_this_run() {
        let [one, two] = made_up("0199aabbccdd1234");
        assert_eq!(one, "2001:db8::0199:aabb:ccdd:1234");
        assert!(two.starts_with("198.51.100.52, "));
        assert!(
            one.parse::<std::net::Ipv6Addr>().is_ok()
                && made_up("x")[0].parse::<std::net::Ipv6Addr>().is_ok()
        );
    }
}
