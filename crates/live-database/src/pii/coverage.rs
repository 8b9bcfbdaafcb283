//! Nearly every phone number and e-mail address has a ciphertext.

use golive_core::contract::Thresholds;
use golive_core::prelude::*;

use super::counts;
use super::share::{self, Share};
use super::{Field, NEEDS, TIMEOUT};

pub(crate) struct Coverage {
    pub(super) field: Field,
}

#[async_trait]
impl Probe for Coverage {
    fn facts(&self) -> Facts {
        let (key, plural) = (self.field.key(), self.field.plural());
        Facts::new(format!("database.pii-{key}-coverage"), format!("the {plural} are encrypted"))
            .why("whoever gets hold of a backup reads what is not encrypted")
            .asks(
                "counts the contacts of all shops with the datum and with its ciphertext; past the contract's exact_rows \
                 on a random sample of pages, with its 95 % confidence interval",
            )
            .fails_when("WARN under pii_warn_percent (95) percent, FAIL under pii_fail_percent (50)")
            .needs(&NEEDS)
            .timeout(TIMEOUT)
            .optional()
            .remedy(format!("Run the backend's back-fill until every row has {key}_ciphertext"))
            .runbook("pii-coverage")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let counts = counts::shared(cx).await?;
        let share = counts.of(self.field);
        match share.percent() {
            Some(percent) => Ok(judge(self.field, share, percent, &cx.contract().thresholds)),
            None => Err(Error::not_applicable(format!(
                "no contact that was looked at has {}",
                self.field.plural()
            ))),
        }
    }
}

fn judge(field: Field, found: &Share, percent: f64, thresholds: &Thresholds) -> Outcome {
    let (warn, fail) = (thresholds.pii_warn_percent, thresholds.pii_fail_percent);
    let shown = share::shown(found, field);
    let mut assertions = Assertions::new();
    let words = format!("{shown} are encrypted");
    if assertions.require(
        percent >= fail,
        Reason::Threshold,
        format!("at least {fail} %"),
        words.clone(),
    ) {
        assertions.advise(
            percent >= warn,
            Reason::Threshold,
            format!("at least {warn} %"),
            words.clone(),
        );
    }
    let name = format!("{} coverage", field.key());
    assertions.measure(Measurement::new(name, percent, "%").threshold(format!(">= {warn}")));
    assertions.measure(Measurement::new(
        "without ciphertext",
        found.whole - found.part,
        "rows",
    ));
    assertions.conclude(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds() {
        for (part, status) in [
            (1_000.0, Status::Pass),
            (950.0, Status::Pass),
            (949.0, Status::Warn),
            (500.0, Status::Warn),
            (499.0, Status::Fail),
            (0.0, Status::Fail),
        ] {
            let share = Share {
                whole: 1_000.0,
                part,
                sampled: None,
            };
            let outcome = judge(Field::Phone, &share, part / 10.0, &Thresholds::default());
            assert_eq!(outcome.status, status, "{part}");
            assert!(
                (outcome.measurements[1].value - (1_000.0 - part)).abs() < 0.5,
                "{part}"
            );
            assert!(
                outcome.summary.contains("of 1,000 phone numbers are encrypted"),
                "{}",
                outcome.summary
            );
        }
    }
}
