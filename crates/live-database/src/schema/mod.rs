//! Tables, columns, unique keys and indexes that the backend relies on, read from the catalogue once a run.

mod catalogue;
mod columns;
mod constraints;
mod indexes;
mod tables;

use std::time::Duration;

use golive_core::contract::{Contract, Table};
use golive_core::prelude::*;

use catalogue::{Catalogue, Index};

/// One probe a table for tables and columns, so that one missing table leaves the others to be judged.
pub(crate) fn probes(contract: &Contract) -> Vec<Box<dyn Probe>> {
    let mut probes: Vec<Box<dyn Probe>> = Vec::new();
    for table in &contract.schema {
        probes.push(Box::new(tables::Present {
            table: table.name.clone(),
        }));
    }
    for table in contract.schema.iter().filter(|table| !table.columns.is_empty()) {
        probes.push(Box::new(columns::Columns { table: table.clone() }));
    }
    probes.push(Box::new(constraints::UniqueKeys));
    probes.push(Box::new(indexes::Indexes));
    probes
}

const TIMEOUT: Duration = Duration::from_secs(30);

/// Whether table and columns are there: what is not is the finding of `tables` or `columns`.
fn there(catalogue: &Catalogue, table: &Table, columns: &[String]) -> bool {
    catalogue.has(&table.name)
        && columns.iter().all(|column| {
            catalogue
                .columns
                .iter()
                .any(|found| found.table == table.name && found.name == *column)
        })
}

/// What a summary says of keys whose table or column is not there.
fn unjudged(count: usize) -> String {
    if count == 0 {
        String::new()
    } else {
        format!(", {count} not judged: no such table or column")
    }
}

/// `("shopId", "phoneE164")`
fn listed(columns: &[String]) -> String {
    let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    format!("({})", quoted.join(", "))
}

/// The name Prisma would give: `Contact_shopId_phone_hash_idx`.
fn prisma_name(table: &str, columns: &[String], suffix: &str) -> String {
    format!("{table}_{}_{suffix}", columns.join("_"))
}

/// Whether the index has an entry for every row that a look-up by these columns could want: none left out but NULLs.
fn covers_all_rows(index: &Index, columns: &[String]) -> bool {
    let Some(predicate) = &index.predicate else {
        return true;
    };
    predicate.split(" AND ").all(|term| {
        let term = term.trim_matches(['(', ')', ' ']);
        let column = term
            .strip_suffix(" IS NOT NULL")
            .map(|name| name.trim_matches(['(', ')', '"', ' ']));
        column.is_some_and(|name| columns.iter().any(|column| column == name))
    })
}

#[cfg(test)]
mod testing {
    use super::catalogue::{Catalogue, Column, Index, Relation};

    pub(super) fn relation(name: &str) -> Relation {
        Relation {
            schema: "public".into(),
            name: name.into(),
            kind: "r".into(),
        }
    }

    pub(super) fn column(table: &str, name: &str, sql_type: &str) -> Column {
        Column {
            table: table.into(),
            name: name.into(),
            sql_type: sql_type.into(),
            not_null: false,
            has_default: false,
        }
    }

    pub(super) fn index(table: &str, columns: &[&str]) -> Index {
        Index {
            table: table.into(),
            name: "i".into(),
            unique: true,
            valid: true,
            nulls_equal: false,
            method: "btree".into(),
            predicate: None,
            columns: columns.iter().map(|column| Some((*column).to_owned())).collect(),
        }
    }

    pub(super) fn catalogue(
        relations: Vec<Relation>,
        columns: Vec<Column>,
        indexes: Vec<Index>,
    ) -> Catalogue {
        Catalogue {
            schema: "public".into(),
            relations,
            columns,
            indexes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predicates_that_leave_only_nulls_out() {
        let columns = ["dedupeKey".to_owned(), "shopId".to_owned()];
        for (predicate, fits) in [
            (None, true),
            (Some(r#"("dedupeKey" IS NOT NULL)"#), true),
            (
                Some(r#"(("dedupeKey" IS NOT NULL) AND ("shopId" IS NOT NULL))"#),
                true,
            ),
            (Some(r#"("topic" IS NOT NULL)"#), false),
            (Some(r#"("isSystem")"#), false),
            (
                Some(r#"(("dedupeKey" IS NOT NULL) AND (status = 'x'::text))"#),
                false,
            ),
        ] {
            let index = Index {
                predicate: predicate.map(ToOwned::to_owned),
                ..testing::index("Job", &["dedupeKey"])
            };
            assert_eq!(covers_all_rows(&index, &columns), fits, "{predicate:?}");
        }
    }
}
