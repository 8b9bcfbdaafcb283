//! The coverage that /health reports is the one the database has.

use golive_core::prelude::*;
use serde_json::Value;

use super::counts;
use super::share::{self, Counts};
use super::{Field, NEEDS, TIMEOUT};

pub(crate) struct HealthAgrees;

/// Rounding of figures on their way.
const EPSILON: f64 = 0.051;

#[async_trait]
impl Probe for HealthAgrees {
    fn facts(&self) -> Facts {
        Facts::new("database.pii-health-agrees", "/health reports the coverage that the database has")
            .why("a figure on the dashboard that is not true hides the day on which encryption stops")
            .asks("compares pii (older dialect: piiCoverage) of GET /health with golive's own count, twice if they differ")
            .fails_when("WARN when a figure is missing or more than pii_health_tolerance (1) points off")
            .needs(&NEEDS)
            .needs(&["contract.reachable", "contract.ready"])
            .timeout(TIMEOUT)
            .remedy(
                "Make sure that backend and golive use the same database and schema, then correct the query or the cache \
                 behind /health",
            )
            .command("curl -sS \"$BASE_URL/health\"")
            .runbook("pii-figures-disagree")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let tolerance = cx.contract().thresholds.pii_health_tolerance;
        let outcome = judge(&health(cx).await?, counts::shared(cx).await?.as_ref(), tolerance);
        if outcome.status == Status::Pass {
            return Ok(outcome);
        }
        // contacts may have come or gone since they were counted
        let counts = counts::count(cx).await?;
        Ok(judge(&health(cx).await?, &counts, tolerance))
    }
}

async fn health(cx: &Context) -> Result<Value, Error> {
    cx.http()
        .get(&cx.contract().paths.health)
        .send()
        .await?
        .expect_json(&[200])
}

fn judge(health: &Value, counts: &Counts, tolerance: f64) -> Outcome {
    let canonical = health.get("pii").filter(|pii| pii.is_object());
    let Some((dialect, figures)) = canonical
        .map(|pii| ("pii", pii))
        .or_else(|| health.get("piiCoverage").map(|pii| ("piiCoverage", pii)))
    else {
        return Outcome::warn(Reason::Missing, "/health has neither pii nor piiCoverage")
            .expected("pii.phone_pct and pii.email_pct")
            .observed("neither pii nor piiCoverage");
    };
    let mut assertions = Assertions::new();
    let mut shown = Vec::new();
    for field in Field::ALL {
        let found = counts.of(field);
        let name = if dialect == "pii" {
            format!("{}_pct", field.key())
        } else {
            field.key().to_owned()
        };
        let name = format!("{dialect}.{name}");
        let said = figures.get(name.rsplit('.').next().unwrap_or_default());
        let figure = said.and_then(number);
        let Some(percent) = found.percent() else {
            // of nobody, none and all are equally true
            let fits = said.is_none_or(Value::is_null)
                || figure.is_some_and(|figure| figure <= 0.0 || figure >= 100.0);
            let expected = format!("{name}: null, for there are no {}", field.plural());
            assertions.advise(
                fits,
                Reason::Disagreement,
                expected,
                format!("{name} is {}", text(said)),
            );
            shown.push(format!("{name} {} of no {}", text(said), field.plural()));
            continue;
        };
        let counted = share::shown(found, field);
        let allowed = tolerance + found.uncertainty() + EPSILON;
        assertions.advise(
            figure.is_some_and(|figure| (figure - percent).abs() <= allowed),
            if figure.is_some() {
                Reason::Disagreement
            } else {
                Reason::Missing
            },
            format!("{name}: {counted}"),
            format!("/health says {name} {}, the database has {counted}", text(said)),
        );
        shown.push(format!("{name} {} ({percent:.1} counted)", text(said)));
    }
    assertions.conclude(shown.join(", "))
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| {
        value
            .as_str()?
            .trim()
            .trim_end_matches('%')
            .trim_end()
            .parse()
            .ok()
    })
}

fn text(said: Option<&Value>) -> String {
    match said {
        None => "nothing".to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Null) => "null".to_owned(),
        Some(other) => number(other).map_or_else(|| "no number".to_owned(), |figure| figure.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::share::{Sampled, Share};
    use super::*;

    fn counts(phone: (f64, f64), email: (f64, f64)) -> Counts {
        let share = |(part, whole)| Share {
            whole,
            part,
            sampled: None,
        };
        Counts {
            phone: share(phone),
            email: share(email),
        }
    }

    #[test]
    fn figures() {
        let some = || counts((990.0, 1_000.0), (500.0, 600.0));
        let none = || counts((0.0, 0.0), (0.0, 0.0));
        for (health, counts, status) in [
            (
                json!({"pii": {"phone_pct": 99.0, "email_pct": 83.3}}),
                some(),
                Status::Pass,
            ),
            (
                json!({"pii": {"phone_pct": 100, "email_pct": 84}}),
                some(),
                Status::Pass,
            ),
            (
                json!({"database": true, "piiCoverage": {"phone": 98.4, "email": "83.3"}}),
                some(),
                Status::Pass,
            ),
            (
                json!({"pii": {"phone_pct": 61, "email_pct": 83.3}}),
                some(),
                Status::Warn,
            ),
            (
                json!({"piiCoverage": {"phone": 99.0, "email": 63.3}}),
                some(),
                Status::Warn,
            ),
            (
                json!({"pii": {"phone_pct": null, "email_pct": 83.3}}),
                some(),
                Status::Warn,
            ),
            (json!({"pii": {"phone_pct": 99.0}}), some(), Status::Warn),
            (json!({"ok": true}), some(), Status::Warn),
            (
                json!({"pii": {"phone_pct": null, "email_pct": null}}),
                none(),
                Status::Pass,
            ),
            (
                json!({"pii": {"phone_pct": 0, "email_pct": 100}}),
                none(),
                Status::Pass,
            ),
            (
                json!({"pii": {"phone_pct": 42, "email_pct": null}}),
                none(),
                Status::Warn,
            ),
        ] {
            assert_eq!(judge(&health, &counts, 1.0).status, status, "{health}");
        }
    }

    #[test]
    fn a_sample_widens_the_tolerance() {
        let mut counts = counts((980.0, 1_000.0), (600.0, 600.0));
        counts.phone.sampled = Some(Sampled {
            low: 96.0,
            high: 99.0,
            of: 1e7,
        });
        let health = |phone: f64| json!({"pii": {"phone_pct": phone, "email_pct": 100}});
        assert_eq!(judge(&health(95.1), &counts, 1.0).status, Status::Pass);
        assert_eq!(judge(&health(94.0), &counts, 1.0).status, Status::Warn);
    }
}
