//! Every migration is applied: none failed (a later success settles nothing, P3009), none stopped half-way, none pending.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use golive_core::prelude::*;
use golive_core::settings::SettingError;

use super::{Attempt, TABLE, directory};

pub(crate) struct Applied;

#[async_trait]
impl Probe for Applied {
    fn facts(&self) -> Facts {
        Facts::new("database.migrations-applied", "every migration is applied, none failed or half-applied")
            .why("code that meets a schema it was not written for loses webhooks and messages")
            .asks("reads _prisma_migrations and, when PRISMA_MIGRATIONS_DIR is set, the names of its directories")
            .fails_when(
                "FAIL when a migration failed, never finished, was rolled back and not applied again, or is pending; WARN \
                 when one was applied that PRISMA_MIGRATIONS_DIR does not have",
            )
            .needs(&["database.connect"])
            .timeout(Duration::from_secs(30))
            .remedy("Run `npx prisma migrate deploy` from the deployed release as the owner of the database")
            .command("npx prisma migrate status")
            .runbook("migrations")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let history = super::history(cx).await?;
        let Some(history) = history.as_ref() else {
            return Ok(no_table());
        };
        let checkout = match directory::read(cx).await {
            Ok(None) => Checkout::NotGiven,
            Ok(Some(found)) => {
                Checkout::Names(found.iter().map(|migration| migration.name.clone()).collect())
            }
            Err(Error::Setting(error)) => Checkout::Unreadable(error),
            Err(error) => return Err(error),
        };
        Ok(judge(history, &checkout))
    }
}

/// The names in `PRISMA_MIGRATIONS_DIR`.
enum Checkout {
    NotGiven,
    Unreadable(SettingError),
    Names(BTreeSet<String>),
}

fn no_table() -> Outcome {
    Outcome::fail(
        Reason::Missing,
        format!("there is no table {TABLE}: no migration was ever applied by Prisma"),
    )
    .expected(format!("table {TABLE} in the schema of DATABASE_URL"))
}

fn judge(history: &[Attempt], checkout: &Checkout) -> Outcome {
    let mut attempts: BTreeMap<&str, Vec<&Attempt>> = BTreeMap::new();
    for attempt in history {
        attempts.entry(&attempt.name).or_default().push(attempt);
    }
    let known = |name: &str| match checkout {
        Checkout::Names(names) => Some(names.contains(name)),
        _ => None,
    };
    let applied = |name: &str| {
        history
            .iter()
            .any(|attempt| attempt.name == name && attempt.applied())
    };
    let mut assertions = Assertions::new();
    let mut remedy = None;
    assertions.require(
        !history.is_empty(),
        Reason::Missing,
        "applied migrations",
        format!("{TABLE} is empty"),
    );
    for (name, all) in &attempts {
        if let Some(stuck) = all.iter().find(|attempt| attempt.stuck()) {
            let how = if stuck.logged {
                "failed"
            } else {
                "was started and never finished"
            };
            let words = format!("{name} {how}");
            assertions.require(false, Reason::Misconfigured, format!("{name} is finished"), words);
            remedy.get_or_insert_with(|| resolve(name));
        } else if applied(name) {
            let words = format!("{name} was applied, but PRISMA_MIGRATIONS_DIR does not have it");
            let expected = format!("{name} is in PRISMA_MIGRATIONS_DIR");
            assertions.advise(known(name) != Some(false), Reason::Disagreement, expected, words);
        } else if known(name) == Some(false) {
            let words = format!("{name} was rolled back, and PRISMA_MIGRATIONS_DIR does not have it");
            assertions.advise(
                false,
                Reason::Disagreement,
                "no traces of withdrawn migrations",
                words,
            );
        } else {
            let words = format!("{name} was rolled back and not applied again");
            assertions.require(false, Reason::Missing, format!("{name} is applied"), words);
        }
    }
    if let Checkout::Names(names) = checkout {
        for name in names.iter().filter(|name| !attempts.contains_key(name.as_str())) {
            assertions.require(
                false,
                Reason::Missing,
                format!("{name} is applied"),
                format!("{name} is pending"),
            );
        }
    }
    if let Checkout::Unreadable(error) = checkout {
        let expected = "a directory to compare with";
        assertions.determine(
            false,
            Reason::SettingMissing,
            expected,
            format!("pending ones are unknown: {error}"),
        );
    }
    let count = attempts.keys().filter(|name| applied(name)).count();
    let compared = match checkout {
        Checkout::Names(names) => format!("none of the {} in PRISMA_MIGRATIONS_DIR is pending", names.len()),
        _ => "pending ones were not looked for: PRISMA_MIGRATIONS_DIR is not set".to_owned(),
    };
    let outcome = assertions.conclude(format!("{count} applied, none failed; {compared}"));
    match remedy {
        Some((text, command)) => outcome.remedy(text, Some(command)),
        None => outcome,
    }
}

