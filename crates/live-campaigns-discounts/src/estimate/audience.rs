//! An estimate counts those who consent, and of a segment those who are in it.

use std::time::Duration;

use golive_core::prelude::*;
use serde_json::Value;

use super::arithmetic::adds_up;
use super::census::{self, Census};
use super::parts::Estimate;
use super::segments::{Segment, segments, worth_a_look};
use crate::answers::VARIABLES;
use crate::smoke::{self, Sample};
use crate::stored;

pub(crate) struct Audience;

#[async_trait]
impl Probe for Audience {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.estimate-audience", "an estimate counts who consents and did not opt out, and of a segment only its members")
            .why("whoever is counted is written to and paid for: those who opted out must not be among them")
            .asks("compares the estimate with the test shop's contacts in PostgreSQL, and the estimates of campaigns to an empty and to a small segment with the counts of these, where the backend states them")
            .fails_when("more are counted than may be written to, or than the segment has, or a segment's sums do not add up; fewer than consent is a warning")
            .needs(&["campaigns.estimate-arithmetic", "database.connect", "database.columns.Contact"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_mins(1))
            .variables(VARIABLES)
            .remedy("Let the estimate count with the query that sending selects recipients with: the segment's members, smsConsentState opted in, optedOut false")
            .runbook("campaign-estimates")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let plain = smoke::campaign(cx, Sample::Plain).await?;
        let before = census::take(cx).await?;
        let everyone = super::of(cx, &plain).await?.recipients;
        let after = census::take(cx).await?;
        let census = before.zip(after);
        let mut groups = Vec::new();
        let segments = segments(cx).await?;
        for segment in worth_a_look(&segments) {
            groups.extend(group(cx, segment).await?);
        }
        Ok(judge(everyone, census, &groups))
    }
}

/// What a campaign to a segment is estimated at.
#[derive(Debug, Clone, PartialEq)]
struct Group {
    contacts: u64,
    estimate: Estimate,
}

/// The estimate of a campaign to the segment; `None` when campaigns take no segment.
async fn group(cx: &Context, segment: &Segment) -> Result<Option<Group>, Error> {
    let name = cx.smoke_name(&format!("audience{}", segment.contacts.min(2)));
    let mut body = smoke::campaign_body(&name, &format!("Test campaign {name}, deleted in a minute."));
    body["segmentId"] = Value::from(segment.id.as_str());
    let made = smoke::create_campaign(cx, name, body).await?;
    let Ok(id) = made.id() else { return Ok(None) };
    let kept = stored::campaign(cx, id, |row| row.is_some())
        .await?
        .and_then(|row| row.segment);
    if kept.as_deref() != Some(segment.id.as_str()) {
        return Ok(None);
    }
    let estimate = super::of(cx, &made).await?;
    Ok(Some(Group {
        contacts: segment.contacts,
        estimate,
    }))
}

fn judge(everyone: u64, census: Option<(Census, Census)>, groups: &[Group]) -> Outcome {
    let mut assertions = Assertions::new();
    let mut words = Vec::new();
    if let Some((before, after)) = census {
        let at_most = before.at_most.max(after.at_most);
        let consenting = before.consenting.min(after.consenting);
        assertions.require(
            everyone <= at_most,
            Reason::Disagreement,
            format!(
                "at most {at_most} of {} contacts are counted: who consents and did not opt out",
                after.contacts
            ),
            format!(
                "{everyone} are counted, {} more than may be written to ({at_most} of {} contacts)",
                everyone.saturating_sub(at_most),
                after.contacts
            ),
        );
        // Without a segment some backends address everyone, others nobody yet.
        assertions.advise(
            everyone == 0 || everyone >= consenting,
            Reason::Disagreement,
            format!("the {consenting} contacts who consent are counted"),
            format!("{everyone} are counted, {consenting} consent"),
        );
        words.push(format!(
            "{everyone} recipients, PostgreSQL knows {} contacts of whom {consenting} consent",
            after.contacts
        ));
    } else {
        let compared = !groups.is_empty();
        let (expected, observed) = (
            "contacts to compare with",
            "PostgreSQL's contacts are not readable, or too many",
        );
        assertions.determine(compared, Reason::QueryFailed, expected, observed);
        words.push(format!("{everyone} recipients, not compared with PostgreSQL"));
    }
    for Group { contacts, estimate } in groups {
        let counted = estimate.recipients;
        assertions.require(
            counted <= *contacts,
            Reason::Disagreement,
            format!("a campaign to a segment of {contacts} counts at most {contacts}"),
            format!("a campaign to a segment of {contacts} counts {counted}"),
        );
        assertions.absorb(adds_up(&format!("segment of {contacts}"), estimate));
        words.push(format!("{counted} in a segment of {contacts}"));
    }
    if groups.is_empty() {
        words.push("no segment states its size".to_owned());
    }
    assertions.conclude(words.join("; "))
}

#[cfg(test)]
mod tests {
    use super::super::parts::tests::estimate;
    use super::*;

    const CENSUS: Census = Census {
        contacts: 240,
        consenting: 210,
        at_most: 210,
    };

    #[test]
    fn nobody_too_many() {
        let of = |everyone, groups: &[Group]| judge(everyone, Some((CENSUS, CENSUS)), groups);
        assert_eq!(of(210, &[]).status, Status::Pass);
        assert_eq!(of(0, &[]).status, Status::Pass, "no segment, nobody addressed");
        assert_eq!(of(240, &[]).reason, Some(Reason::Disagreement));
        assert_eq!(
            (of(240, &[]).status, of(100, &[]).status),
            (Status::Fail, Status::Warn)
        );
        let group = |contacts| Group {
            contacts,
            estimate: estimate(),
        };
        assert_eq!(of(210, &[group(210)]).status, Status::Pass);
        assert_eq!(of(210, &[group(42)]).status, Status::Fail);
        assert_eq!(of(210, &[group(0)]).status, Status::Fail);
        let grown = Census {
            contacts: 241,
            consenting: 211,
            at_most: 211,
        };
        assert_eq!(judge(211, Some((CENSUS, grown)), &[]).status, Status::Pass);
        assert_eq!(judge(210, None, &[]).status, Status::Pending);
        assert_eq!(judge(210, None, &[group(210)]).status, Status::Pass);
    }
}
