//! The columns that the backend relies on have the type and the nullability it expects; more may exist.

use golive_core::contract::Table;
use golive_core::prelude::*;

use super::catalogue::{self, Column};

pub(crate) struct Columns {
    pub(super) table: Table,
}

#[async_trait]
impl Probe for Columns {
    fn facts(&self) -> Facts {
        let table = &self.table.name;
        Facts::new(format!("database.columns.{table}"), format!("the columns of {table} are those the backend expects"))
            .why("Prisma names every column in every query: one that is missing or of another type breaks all of them")
            .asks("compares names, types and nullability in PostgreSQL's catalogue with the contract")
            .fails_when(
                "FAIL when a column is missing, of a type that is no equivalent, or of the other nullability; WARN when it \
                 is NOT NULL with a default where the contract allows NULL",
            )
            .needs(&["database.connect".to_owned(), format!("database.tables.{table}")])
            .timeout(super::TIMEOUT)
            .remedy(format!(
                "Write the difference as a migration of \"{table}\", or describe the table under [[schema]] in \
                 golive.toml if it differs on purpose"
            ))
            .command("npx prisma db pull --print")
            .runbook("schema-drift")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let catalogue = catalogue::read(cx).await?;
        Ok(judge(&self.table, &catalogue.columns))
    }
}

fn judge(table: &Table, found: &[Column]) -> Outcome {
    let own: Vec<&Column> = found.iter().filter(|column| column.table == table.name).collect();
    let mut assertions = Assertions::new();
    for wanted in &table.columns {
        let name = format!("\"{}\".\"{}\"", table.name, wanted.name);
        let column = own.iter().find(|column| column.name == wanted.name);
        let words = format!("{name} is missing");
        let expected = format!("{name} {}", wanted.sql_type.name());
        assertions.require(column.is_some(), Reason::Missing, expected.clone(), words);
        let Some(column) = column else { continue };
        let array = column.sql_type.ends_with("[]") && wanted.sql_type.name() != column.sql_type;
        assertions.require(
            wanted.sql_type.accepts(&column.sql_type) && !array,
            Reason::DataMismatch,
            expected,
            format!("{name} is {}", column.sql_type),
        );
        let reason = Reason::Misconfigured;
        if wanted.not_null {
            let words = format!("{name} may be NULL");
            assertions.require(column.not_null, reason, format!("{name} NOT NULL"), words);
        } else if column.has_default {
            let words = format!("{name} is NOT NULL with a default");
            assertions.advise(!column.not_null, reason, format!("{name} may be NULL"), words);
        } else {
            let words = format!("{name} is NOT NULL: rows without it are refused");
            assertions.require(!column.not_null, reason, format!("{name} may be NULL"), words);
        }
    }
    let more = own.len().saturating_sub(table.columns.len());
    let more = if more == 0 {
        String::new()
    } else {
        format!(", {more} more exist")
    };
    assertions.conclude(format!(
        "{} columns of {} as expected{more}",
        table.columns.len(),
        table.name
    ))
}

#[cfg(test)]
mod tests {
    use golive_core::contract::Contract;

    use super::super::testing::column;
    use super::*;

    /// `Shortlink` as it should be, changed by `change`.
    fn shortlink(change: impl Fn(&mut Column)) -> Outcome {
        let contract = Contract::default();
        let table = contract.table("Shortlink").unwrap();
        let columns: Vec<Column> = table
            .columns
            .iter()
            .map(|wanted| Column {
                not_null: wanted.not_null,
                ..column("Shortlink", &wanted.name, wanted.sql_type.name())
            })
            .map(|mut column| {
                change(&mut column);
                column
            })
            .chain([
                column("Shortlink", "extra", "bytea"),
                column("Other", "url", "text"),
            ])
            .collect();
        judge(table, &columns)
    }

    #[test]
    fn deviations() {
        assert_eq!(
            shortlink(|_| {}).summary,
            "7 columns of Shortlink as expected, 1 more exist"
        );
        for (name, change, status, words) in [
            (
                "url",
                &(|column: &mut Column| column.name.push('2')) as &dyn Fn(&mut Column),
                Status::Fail,
                "is missing",
            ),
            (
                "url",
                &|column| column.sql_type = "character varying(2048)".into(),
                Status::Pass,
                "",
            ),
            (
                "url",
                &|column| column.sql_type = "text[]".into(),
                Status::Fail,
                "is text[]",
            ),
            (
                "url",
                &|column| column.sql_type = "character varying(9)[]".into(),
                Status::Fail,
                "[]",
            ),
            (
                "expiresAt",
                &|column| column.sql_type = "timestamp(3) with time zone".into(),
                Status::Pass,
                "",
            ),
            (
                "clicks",
                &|column| column.sql_type = "bigint".into(),
                Status::Pass,
                "",
            ),
            (
                "clicks",
                &|column| column.sql_type = "text".into(),
                Status::Fail,
                "is text",
            ),
            (
                "url",
                &|column| column.not_null = false,
                Status::Fail,
                "may be NULL",
            ),
            (
                "shopId",
                &|column| column.not_null = true,
                Status::Fail,
                "refused",
            ),
            (
                "shopId",
                &|column| (column.not_null, column.has_default) = (true, true),
                Status::Warn,
                "with a default",
            ),
        ] {
            let outcome = shortlink(|column| {
                if column.name == name {
                    change(column);
                }
            });
            assert_eq!(outcome.status, status, "{}", outcome.summary);
            assert!(outcome.summary.contains(words), "{}", outcome.summary);
        }
    }
}
