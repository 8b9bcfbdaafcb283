//! No migration was edited after it was applied.

use std::collections::BTreeMap;
use std::time::Duration;

use golive_core::prelude::*;

use super::directory::{self, Migration};
use super::{Attempt, TABLE};

pub(crate) struct Checksums;

#[async_trait]
impl Probe for Checksums {
    fn facts(&self) -> Facts {
        Facts::new(
            "database.migrations-checksums",
            "no migration was edited after it was applied",
        )
        .why("an edited migration gives a fresh install another schema than production has")
        .asks(
            "compares the recorded checksums with the SHA-256 of each migration.sql in PRISMA_MIGRATIONS_DIR",
        )
        .fails_when(
            "FAIL when a checksum differs, whatever the line endings, or a directory has no migration.sql",
        )
        .needs(&["database.connect", "database.migrations-applied"])
        .timeout(Duration::from_secs(30))
        .optional()
        .variables(&[directory::VARIABLE])
        .remedy(
            "Check the deployed release out and restore its migration.sql from git; make the change as a new \
                 migration. Never edit the checksum in the table",
        )
        .command("git log -p -- prisma/migrations")
        .runbook("migration-checksums")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let Some(found) = directory::read(cx).await? else {
            return Err(Error::not_applicable(format!(
                "{} is not set",
                directory::VARIABLE
            )));
        };
        Ok(judge(&super::attempts(cx).await?, &found))
    }
}

fn judge(history: &[Attempt], found: &[Migration]) -> Outcome {
    let mut recorded: BTreeMap<&str, &str> = BTreeMap::new();
    for attempt in history.iter().filter(|attempt| attempt.applied()) {
        recorded.insert(&attempt.name, &attempt.checksum);
    }
    let mut assertions = Assertions::new();
    for Migration { name, checksums } in found {
        let Some(checksums) = checksums else {
            let words = format!("{name} has no migration.sql (Prisma stops with P3015)");
            assertions.require(false, Reason::Missing, format!("{name}/migration.sql"), words);
            continue;
        };
        let Some(checksum) = recorded.get(name.as_str()) else {
            continue;
        };
        assertions.require(
            checksums.iter().any(|own| own.eq_ignore_ascii_case(checksum)),
            Reason::DataMismatch,
            format!("{name}: {} as {TABLE} has it", short(checksum)),
            format!("{name}: migration.sql gives {}", short(&checksums[0])),
        );
    }
    let checked = assertions.checked();
    assertions.conclude(format!("{checked} recorded checksums are those of the files"))
}

/// Enough of a checksum to compare by eye.
fn short(checksum: &str) -> String {
    let start: String = checksum.chars().take(12).collect();
    if start.is_empty() {
        "nothing".to_owned()
    } else {
        format!("{start}…")
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{applied, rolled_back};
    use super::*;

    fn file(name: &str, checksums: Option<&[&str]>) -> Migration {
        let checksums = checksums.map(|list| list.iter().map(|text| (*text).to_owned()).collect());
        Migration {
            name: name.into(),
            checksums,
        }
    }

    fn with(attempt: Attempt, checksum: &str) -> Attempt {
        Attempt {
            checksum: checksum.into(),
            ..attempt
        }
    }

    #[test]
    fn comparison() {
        let one = || with(applied("1", 1.0), "aa");
        for (history, found, status) in [
            (vec![one()], vec![file("1", Some(&["aa"]))], Status::Pass),
            (vec![one()], vec![file("1", Some(&["bb", "AA"]))], Status::Pass),
            (vec![one()], vec![file("1", Some(&["bb"]))], Status::Fail),
            (
                vec![with(applied("1", 1.0), "")],
                vec![file("1", Some(&["bb"]))],
                Status::Fail,
            ),
            (
                vec![one()],
                vec![file("1", Some(&["aa"])), file("2", Some(&["cc"]))],
                Status::Pass,
            ),
            (
                vec![one()],
                vec![file("1", Some(&["aa"])), file("2", None)],
                Status::Fail,
            ),
            // an attempt that was rolled back may have been corrected since
            (
                vec![with(rolled_back("1", 0.5), "zz"), one()],
                vec![file("1", Some(&["aa"]))],
                Status::Pass,
            ),
        ] {
            assert_eq!(judge(&history, &found).status, status, "{history:?} {found:?}");
        }
        assert_eq!(judge(&[], &[]).assertions, 0);
    }
}
