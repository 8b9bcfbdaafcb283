//! The sums of an estimate add up, for a message of one part and of two.

use std::time::Duration;

use golive_core::prelude::*;

use super::parts::Estimate;
use crate::answers::VARIABLES;
use crate::smoke::{self, Sample};

pub(crate) struct Arithmetic;

#[async_trait]
impl Probe for Arithmetic {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.estimate-arithmetic", "the estimated cost is recipients × parts × price, for one part and for two")
            .why("an estimate that does not add up is a bill that surprises the merchant")
            .asks("reads the estimates of a campaign of 80 characters and of one of 230, and computes every sum again from its parts")
            .fails_when("a text's parts are counted wrongly, totals and breakdown disagree, or the cost is off by more than the currency's rounding")
            .needs(&["campaigns.estimate"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(40))
            .variables(VARIABLES)
            .remedy("Count parts with the function that sending uses, multiply recipients × parts × price, and round once, at the end, to the currency's smallest unit")
            .runbook("campaign-estimates")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let short = super::of(cx, &*smoke::campaign(cx, Sample::Plain).await?).await?;
        let long = super::of(cx, &*smoke::campaign(cx, Sample::Long).await?).await?;
        Ok(judge(&short, &long))
    }
}

fn judge(short: &Estimate, long: &Estimate) -> Outcome {
    let mut assertions = Assertions::new();
    for (what, estimate, parts) in [("one part", short, 1), ("two parts", long, 2)] {
        let said = estimate.breakdown.segments_per_message;
        assertions.require(
            said == parts,
            Reason::DataMismatch,
            format!("segmentsPerMessage of a text of {what} is {parts}"),
            format!("segmentsPerMessage of a text of {what} is {said}"),
        );
        assertions.absorb(adds_up(what, estimate));
    }
    let prices = [short, long].map(|estimate| (estimate.breakdown.price, estimate.currency.as_str()));
    assertions.require(
        prices[0] == prices[1],
        Reason::Disagreement,
        "a part costs the same in both estimates",
        format!(
            "a part costs {} {} in one, {} {} in the other",
            prices[0].0, prices[0].1, prices[1].0, prices[1].1
        ),
    );
    let nobody = if short.recipients == 0 {
        " (nobody would be written to)"
    } else {
        ""
    };
    assertions.conclude(format!("{short}; {long}{nobody}"))
}

/// Every sum of one estimate, computed again from its parts.
pub(super) fn adds_up(what: &str, estimate: &Estimate) -> Outcome {
    let mut assertions = Assertions::new();
    let Estimate {
        recipients,
        total_segments,
        cost,
        currency,
        breakdown,
    } = estimate;
    let segments = recipients.saturating_mul(breakdown.segments_per_message);
    let exact = breakdown.price.times(segments);
    assertions.require(
        *total_segments == segments,
        Reason::Disagreement,
        format!(
            "{what}: totalSegments is {recipients} × {} = {segments}",
            breakdown.segments_per_message
        ),
        format!("{what}: totalSegments is {total_segments}, not {segments}"),
    );
    assertions.require(
        breakdown.recipients == *recipients,
        Reason::Disagreement,
        format!("{what}: breakdown.recipients is recipientCount, {recipients}"),
        format!(
            "{what}: breakdown.recipients is {}, recipientCount {recipients}",
            breakdown.recipients
        ),
    );
    for (field, said) in [("estimatedCost", *cost), ("breakdown.totalCost", breakdown.cost)] {
        assertions.require(
            exact.rounds_to(said, currency),
            Reason::Disagreement,
            format!(
                "{what}: {field} is {segments} × {} = {exact} {currency}, rounded",
                breakdown.price
            ),
            format!("{what}: {field} is {said} {currency}, not {exact}"),
        );
    }
    assertions.require(
        *cost == breakdown.cost,
        Reason::Disagreement,
        format!("{what}: estimatedCost is breakdown.totalCost, {}", breakdown.cost),
        format!(
            "{what}: estimatedCost is {cost}, breakdown.totalCost {}",
            breakdown.cost
        ),
    );
    assertions.conclude("the sums add up")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::amount::Amount;
    use super::super::parts::tests::estimate;
    use super::*;

    fn amount(text: &str) -> Amount {
        Amount::read(&json!(text)).expect("an amount")
    }

    /// An estimate of so many recipients and parts, at 0.075 USD.
    fn of(recipients: u64, parts: u64, cost: &str) -> Estimate {
        let mut estimate = estimate();
        (estimate.recipients, estimate.breakdown.recipients) = (recipients, recipients);
        estimate.breakdown.segments_per_message = parts;
        estimate.total_segments = recipients * parts;
        (estimate.cost, estimate.breakdown.cost) = (amount(cost), amount(cost));
        estimate
    }

    #[test]
    fn sums_are_computed_again() {
        let judged = |change: &dyn Fn(&mut Estimate, &mut Estimate)| {
            let (mut short, mut long) = (of(210, 1, "15.75"), of(210, 2, "31.5"));
            change(&mut short, &mut long);
            judge(&short, &long).reason
        };
        let words =
            |recipients: u64, cost: &str| judge(&of(recipients, 1, cost), &of(210, 2, "31.5")).summary;
        assert!(words(0, "0").ends_with("(nobody would be written to)"));
        assert!(!words(210, "15.75").contains("nobody"));
        let wrong = Some(Reason::Disagreement);
        assert_eq!(judged(&|_, _| {}), None);
        assert_eq!(judged(&|short, _| *short = of(1, 1, "0.08")), None);
        assert_eq!(judged(&|short, _| *short = of(0, 1, "0")), None);
        assert_eq!(judged(&|short, _| short.cost = amount("16.80")), wrong);
        assert_eq!(
            judged(&|_, long| *long = of(210, 1, "15.75")),
            Some(Reason::DataMismatch)
        );
        assert_eq!(judged(&|_, long| long.total_segments = 2), wrong);
        assert_eq!(judged(&|_, long| long.breakdown.recipients = 1), wrong);
        assert_eq!(judged(&|_, long| long.breakdown.cost = amount("0.15")), wrong);
        assert_eq!(judged(&|_, long| long.currency = "EUR".into()), wrong);
        assert_eq!(
            judged(&|short, _| *short = of(210, 1, "16.80")),
            wrong,
            "rounded too early"
        );
        assert_eq!(
            judged(&|short, _| *short = of(210, 1, "0.08")),
            wrong,
            "the cost of one"
        );
    }
}
