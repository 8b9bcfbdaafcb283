//! Only answers that succeeded are kept.

use golive_core::prelude::*;

use crate::asking::{Range, VARIABLES, ask, cached};

pub(crate) struct ErrorsNotCached;

#[async_trait]
impl Probe for ErrorsNotCached {
    fn facts(&self) -> Facts {
        Facts::new("reports.errors-not-cached", "refusals are never kept or replayed")
            .why("a cached error outlives its cause, and an error replayed as 200 shows an empty report as the truth")
            .asks("asks twice for a range that is refused, and asks with a token what was just refused without one")
            .fails_when("a refusal comes from the cache, changes its status when repeated, or is replayed to a valid token")
            .needs(&["reports.cache-miss-then-hit"])
            .variables(VARIABLES)
            .remedy("Write to the report cache only after a 200, and look at the token before looking into the cache")
            .runbook("report-cache")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let Some(report) = cx.contract().reports.first() else {
            return Ok(Outcome::pending(
                Reason::SettingMissing,
                "the contract names no report",
            ));
        };
        let range = Range::fresh(cx, "refused");
        let backwards = vec![("from", range.to.to_string()), ("to", range.from.to_string())];
        let mut refused = Vec::new();
        for _ in 0..2 {
            let response = ask(cx, &report.path, &backwards).await?;
            refused.push((response.status(), cached(cx, &response)));
        }
        let range = Range::fresh(cx, "anonymous").pairs();
        let anonymous = cx.http().get(&report.path).query(&range).send().await?.status();
        let admin = ask(cx, &report.path, &range).await?;
        Ok(judge(
            &refused,
            anonymous,
            admin.status(),
            cached(cx, &admin).as_deref(),
        ))
    }
}

/// Status and `X-Cache` of the refused question, asked twice; then a question without and with a token.
fn judge(
    refused: &[(u16, Option<String>)],
    anonymous: u16,
    admin: u16,
    admin_cached: Option<&str>,
) -> Outcome {
    let mut assertions = Assertions::new();
    // A backend may answer a senseless range with an empty 200; then there is no refusal to keep.
    if let [(first, _), (second, label)] = refused
        && *first >= 400
    {
        assertions.require(
            first == second,
            Reason::StatusUnexpected,
            format!("{first} again when repeated"),
            format!("a refusal ({first}) became {second} when repeated"),
        );
        let kept = label.as_deref() == Some("hit");
        assertions.require(
            !kept,
            Reason::DataMismatch,
            "a refusal is made anew",
            format!("a refusal ({second}) came from the cache"),
        );
    }
    assertions.require(
        admin == 200,
        Reason::StatusUnexpected,
        "200 with a token, after a refusal without one",
        format!("{admin} with a token, after {anonymous} without one"),
    );
    assertions.require(
        admin_cached != Some("hit"),
        Reason::DataMismatch,
        "computed for the token",
        "the answer to a token came from an entry that an anonymous request made",
    );
    assertions.conclude("a refused range and a refused caller left nothing in the cache")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_leave_nothing() {
        let refused = |first: u16, second: u16, label: Option<&str>| {
            [(first, None), (second, label.map(str::to_owned))]
        };
        assert_eq!(
            judge(&refused(422, 422, None), 401, 200, Some("miss")).status,
            Status::Pass
        );
        assert_eq!(
            judge(&refused(200, 200, Some("hit")), 401, 200, Some("miss")).status,
            Status::Pass,
            "an empty result is no refusal"
        );
        assert_eq!(
            judge(&refused(422, 200, Some("hit")), 401, 200, Some("miss")).reason,
            Some(Reason::StatusUnexpected)
        );
        assert_eq!(
            judge(&refused(422, 422, Some("hit")), 401, 200, Some("miss")).reason,
            Some(Reason::DataMismatch)
        );
        assert_eq!(
            judge(&refused(422, 422, None), 401, 401, Some("hit")).status,
            Status::Fail
        );
    }
}
