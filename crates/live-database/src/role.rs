//! The role golive was given can read, and nothing else.

use std::time::Duration;

use golive_core::prelude::*;
use golive_stores::{Param, Stores, quote_ident};

use crate::pii::CONTACT;

pub(crate) struct ReadOnlyRole;

const ROLE: &str = "
    SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
           coalesce((SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = $1), false) AS creates";

const TABLES: &str = "
    SELECT c.relname::text AS name, has_table_privilege(c.oid, 'SELECT') AS reads,
           row_security_active(c.oid) AND c.reltuples > 0 AS filtered,
           concat_ws(', ',
               CASE WHEN has_any_column_privilege(c.oid, 'INSERT') THEN 'INSERT' END,
               CASE WHEN has_any_column_privilege(c.oid, 'UPDATE') THEN 'UPDATE' END,
               CASE WHEN has_table_privilege(c.oid, 'DELETE') THEN 'DELETE' END,
               CASE WHEN has_table_privilege(c.oid, 'TRUNCATE') THEN 'TRUNCATE' END) AS writes
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = ANY($2) AND c.relkind IN ('r', 'p')
     ORDER BY c.relname";

#[async_trait]
impl Probe for ReadOnlyRole {
    fn facts(&self) -> Facts {
        Facts::new("database.role-read-only", "golive's database role can read and nothing else")
            .why("DATABASE_URL of the verifier is copied to laptops and pipelines: what it may write, a leak may write")
            .asks("asks PostgreSQL for the role's attributes and its privileges on the schema and on each table")
            .fails_when(
                "WARN when it is a superuser, may write to a table of the contract or create in the schema; PENDING when \
                 it cannot see the contacts",
            )
            .needs(&["database.connect"])
            .timeout(Duration::from_secs(20))
            .remedy(
                "Put a role with USAGE on the schema and SELECT on its tables, and nothing else, into DATABASE_URL of the \
                 env file",
            )
            .command("GRANT USAGE ON SCHEMA public TO golive; GRANT SELECT ON ALL TABLES IN SCHEMA public TO golive;")
            .runbook("database-role")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let pg = cx.postgres().await?;
        let schema = Param::from(pg.schema());
        let names: Vec<String> = cx
            .contract()
            .schema
            .iter()
            .map(|table| table.name.clone())
            .collect();
        let role = pg.fetch_one(ROLE, std::slice::from_ref(&schema)).await?;
        let mut tables = Vec::new();
        for row in pg.fetch(TABLES, &[schema, Param::from(names)]).await? {
            tables.push(Grants {
                table: row.text("name")?,
                reads: row.bool("reads")?,
                writes: row.text("writes")?,
                hidden: row.bool("filtered")? && row.text("name")? == CONTACT,
            });
        }
        for contacts in tables.iter_mut().filter(|table| table.hidden && table.reads) {
            let any = format!("SELECT 1 FROM {} LIMIT 1", quote_ident(&contacts.table));
            contacts.hidden = !pg.exists(&any, &[]).await?;
        }
        Ok(judge(
            role.opt_bool("superuser")?.unwrap_or(false),
            role.bool("creates")?,
            pg.schema(),
            &tables,
        ))
    }
}

/// What the role may do with one table.
struct Grants {
    table: String,
    reads: bool,
    /// `INSERT, DELETE`; empty for none.
    writes: String,
    /// Row-level security leaves no row visible although there are some.
    hidden: bool,
}

fn judge(superuser: bool, creates: bool, schema: &str, tables: &[Grants]) -> Outcome {
    let mut assertions = Assertions::new();
    let plain = assertions.advise(
        !superuser,
        Reason::Misconfigured,
        "no superuser",
        "the role is a superuser",
    );
    // what else a superuser may do follows from that
    assertions.advise(
        !creates || !plain,
        Reason::Misconfigured,
        format!("no CREATE in schema \"{schema}\""),
        format!("the role may create in schema \"{schema}\""),
    );
    for grants in tables {
        assertions.advise(
            grants.writes.is_empty() || !plain,
            Reason::Misconfigured,
            "SELECT only",
            format!("the role may {} on \"{}\"", grants.writes, grants.table),
        );
    }
    for contacts in tables.iter().filter(|grants| grants.table == CONTACT) {
        assertions.determine(
            contacts.reads,
            Reason::QueryFailed,
            format!("SELECT on \"{CONTACT}\""),
            format!("the role may not read \"{CONTACT}\" (GRANT SELECT)"),
        );
        assertions.determine(
            !contacts.hidden,
            Reason::QueryFailed,
            format!("the rows of \"{CONTACT}\" are visible"),
            format!("row-level security hides every row of \"{CONTACT}\" from the role"),
        );
    }
    assertions.conclude(format!(
        "no superuser, no CREATE in \"{schema}\", no write privilege on {} tables",
        tables.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(table: &str, writes: &str) -> Grants {
        Grants {
            table: table.into(),
            reads: true,
            writes: writes.into(),
            hidden: false,
        }
    }

    #[test]
    fn what_can_be_written_is_a_warning() {
        let reader = || vec![grants("Contact", ""), grants("Event", "")];
        for (superuser, creates, tables, status, words) in [
            (false, false, reader(), Status::Pass, "2 tables"),
            (
                true,
                true,
                vec![grants("Contact", "INSERT")],
                Status::Warn,
                "the role is a superuser",
            ),
            (false, true, reader(), Status::Warn, "create in schema"),
            (
                false,
                false,
                vec![grants("Event", "DELETE")],
                Status::Warn,
                "DELETE on \"Event\"",
            ),
            (
                false,
                false,
                vec![Grants {
                    reads: false,
                    ..grants("Contact", "")
                }],
                Status::Pending,
                "may not read",
            ),
            (
                false,
                false,
                vec![Grants {
                    hidden: true,
                    ..grants("Contact", "")
                }],
                Status::Pending,
                "hides every row",
            ),
        ] {
            let outcome = judge(superuser, creates, "public", &tables);
            assert_eq!(outcome.status, status, "{words}");
            assert!(
                outcome.summary.contains(words) && !outcome.summary.contains("more"),
                "{}",
                outcome.summary
            );
        }
    }
}
