//! There are connections to spare, and no session keeps others waiting.

mod judge;

use std::time::Duration;

use golive_core::prelude::*;
use golive_stores::{Postgres, Stores};

use judge::{Blocked, Connections, Open, Sessions};

pub(crate) struct Headroom;

/// Minutes that a transaction may stay open.
const OPEN_MINUTES: u32 = 5;
/// Waiting for a lock this long is no longer the ordinary traffic of a busy database.
const BLOCKED_FOR: Duration = Duration::from_millis(1_500);

/// `numbackends` is visible to every role, unlike the details in pg_stat_activity.
const CONNECTIONS: &str = "
    SELECT (SELECT sum(numbackends)::int8 FROM pg_stat_database) AS used,
           current_setting('max_connections')::int8 - current_setting('superuser_reserved_connections')::int8 AS allowed,
           (SELECT numbackends::int8 FROM pg_stat_database WHERE datname = current_database()) AS used_here,
           (SELECT datconnlimit::int8 FROM pg_database WHERE datname = current_database()) AS allowed_here,
           pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS sees_all";

const TRANSACTIONS: &str = "
    SELECT pid::int8 AS pid, extract(epoch FROM now() - xact_start)::float8 AS seconds, state
      FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
       AND xact_start < now() - make_interval(mins => $1::int4)
     ORDER BY xact_start LIMIT 20";

/// pg_locks is visible to every role too.
const BLOCKED: &str = "
    SELECT DISTINCT l.pid::int8 AS pid, array_to_string(pg_blocking_pids(l.pid), ', ') AS behind
      FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE NOT l.granted AND a.datname = current_database() AND l.pid <> pg_backend_pid() LIMIT 50";

#[async_trait]
impl Probe for Headroom {
    fn facts(&self) -> Facts {
        Facts::new("database.headroom", "connections are to spare and no session keeps others waiting")
            .why("at the limit the next request is refused, and a transaction left open stops everybody behind its locks")
            .asks("reads pg_stat_database, pg_stat_activity and, twice, pg_locks")
            .fails_when(
                "WARN when 80 % of the connections are in use, a transaction is open for 5 minutes, or a session stays \
                 blocked; sessions that the role may not see are no fault",
            )
            .needs(&["database.connect"])
            .timeout(Duration::from_secs(25))
            .remedy(
                "Set connection_limit in every process's DATABASE_URL, or put PgBouncer between; end a stuck session with \
                 pg_terminate_backend once you know what it does",
            )
            .command(
                "psql -c 'select pid, state, now() - xact_start as open_for, pg_blocking_pids(pid) from pg_stat_activity'",
            )
            .runbook("database-headroom")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let pg = cx.postgres().await?;
        let row = pg.fetch_one(CONNECTIONS, &[]).await?;
        let mut connections = vec![Connections {
            of: "the server",
            used: row.int("used")?,
            allowed: row.int("allowed")?,
        }];
        if let (Some(used), Some(allowed @ 1..)) = (row.opt_int("used_here")?, row.opt_int("allowed_here")?) {
            connections.push(Connections {
                of: "this database",
                used,
                allowed,
            });
        }
        let mut open = Vec::new();
        for row in pg.fetch(TRANSACTIONS, &[i64::from(OPEN_MINUTES).into()]).await? {
            let state = row.opt_text("state")?.unwrap_or_default();
            open.push(Open {
                pid: row.int("pid")?,
                seconds: row.float("seconds")?,
                state,
            });
        }
        let blocked = still_blocked(cx, &pg).await?;
        Ok(judge::judge(&Sessions {
            connections,
            open,
            blocked,
            sees_all: row.bool("sees_all")?,
        }))
    }
}

/// The sessions that wait for a lock now and still do when [`BLOCKED_FOR`] is over.
async fn still_blocked(cx: &Context, pg: &Postgres) -> Result<Vec<Blocked>, Error> {
    let first = blocked(pg).await?;
    if first.is_empty() {
        return Ok(first);
    }
    let _waiting = cx.waiting_for("blocked sessions to go on");
    let left = || async {
        Ok(blocked(pg)
            .await?
            .into_iter()
            .filter(|one| first.contains(one))
            .collect::<Vec<_>>())
    };
    let gone = || async { Ok(left().await?.is_empty().then_some(())) };
    match cx.poll(Duration::from_millis(300), BLOCKED_FOR, gone).await? {
        Some(()) => Ok(Vec::new()),
        None => left().await,
    }
}

async fn blocked(pg: &Postgres) -> Result<Vec<Blocked>, Error> {
    let rows = pg.fetch(BLOCKED, &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(Blocked {
                pid: row.int("pid")?,
                behind: row.text("behind")?,
            })
        })
        .collect()
}
