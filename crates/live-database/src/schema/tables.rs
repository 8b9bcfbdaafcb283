//! A table of the contract is there, under exactly its name, in the schema of `DATABASE_URL`.

use golive_core::prelude::*;

use super::catalogue::{self, Catalogue};

pub(crate) struct Present {
    pub(super) table: String,
}

#[async_trait]
impl Probe for Present {
    fn facts(&self) -> Facts {
        let table = &self.table;
        Facts::new(format!("database.tables.{table}"), format!("table {table} is there"))
            .why("a query on a table that is not there ends in a 500, or in a job that fails until it is dead")
            .asks("looks the table up in PostgreSQL's catalogue, in the schema of DATABASE_URL and beside it")
            .fails_when("FAIL when the schema has no table of exactly this name (another case is another name)")
            .needs(&["database.connect", "database.migrations-applied"])
            .timeout(super::TIMEOUT)
            .remedy(format!(
                "Find out which migration should have made \"{table}\" and what removed it, then write a migration that \
                 makes it again; correct ?schema= of DATABASE_URL if the tables are in another schema"
            ))
            .command("npx prisma db pull --print")
            .runbook("schema-drift")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        Ok(judge(catalogue::read(cx).await?.as_ref(), &self.table))
    }
}

fn judge(catalogue: &Catalogue, table: &str) -> Outcome {
    let schema = &catalogue.schema;
    let named = |same: &dyn Fn(&str) -> bool| {
        catalogue
            .relations
            .iter()
            .filter(|found| same(&found.name))
            .collect::<Vec<_>>()
    };
    let exact = named(&|name| name == table);
    let here = exact.iter().find(|found| found.schema == *schema);
    let observed = match here {
        Some(found) if found.is_table() => {
            return Outcome::pass(1, format!("\"{schema}\".\"{table}\" is a table"));
        }
        Some(_) => format!("\"{schema}\".\"{table}\" is a view, not a table"),
        None => {
            let elsewhere = exact
                .iter()
                .find(|found| found.is_table())
                .map(|found| format!("in schema \"{}\"", found.schema));
            let recased = || {
                let others = named(&|name| name.eq_ignore_ascii_case(table));
                others
                    .iter()
                    .find(|found| found.schema == *schema)
                    .map(|found| format!("as \"{}\"", found.name))
            };
            let hint = elsewhere
                .or_else(recased)
                .map(|place| format!(", but there is one {place}"));
            format!(
                "schema \"{schema}\" has no table \"{table}\"{}",
                hint.unwrap_or_default()
            )
        }
    };
    Outcome::fail(Reason::Missing, observed.clone())
        .expected(format!("table \"{schema}\".\"{table}\""))
        .observed(observed)
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::Relation;
    use super::super::testing::{catalogue, relation};
    use super::*;

    #[test]
    fn presence() {
        let view = Relation {
            kind: "v".into(),
            ..relation("Event")
        };
        let partitioned = Relation {
            kind: "p".into(),
            ..relation("Event")
        };
        let elsewhere = Relation {
            schema: "sms".into(),
            ..relation("Event")
        };
        for (relations, status, words) in [
            (vec![relation("Event")], Status::Pass, "is a table"),
            (
                vec![elsewhere.clone_for_test(), relation("Event")],
                Status::Pass,
                "is a table",
            ),
            (vec![partitioned], Status::Pass, "is a table"),
            (vec![view], Status::Fail, "is a view"),
            (vec![], Status::Fail, "has no table \"Event\""),
            (vec![relation("event")], Status::Fail, "one as \"event\""),
            (vec![elsewhere], Status::Fail, "in schema \"sms\""),
        ] {
            let outcome = judge(&catalogue(relations, vec![], vec![]), "Event");
            assert_eq!(outcome.status, status, "{}", outcome.summary);
            assert!(outcome.summary.contains(words), "{}", outcome.summary);
        }
    }

    impl Relation {
        fn clone_for_test(&self) -> Self {
            Self {
                schema: self.schema.clone(),
                name: self.name.clone(),
                kind: self.kind.clone(),
            }
        }
    }
}
