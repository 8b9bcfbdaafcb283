//! The list of campaigns loses none and repeats none, whatever the page size and the filter.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use golive_core::prelude::*;

use crate::answers::VARIABLES;
use crate::smoke::{self, Sample};

mod round;

use round::{Round, WIDE};

/// The list may change while it is read, as others work too. Then it is read again.
const AGAIN: Duration = Duration::from_millis(250);
/// A campaign may come and go unseen within one reading: what is wrong is wrong each time.
const SEEN: u32 = 3;
const PATIENCE: Duration = Duration::from_secs(12);

pub(crate) struct List;

#[async_trait]
impl Probe for List {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.list", "the pages of the list hold every campaign once, by status too, and count them rightly")
            .why("a campaign that falls between two pages is forgotten, or sent twice")
            .asks("walks through the list in wide pages, in narrow ones and again, and through the drafts and another status")
            .fails_when("a page is larger than its limit, a campaign is missing or repeated, the filter lets another status through, or the total is wrong")
            .needs(&["campaigns.create"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(45))
            .variables(VARIABLES)
            .remedy("Order GET /campaigns by a unique key (createdAt, then id), pass limit, offset and status to the query, and count with the same filter")
            .runbook("campaign-lifecycle")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let plain = smoke::campaign(cx, Sample::Plain).await?;
        let long = smoke::campaign(cx, Sample::Long).await?;
        let own = [plain.id()?.to_owned(), long.id()?.to_owned()];
        let findings = AtomicU32::new(0);
        let look = async || {
            let round = Round::read(cx).await?;
            if !round.is_steady() {
                return Ok(None);
            }
            let outcome = judge(&own, &round);
            let found = outcome.status != Status::Pass && findings.fetch_add(1, Ordering::Relaxed) + 1 < SEEN;
            Ok((!found).then_some(outcome))
        };
        Ok(cx.poll(AGAIN, PATIENCE, look).await?.unwrap_or_else(unsteady))
    }
}

fn unsteady() -> Outcome {
    Outcome::pending(
        Reason::TimedOut,
        "the list of campaigns changed each time it was read: run it again while nobody works in the test shop",
    )
}

fn judge(own: &[String], round: &Round) -> Outcome {
    let mut assertions = Assertions::new();
    let Round {
        wide,
        limit,
        narrow,
        drafts,
        other,
        other_status,
        ..
    } = round;
    let mismatch = Reason::BodyMismatch;
    let all = wide.set();
    let whole = wide.complete && narrow.complete;
    for id in own.iter().filter(|_| wide.complete) {
        let listed = all.contains(id.as_str());
        let gone = format!("campaign {id} is not in the list");
        assertions.require(listed, Reason::EffectMissing, "a new campaign is listed", gone);
    }
    for page in &narrow.pages {
        let (rows, offset) = (page.rows.len(), page.offset);
        let expected = format!("a page of limit={limit} holds at most {limit}");
        assertions.require(
            rows <= *limit,
            mismatch,
            expected,
            format!("limit={limit}&offset={offset} answered {rows}"),
        );
    }
    for (what, pages) in [
        (format!("limit={WIDE}"), wide),
        (format!("limit={limit}"), narrow),
    ] {
        let repeated = pages.ids().len() - pages.set().len();
        let expected = format!("no campaign is on two pages of {what}");
        assertions.require(
            repeated == 0,
            Reason::Duplicated,
            expected,
            format!("{repeated} campaigns are on two pages of {what}"),
        );
    }
    if whole {
        let lost = all.difference(&narrow.set()).count();
        let expected = format!("the pages of limit={limit} hold all {} campaigns", all.len());
        assertions.require(
            lost == 0,
            mismatch,
            expected,
            format!(
                "{lost} of {} campaigns are on no page of limit={limit}",
                all.len()
            ),
        );
    }
    for (status, pages) in [("draft", drafts), (other_status.as_str(), other)] {
        let foreign = pages.rows().filter(|row| row.status != status).count();
        let expected = format!("status={status} lists campaigns of that status only");
        assertions.require(
            foreign == 0,
            mismatch,
            expected,
            format!("status={status} lists {foreign} campaigns of another status"),
        );
    }
    for id in own.iter().filter(|_| drafts.complete) {
        let listed = drafts.set().contains(id.as_str());
        let gone = format!("campaign {id}, a draft, is not among the drafts");
        assertions.require(listed, mismatch, "status=draft lists new campaigns", gone);
    }
    assertions.require(
        wide.pages.iter().all(|page| page.paginated),
        mismatch,
        "the list comes with a pagination object",
        "the list comes without a pagination object",
    );
    let counted = judge_totals(&mut assertions, round);
    let counted = if counted {
        "counted rightly"
    } else {
        "not counted by the target"
    };
    let (pages, walked) = (
        narrow.pages.len(),
        if whole { "" } else { " (not walked to the end)" },
    );
    assertions.conclude(format!(
        "{} campaigns on {pages} pages of {limit}, each once, {counted}{walked}",
        all.len()
    ))
}

/// Whether any page states a total.
fn judge_totals(assertions: &mut Assertions, round: &Round) -> bool {
    let lists = [
        ("all campaigns", &round.wide),
        ("drafts", &round.drafts),
        ("all campaigns", &round.narrow),
    ];
    let mut stated = false;
    for (what, pages) in lists.into_iter().filter(|(_, pages)| pages.complete) {
        // In wide pages, as a walk through narrow ones that loses some is judged already.
        let there = if what == "drafts" {
            pages.set().len()
        } else {
            round.wide.set().len()
        };
        for total in pages
            .pages
            .iter()
            .filter(|page| !page.rows.is_empty())
            .filter_map(|page| page.total)
        {
            stated = true;
            let expected = format!("pagination.total of {what} is {there}");
            let observed = format!("pagination.total of {what} is {total}, there are {there}");
            assertions.require(total == there as u64, Reason::Disagreement, expected, observed);
        }
    }
    stated
}

#[cfg(test)]
mod tests;
