//! Migrations were applied in the order of their names, the order in which a fresh install applies them.

use std::collections::BTreeMap;
use std::time::Duration;

use golive_core::prelude::*;

use super::Attempt;

pub(crate) struct Order;

#[async_trait]
impl Probe for Order {
    fn facts(&self) -> Facts {
        Facts::new("database.migrations-order", "migrations were applied in the order of their names")
            .why("Prisma applies by name: a fresh install runs a late-comer before what it depends on, and may fail")
            .asks("compares the order in which the applied migrations started with the order of their names")
            .fails_when("WARN when a migration was applied after one whose name sorts behind it")
            .needs(&["database.connect", "database.migrations-applied"])
            .timeout(Duration::from_secs(30))
            .remedy(
                "Prove with `npx prisma migrate deploy` against an empty database that this order works; if not, \
                 rename the late-comer before it reaches production",
            )
            .command("npx prisma migrate deploy")
            .runbook("migration-order")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        Ok(judge(&super::attempts(cx).await?))
    }
}

fn judge(history: &[Attempt]) -> Outcome {
    // by name: when it was (last) applied
    let mut applied: BTreeMap<&str, f64> = BTreeMap::new();
    for attempt in history.iter().filter(|attempt| attempt.applied()) {
        applied.insert(&attempt.name, attempt.started);
    }
    let mut assertions = Assertions::new();
    let mut latest: Option<(&str, f64)> = None;
    for (&name, &started) in &applied {
        let ahead = latest
            .filter(|(_, before)| *before > started)
            .map(|(ahead, _)| ahead);
        assertions.advise(
            ahead.is_none(),
            Reason::Misconfigured,
            format!("{} before {name}", ahead.unwrap_or_default()),
            format!("{name} was applied before {}", ahead.unwrap_or_default()),
        );
        if ahead.is_none() {
            latest = Some((name, started));
        }
    }
    assertions.conclude(format!(
        "{} migrations applied in the order of their names",
        applied.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{applied, rolled_back};
    use super::*;

    #[test]
    fn orders() {
        for (history, status) in [
            (vec![applied("1", 1.0), applied("2", 2.0)], Status::Pass),
            // baselined in one go
            (vec![applied("1", 1.0), applied("2", 1.0)], Status::Pass),
            (vec![applied("2", 1.0), applied("1", 2.0)], Status::Warn),
            (
                vec![rolled_back("2", 0.5), applied("1", 1.0), applied("2", 2.0)],
                Status::Pass,
            ),
        ] {
            assert_eq!(judge(&history).status, status, "{history:?}");
        }
        let late = [applied("1", 1.0), applied("3", 2.0), applied("2", 3.0)];
        assert!(
            judge(&late).summary.contains("3 was applied before 2"),
            "{}",
            judge(&late).summary
        );
    }
}
