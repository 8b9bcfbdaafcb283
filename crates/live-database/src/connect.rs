//! PostgreSQL accepts the connection that `DATABASE_URL` describes, and the schema it names is there.

use std::time::{Duration, Instant};

use golive_core::prelude::*;
use golive_stores::{Param, Stores};

pub(crate) struct Connect;

const SQL: &str = "
    SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS replica,
           (SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = $1) AS usable";

#[async_trait]
impl Probe for Connect {
    fn facts(&self) -> Facts {
        Facts::new("database.connect", "PostgreSQL accepts the connection that DATABASE_URL describes")
            .why("without the database the backend can neither store a webhook nor send a message")
            .asks("connects once, asks for the server's version and whether the role may use the schema of the URL")
            .fails_when("FAIL without a connection, login, database or schema; PENDING when the role may not use the schema")
            .timeout(Duration::from_secs(20))
            .variables(&["DATABASE_URL"])
            .remedy(
                "Correct host, port, role, password, database and ?schema= in DATABASE_URL, or let golive's address \
                 through to the server (pg_hba.conf, allow-list, private network)",
            )
            .command("psql \"${DATABASE_URL%%\\?*}\" -c 'select current_user, current_database(), version()'")
            .runbook("database-not-reachable")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let pg = cx.postgres().await?;
        let began = Instant::now();
        let row = pg.fetch_one(SQL, &[Param::from(pg.schema())]).await?;
        Ok(judge(&Seen {
            place: pg.target().to_string(),
            schema: pg.schema().to_owned(),
            version: row.text("version")?,
            replica: row.bool("replica")?,
            usable: row.opt_bool("usable")?,
            latency_ms: began.elapsed().as_secs_f64() * 1_000.0,
        }))
    }
}

struct Seen {
    place: String,
    schema: String,
    version: String,
    replica: bool,
    /// `None`: there is no such schema.
    usable: Option<bool>,
    latency_ms: f64,
}

fn judge(seen: &Seen) -> Outcome {
    let Seen {
        place,
        schema,
        version,
        ..
    } = seen;
    let mut assertions = Assertions::new();
    assertions.require(true, Reason::StoreUnreachable, "a connection", "connected");
    if assertions.require(
        seen.usable.is_some(),
        Reason::Missing,
        format!("schema \"{schema}\" of DATABASE_URL exists in {place}"),
        format!("{place} has no schema \"{schema}\""),
    ) {
        assertions.determine(
            seen.usable == Some(true),
            Reason::QueryFailed,
            format!("the role may use schema \"{schema}\""),
            format!("the role of DATABASE_URL may not use schema \"{schema}\" (GRANT USAGE ON SCHEMA)"),
        );
    }
    assertions.measure(Measurement::new("round trip", seen.latency_ms, "ms"));
    let replica = if seen.replica { ", a read replica" } else { "" };
    assertions.conclude(format!(
        "PostgreSQL {version} at {place}, schema \"{schema}\"{replica}, answers in {:.1} ms",
        seen.latency_ms
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_must_be_there_and_usable() {
        for (usable, status, reason) in [
            (Some(true), Status::Pass, None),
            (Some(false), Status::Pending, Some(Reason::QueryFailed)),
            (None, Status::Fail, Some(Reason::Missing)),
        ] {
            let outcome = judge(&Seen {
                place: "postgres://db:5432/app".into(),
                schema: "sms".into(),
                version: "16.2".into(),
                replica: true,
                usable,
                latency_ms: 1.25,
            });
            assert_eq!((outcome.status, outcome.reason), (status, reason));
            assert!(outcome.assertions >= 2);
        }
    }
}
