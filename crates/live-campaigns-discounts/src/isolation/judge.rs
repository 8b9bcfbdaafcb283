//! Which answers keep shops apart.

use golive_core::prelude::*;

use super::foreign::Foreign;

/// What another shop's token tried on our campaign.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attempt {
    pub(super) what: &'static str,
    pub(super) status: u16,
    /// The target refuses such a body before it looks for the campaign: 422 says nothing then.
    pub(super) validated_first: bool,
}

/// Everything that was tried.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Whether there is another installed shop; else the token is of one that cannot exist.
    pub(super) second_shop: bool,
    /// Whether its token opens its own list.
    pub(super) let_in: bool,
    /// Whether our campaign is in that list, as far as it could be read.
    pub(super) listed: Option<bool>,
    pub(super) attempts: Vec<Attempt>,
    /// Whether our campaign is as it was.
    pub(super) untouched: bool,
    pub(super) foreign: Vec<Foreign>,
}

pub(super) fn judge(seen: &Seen) -> Outcome {
    let mut assertions = Assertions::new();
    for attempt in &seen.attempts {
        judge_attempt(&mut assertions, attempt, seen.let_in);
    }
    if let Some(listed) = seen.listed {
        assertions.require(
            !listed,
            Reason::TenantCrossed,
            "another shop's list does not hold our campaign",
            "another shop's list holds our campaign",
        );
    }
    assertions.require(
        seen.untouched,
        Reason::TenantCrossed,
        "our campaign is as it was",
        "our campaign was changed or deleted with another shop's token",
    );
    for foreign in &seen.foreign {
        judge_foreign(&mut assertions, foreign);
    }
    let whose = match (seen.let_in, seen.second_shop) {
        (true, _) => "a token of another shop",
        (false, true) => "a token of another shop, which is let in nowhere",
        (false, false) => "a token of a shop without the app (no second shop is installed here)",
    };
    let created = seen.foreign.iter().filter(|foreign| foreign.status < 300).count();
    let refused = seen.foreign.len() - created;
    assertions.conclude(format!(
        "{} attempts with {whose} refused, nothing changed; of {} campaigns that name another shop {refused} were refused, {created} stayed in our shop",
        seen.attempts.len(),
        seen.foreign.len()
    ))
}

fn judge_attempt(assertions: &mut Assertions, attempt: &Attempt, let_in: bool) {
    let Attempt {
        what,
        status,
        validated_first,
    } = attempt;
    if *validated_first && matches!(status, 400 | 422) {
        return;
    }
    // A token that is let in nowhere is refused as such; an estimate exists by GET, by POST or by both.
    let other_refusal = match status {
        401 | 409 => !let_in,
        405 => what.starts_with("estimate"),
        _ => false,
    };
    // Behind 422 the campaign was found: its shop was not asked for.
    let reason = if matches!(status, 200..=299 | 400 | 422) {
        Reason::TenantCrossed
    } else {
        Reason::WrongRefusal
    };
    assertions.require(
        matches!(status, 403 | 404) || other_refusal,
        reason,
        format!("{what} with another shop's token answers 404 or 403"),
        format!("{what} with another shop's token answered {status}"),
    );
}

fn judge_foreign(assertions: &mut Assertions, foreign: &Foreign) {
    let Foreign {
        place,
        status,
        elsewhere,
        shop_made,
    } = foreign;
    assertions.require(
        *status < 500,
        Reason::WrongRefusal,
        format!("a new campaign whose {place} names another shop is refused, or stays in ours"),
        format!("a new campaign whose {place} names another shop was answered {status}"),
    );
    assertions.require(
        !elsewhere,
        Reason::TenantCrossed,
        "every new campaign belongs to the token's shop",
        format!("a new campaign whose {place} names another shop was written there"),
    );
    assertions.require(
        !shop_made,
        Reason::UnexpectedWrite,
        "a request that names a shop does not install it",
        format!("a new campaign whose {place} names another shop installed that shop"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn healthy() -> Seen {
        let attempt = |what| Attempt {
            what,
            status: 404,
            validated_first: false,
        };
        let foreign = |place, status| Foreign {
            place,
            status,
            elsewhere: false,
            shop_made: false,
        };
        Seen {
            second_shop: true,
            let_in: true,
            listed: Some(false),
            attempts: ["read", "estimate", "test send", "deletion"]
                .map(attempt)
                .to_vec(),
            untouched: true,
            foreign: vec![foreign("query", 403), foreign("body", 201)],
        }
    }

    #[test]
    fn shops_are_kept_apart() {
        let judged = |change: &dyn Fn(&mut Seen)| {
            let mut seen = healthy();
            change(&mut seen);
            judge(&seen).reason
        };
        let crossed = Some(Reason::TenantCrossed);
        assert_eq!(judged(&|_| {}), None);
        let mut answered = healthy();
        for status in [300, 403] {
            let again = Foreign {
                status,
                ..answered.foreign[0].clone()
            };
            answered.foreign.push(again);
        }
        let summary = judge(&answered).summary;
        assert!(
            summary.ends_with("of 4 campaigns that name another shop 3 were refused, 1 stayed in our shop"),
            "{summary}"
        );
        assert_eq!(judged(&|seen| seen.attempts[0].status = 403), None);
        assert_eq!(judged(&|seen| seen.attempts[0].status = 200), crossed);
        assert_eq!(
            judged(&|seen| seen.attempts[0].status = 500),
            Some(Reason::WrongRefusal)
        );
        assert_eq!(
            judged(&|seen| seen.attempts[0].status = 409),
            Some(Reason::WrongRefusal)
        );
        assert_eq!(
            judged(&|seen| seen.attempts[0].status = 405),
            Some(Reason::WrongRefusal)
        );
        assert_eq!(
            judged(&|seen| seen.attempts[1].status = 405),
            None,
            "it may exist by POST only"
        );
        assert_eq!(judged(&|seen| seen.attempts[2].status = 422), crossed);
        let validates_first = |seen: &mut Seen| {
            seen.attempts[2] = Attempt {
                what: "test send",
                status: 422,
                validated_first: true,
            };
        };
        assert_eq!(judged(&validates_first), None);
        assert_eq!(judged(&|seen| seen.listed = Some(true)), crossed);
        assert_eq!(judged(&|seen| seen.untouched = false), crossed);
        assert_eq!(judged(&|seen| seen.foreign[0].elsewhere = true), crossed);
        assert_eq!(
            judged(&|seen| seen.foreign[1].status = 500),
            Some(Reason::WrongRefusal)
        );
        assert_eq!(
            judged(&|seen| seen.foreign[1].shop_made = true),
            Some(Reason::UnexpectedWrite)
        );
    }

    #[test]
    fn a_single_shop_is_said_to_be_single() {
        let mut seen = healthy();
        (seen.second_shop, seen.let_in) = (false, false);
        seen.attempts.iter_mut().for_each(|attempt| attempt.status = 409);
        let outcome = judge(&seen);
        assert_eq!(outcome.status, Status::Pass);
        assert!(outcome.summary.contains("no second shop"), "{}", outcome.summary);
    }
}
