//! A session that waits for a lock which another session keeps (a fault).

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor};

const LOCK: &str = "SELECT pg_advisory_lock(4711)";

/// Keeps the two sessions until it is dropped.
pub(super) async fn hold(options: PgConnectOptions) -> Result<tokio::task::JoinHandle<()>, sqlx::Error> {
    let mut holder = options.clone().connect().await?;
    let mut waiter = options.connect().await?;
    holder.execute("BEGIN").await?;
    holder.execute(LOCK).await?;
    Ok(tokio::spawn(async move {
        waiter.execute(LOCK).await.ok();
        holder.close().await.ok();
    }))
}