fn resolve(name: &str) -> (String, String) {
    let text = format!(
        "Find out in column logs of {TABLE} how far {name} got, undo that by hand, mark it as rolled back, correct it and \
         deploy again. Never run `prisma migrate reset`: it drops the data"
    );
    (
        text,
        format!("npx prisma migrate resolve --rolled-back {name} && npx prisma migrate deploy"),
    )
}

#[cfg(test)]
mod tests {
    use golive_core::settings::Problem;

    use super::super::testing::{applied, rolled_back, stuck};
    use super::*;

    fn names(list: &[&str]) -> Checkout {
        Checkout::Names(list.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn histories() {
        let unreadable = || {
            Checkout::Unreadable(SettingError {
                name: directory::VARIABLE,
                problem: Problem::Missing,
            })
        };
        for (history, checkout, status, words) in [
            (
                vec![applied("1", 1.0)],
                names(&["1"]),
                Status::Pass,
                "1 applied, none failed; none of the 1 in",
            ),
            (
                vec![applied("1", 1.0)],
                Checkout::NotGiven,
                Status::Pass,
                "not looked for",
            ),
            (
                vec![applied("1", 1.0)],
                unreadable(),
                Status::Pending,
                "pending ones are unknown",
            ),
            (vec![stuck("1", true)], unreadable(), Status::Fail, "1 failed"),
            (vec![], Checkout::NotGiven, Status::Fail, "empty"),
            (
                vec![applied("1", 1.0), stuck("2", true)],
                names(&["1", "2"]),
                Status::Fail,
                "2 failed",
            ),
            (
                vec![stuck("1", false)],
                Checkout::NotGiven,
                Status::Fail,
                "never finished",
            ),
            (
                vec![stuck("1", true), applied("1", 2.0)],
                names(&["1"]),
                Status::Fail,
                "1 failed",
            ),
            (
                vec![rolled_back("1", 1.0)],
                Checkout::NotGiven,
                Status::Fail,
                "not applied again",
            ),
            (
                vec![rolled_back("1", 1.0)],
                names(&["1"]),
                Status::Fail,
                "not applied again",
            ),
            (
                vec![applied("1", 1.0), rolled_back("2", 2.0)],
                names(&["1"]),
                Status::Warn,
                "withdrawn",
            ),
            (
                vec![rolled_back("1", 1.0), applied("1", 2.0)],
                names(&["1"]),
                Status::Pass,
                "1 applied",
            ),
            (
                vec![applied("1", 1.0)],
                names(&["1", "2"]),
                Status::Fail,
                "2 is pending",
            ),
            (
                vec![applied("1", 1.0), applied("2", 2.0)],
                names(&["1"]),
                Status::Warn,
                "does not have it",
            ),
        ] {
            let outcome = judge(&history, &checkout);
            let all = format!("{} {}", outcome.summary, outcome.expected.unwrap_or_default());
            assert_eq!(outcome.status, status, "{all}");
            assert!(all.contains(words), "{all}");
        }
        assert_eq!(no_table().reason, Some(Reason::Missing));
    }
}
