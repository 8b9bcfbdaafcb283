//! Look-ups that happen on every message are served by an index.

use std::collections::BTreeSet;

use golive_core::contract::Table;
use golive_core::prelude::*;

use super::catalogue::{self, Catalogue, Index};
use super::{covers_all_rows, listed, prisma_name, there, unjudged};

pub(crate) struct Indexes;

#[async_trait]
impl Probe for Indexes {
    fn facts(&self) -> Facts {
        Facts::new(
            "database.indexes",
            "the look-ups of the backend are served by an index",
        )
        .why("without it every look-up reads the whole table, and each new contact makes all of them slower")
        .asks("looks for a valid index that begins with those columns in PostgreSQL's catalogue")
        .fails_when("WARN when an index is missing, unfinished, partial or of a kind that serves no equality")
        .needs(&["database.connect", "database.migrations-applied"])
        .timeout(super::TIMEOUT)
        .remedy("Create the index outside of a transaction, and add it to the Prisma schema")
        .runbook("missing-indexes")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        Ok(judge(&cx.contract().schema, catalogue::read(cx).await?.as_ref()))
    }
}

fn judge(schema: &[Table], catalogue: &Catalogue) -> Outcome {
    let mut assertions = Assertions::new();
    let mut remedy = None;
    let mut skipped = 0;
    for table in schema {
        for columns in &table.indexes {
            if !there(catalogue, table, columns) {
                skipped += 1;
                continue;
            }
            let name = format!("\"{}\" {}", table.name, listed(columns));
            let problem = problem(&table.name, columns, catalogue);
            let expected = format!("{name} is indexed");
            let words = problem
                .as_ref()
                .map(|problem| format!("{name} {problem}"))
                .unwrap_or_default();
            if !assertions.advise(problem.is_none(), Reason::Missing, expected, words) {
                remedy.get_or_insert_with(|| statement(&table.name, columns));
            }
        }
    }
    let checked = assertions.checked();
    if checked == 0 {
        assertions.determine(
            false,
            Reason::Missing,
            "tables to look at",
            "none of the tables with indexes is there",
        );
    }
    let outcome = assertions.conclude(format!(
        "{checked} look-ups are served by an index{}",
        unjudged(skipped)
    ));
    match remedy {
        Some(command) => outcome.remedy(
            "Drop an unfinished index of that name, create it again outside of a transaction, and add it to the Prisma \
             schema",
            Some(command),
        ),
        None => outcome,
    }
}

/// Why the look-up is not served; `None` when it is.
fn problem(table: &str, columns: &[String], catalogue: &Catalogue) -> Option<String> {
    let wanted: BTreeSet<&str> = columns.iter().map(String::as_str).collect();
    // equality on all of them: their order does not matter, but nothing else may come before them
    let begins = |index: &&Index| {
        let front = index
            .columns
            .iter()
            .take(columns.len())
            .filter_map(Option::as_deref);
        index.table == table
            && index.columns.len() >= columns.len()
            && front.collect::<BTreeSet<_>>() == wanted
    };
    let mut problem = Some("has no index".to_owned());
    for index in catalogue.indexes.iter().filter(begins) {
        let name = &index.name;
        let this = if !index.valid {
            format!("has an index that was never finished: {name}")
        } else if !covers_all_rows(index, columns) {
            format!("is indexed in some rows only: {name}")
        } else if !matches!(index.method.as_str(), "btree" | "hash") {
            format!("has an index that serves no equality: {name} ({})", index.method)
        } else {
            return None;
        };
        problem = Some(this);
    }
    problem
}

fn statement(table: &str, columns: &[String]) -> String {
    let name = prisma_name(table, columns, "idx");
    format!(
        "DROP INDEX IF EXISTS \"{name}\"; CREATE INDEX CONCURRENTLY \"{name}\" ON \"{table}\" {};",
        listed(columns)
    )
}

#[cfg(test)]
mod tests {
    use golive_core::contract::Contract;

    use super::super::testing::{catalogue, column, index, relation};
    use super::*;

    #[test]
    fn look_ups_must_be_served() {
        let by = |columns: &[&str]| Index {
            unique: false,
            ..index("Contact", columns)
        };
        let hash = || by(&["shopId", "phone_hash"]);
        for (found, words) in [
            (hash(), None),
            (by(&["phone_hash", "shopId"]), None),
            (by(&["shopId", "phone_hash", "createdAt"]), None),
            (
                Index {
                    predicate: Some("(phone_hash IS NOT NULL)".into()),
                    ..hash()
                },
                None,
            ),
            (by(&["shopId", "createdAt", "phone_hash"]), Some("has no index")),
            (by(&["shopId"]), Some("has no index")),
            (
                Index {
                    valid: false,
                    ..hash()
                },
                Some("never finished"),
            ),
            (
                Index {
                    predicate: Some("(NOT \"optedOut\")".into()),
                    ..hash()
                },
                Some("some rows only"),
            ),
            (
                Index {
                    method: "brin".into(),
                    ..hash()
                },
                Some("brin"),
            ),
        ] {
            let columns = ["shopId", "phone_hash", "email_hash"].map(|name| column("Contact", name, "text"));
            let indexes = vec![by(&["shopId", "email_hash"]), found];
            let found = catalogue(vec![relation("Contact")], columns.into(), indexes);
            let outcome = judge(&Contract::default().schema, &found);
            assert_eq!(
                outcome.status,
                if words.is_some() {
                    Status::Warn
                } else {
                    Status::Pass
                }
            );
            assert_eq!(outcome.remedy.is_some(), words.is_some());
            assert!(
                outcome.summary.contains(words.unwrap_or("2 look-ups")),
                "{}",
                outcome.summary
            );
        }
    }

    #[test]
    fn what_is_not_there_is_told() {
        let columns = ["shopId", "phone_hash"].map(|name| column("Contact", name, "text"));
        let indexes = vec![index("Contact", &["shopId", "phone_hash"])];
        let found = catalogue(vec![relation("Contact")], columns.into(), indexes);
        assert_eq!(
            judge(&Contract::default().schema, &found).summary,
            "1 look-ups are served by an index, 1 not judged: no such table or column"
        );
    }
}
