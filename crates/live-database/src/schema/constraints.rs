//! The unique keys that the backend relies on are enforced.

use std::collections::BTreeSet;

use golive_core::contract::Table;
use golive_core::prelude::*;

use super::catalogue::{self, Catalogue, Index};
use super::{covers_all_rows, listed, prisma_name, there, unjudged};

pub(crate) struct UniqueKeys;

#[async_trait]
impl Probe for UniqueKeys {
    fn facts(&self) -> Facts {
        Facts::new("database.constraints", "every unique key that the backend relies on is enforced")
            .why("duplicates that get in quietly are messages sent twice and customers that exist twice")
            .asks("looks for a valid unique index over exactly those columns in PostgreSQL's catalogue")
            .fails_when(
                "FAIL when a primary or unique key is missing, not unique, partial, unfinished or treats NULLs as equal; \
                 missing tables and columns are findings of their own probes",
            )
            .needs(&["database.connect", "database.migrations-applied"])
            .timeout(super::TIMEOUT)
            .remedy("Remove what violates the key, then restore the key with a migration")
            .runbook("schema-drift")
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
        let keys = std::iter::once(&table.primary)
            .chain(&table.unique)
            .filter(|key| !key.is_empty());
        for key in keys {
            if !there(catalogue, table, key) {
                skipped += 1;
                continue;
            }
            let name = format!("\"{}\" {}", table.name, listed(key));
            let problem = problem(&table.name, key, catalogue);
            let holds = assertions.require(
                problem.is_none(),
                Reason::Missing,
                format!("{name} is unique"),
                format!("{name} {}", problem.unwrap_or_default()),
            );
            if !holds {
                remedy.get_or_insert_with(|| statement(table, key, catalogue));
            }
        }
    }
    let checked = assertions.checked();
    if checked == 0 {
        assertions.determine(
            false,
            Reason::Missing,
            "tables to look at",
            "none of the tables with keys is there",
        );
    }
    let outcome = assertions.conclude(format!("{checked} unique keys are enforced{}", unjudged(skipped)));
    match remedy {
        Some(command) => outcome.remedy(
            "Remove the rows that violate the key, then restore it with a migration that runs this statement",
            Some(command),
        ),
        None => outcome,
    }
}

/// Why the key is not enforced; `None` when it is.
fn problem(table: &str, key: &[String], catalogue: &Catalogue) -> Option<&'static str> {
    let wanted: BTreeSet<Option<&str>> = key.iter().map(|column| Some(column.as_str())).collect();
    let same = |index: &&Index| {
        index.table == table
            && index
                .columns
                .iter()
                .map(Option::as_deref)
                .collect::<BTreeSet<_>>()
                == wanted
    };
    let nullable = catalogue
        .columns
        .iter()
        .any(|column| column.table == table && key.contains(&column.name) && !column.not_null);
    let mut problem = Some("has no unique key");
    for index in catalogue.indexes.iter().filter(same) {
        let this = if !index.unique {
            "has an index that is not unique"
        } else if !index.valid {
            "has a unique index that was never finished"
        } else if !covers_all_rows(index, key) {
            "is unique in some rows only"
        } else if index.nulls_equal && nullable {
            "is unique even where it is NULL: a second row without it is refused"
        } else {
            return None;
        };
        problem = Some(this);
    }
    problem
}

fn statement(table: &Table, key: &[String], catalogue: &Catalogue) -> String {
    let (name, columns) = (&table.name, listed(key));
    if table.primary == key {
        return format!("ALTER TABLE \"{name}\" ADD PRIMARY KEY {columns};");
    }
    let index = prisma_name(name, key, "key");
    let taken = catalogue.indexes.iter().any(|found| found.name == index);
    let drop = if taken {
        format!("DROP INDEX \"{index}\"; ")
    } else {
        String::new()
    };
    format!("{drop}CREATE UNIQUE INDEX CONCURRENTLY \"{index}\" ON \"{name}\" {columns};")
}

#[cfg(test)]
mod tests {
    use golive_core::contract::Contract;

    use super::super::testing::{catalogue, column, index, relation};
    use super::*;

    fn segment(indexes: Vec<Index>) -> Outcome {
        let contract = Contract::default();
        let columns = vec![column("Segment", "id", "text"), column("Segment", "slug", "text")];
        judge(
            &contract.schema,
            &catalogue(vec![relation("Segment")], columns, indexes),
        )
    }

    #[test]
    fn keys_must_be_enforced() {
        let slug = || index("Segment", &["slug"]);
        for (found, words) in [
            (slug(), None),
            (
                Index {
                    predicate: Some("(slug IS NOT NULL)".into()),
                    ..slug()
                },
                None,
            ),
            (
                Index {
                    unique: false,
                    ..slug()
                },
                Some("not unique"),
            ),
            (
                Index {
                    valid: false,
                    ..slug()
                },
                Some("never finished"),
            ),
            (
                Index {
                    predicate: Some("\"isSystem\"".into()),
                    ..slug()
                },
                Some("some rows only"),
            ),
            (
                Index {
                    nulls_equal: true,
                    ..slug()
                },
                Some("even where it is NULL"),
            ),
            (
                Index {
                    columns: vec![Some("slug".into()), Some("id".into())],
                    ..slug()
                },
                Some("no unique key"),
            ),
            (
                Index {
                    columns: vec![None],
                    ..slug()
                },
                Some("no unique key"),
            ),
            (
                Index {
                    table: "Other".into(),
                    ..slug()
                },
                Some("no unique key"),
            ),
        ] {
            let outcome = segment(vec![index("Segment", &["id"]), found]);
            assert_eq!(
                outcome.status,
                if words.is_some() {
                    Status::Fail
                } else {
                    Status::Pass
                }
            );
            assert_eq!(
                outcome.remedy.is_some(),
                words.is_some(),
                "a statement where there is something to restore"
            );
            assert!(
                outcome.summary.contains(words.unwrap_or("2 unique keys")),
                "{}",
                outcome.summary
            );
        }
        // a second, good index makes up for a bad one
        let both = vec![
            index("Segment", &["id"]),
            Index {
                unique: false,
                ..slug()
            },
            slug(),
        ];
        assert_eq!(segment(both).status, Status::Pass);
        assert_eq!(
            judge(&Contract::default().schema, &catalogue(vec![], vec![], vec![])).status,
            Status::Pending
        );
    }

    #[test]
    fn what_is_not_there_is_told() {
        let outcome = segment(vec![index("Segment", &["id"]), index("Segment", &["slug"])]);
        let schema = Contract::default().schema;
        let keys = schema
            .iter()
            .flat_map(|table| std::iter::once(&table.primary).chain(&table.unique))
            .filter(|key| !key.is_empty())
            .count();
        let words = format!("2 unique keys are enforced, {} not judged", keys - 2);
        assert!(outcome.summary.starts_with(&words), "{}", outcome.summary);
    }

    #[test]
    fn order_of_columns_does_not_matter() {
        let contract = Contract::default();
        let columns = ["id", "campaignId", "contactId"].map(|name| column("CampaignRecipient", name, "text"));
        let indexes = vec![
            index("CampaignRecipient", &["id"]),
            index("CampaignRecipient", &["contactId", "campaignId"]),
        ];
        let found = catalogue(vec![relation("CampaignRecipient")], columns.into(), indexes);
        assert_eq!(judge(&contract.schema, &found).status, Status::Pass);
    }
}
