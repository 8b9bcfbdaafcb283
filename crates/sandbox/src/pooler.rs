//! A PgBouncer between golive and PostgreSQL; the backend itself is connected directly.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use golive_services::PgBouncer;

use crate::start_error::StartError;

/// The URLs of these roles by way of a pooler in transaction mode, as Prisma wants them written.
pub(crate) async fn before<const N: usize>(
    direct: [String; N],
    tasks: &TaskTracker,
    stopping: &CancellationToken,
) -> Result<[String; N], StartError> {
    let mut urls: Vec<Url> = Vec::new();
    for url in &direct {
        urls.push(
            Url::parse(url).map_err(|_| StartError::Pooler("the database url is malformed".to_owned()))?,
        );
    }
    let users: Vec<(String, String)> = urls
        .iter()
        .map(|url| {
            (
                url.username().to_owned(),
                url.password().unwrap_or_default().to_owned(),
            )
        })
        .collect();
    let postgres = urls.first().and_then(Url::port).unwrap_or(5432);
    let started = tokio::task::spawn_blocking(move || {
        let program = PgBouncer::program().ok_or("no pgbouncer on the PATH or in /usr/sbin")?;
        let users: Vec<(&str, &str)> = users.iter().map(|(name, word)| (&**name, &**word)).collect();
        PgBouncer::start(&program, postgres, &users).map_err(|error| error.to_string())
    });
    let pooler = started
        .await
        .map_err(|error| StartError::Pooler(error.to_string()))?
        .map_err(StartError::Pooler)?;
    let through = |mut url: Url| {
        url.set_port(Some(pooler.port())).ok();
        url.query_pairs_mut()
            .append_pair("pgbouncer", "true")
            .append_pair("connection_limit", "5");
        String::from(url)
    };
    let mut urls = urls.into_iter().map(through);
    let answer = direct.map(|direct| urls.next().unwrap_or(direct));
    hold(pooler, tasks, stopping);
    Ok(answer)
}

/// Keeps a server until the sandbox stops.
pub(crate) fn hold(server: impl Send + 'static, tasks: &TaskTracker, stopping: &CancellationToken) {
    let stopping = stopping.clone();
    tasks.spawn(async move {
        stopping.cancelled().await;
        // a server's end is waited for
        tokio::task::spawn_blocking(move || drop(server)).await.ok();
    });
}
