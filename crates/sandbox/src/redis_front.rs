//! What stands between golive and Redis when a fault wants it: the backend itself is always connected directly.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use golive_services::RedisServer;

use crate::faults::Faults;
use crate::pooler;

#[derive(Debug, Clone, Copy)]
enum Front {
    /// Says that the server is Redis 5.
    Older,
    /// Takes connections and never answers.
    Silent,
}

/// Where golive is told that Redis is.
pub(crate) async fn url(
    faults: &Faults,
    url: &str,
    tasks: &TaskTracker,
    stopping: &CancellationToken,
) -> io::Result<String> {
    let front = if faults.on("queues.redis-old") {
        Front::Older
    } else if faults.on("queues.redis-silent") {
        Front::Silent
    } else if faults.on("queues.redis-cluster") {
        return other_server(&["--cluster-enabled", "yes"], tasks, stopping).await;
    } else if faults.on("queues.redis-sentinel") {
        return other_server(&["--sentinel"], tasks, stopping).await;
    } else {
        return Ok(url.to_owned());
    };
    let mut shown = Url::parse(url).map_err(io::Error::other)?;
    let behind = format!(
        "{}:{}",
        shown.host_str().unwrap_or("127.0.0.1"),
        shown.port().unwrap_or(6379)
    );
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let changed = shown.set_host(Some("127.0.0.1")).is_ok() && shown.set_port(Some(port)).is_ok();
    tasks.spawn(
        stopping
            .clone()
            .run_until_cancelled_owned(serve(listener, front, behind)),
    );
    if changed {
        Ok(shown.into())
    } else {
        Err(io::Error::other("the redis url has no port to change"))
    }
}

/// The address of another Redis, started with these arguments, which lives as long as the sandbox.
async fn other_server(
    arguments: &'static [&'static str],
    tasks: &TaskTracker,
    stopping: &CancellationToken,
) -> io::Result<String> {
    let started = tokio::task::spawn_blocking(|| RedisServer::start(&golive_services::find()?, arguments));
    let server = started.await?.map_err(io::Error::other)?;
    let url = server.url();
    pooler::hold(server, tasks, stopping);
    Ok(url)
}

/// Until it is dropped, and its connections with it.
async fn serve(listener: TcpListener, front: Front, behind: String) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let behind = behind.clone();
        connections.spawn(async move {
            match front {
                Front::Older => older(client, &behind).await.ok(),
                Front::Silent => std::future::pending().await,
            }
        });
    }
}

async fn older(client: TcpStream, behind: &str) -> io::Result<()> {
    let server = TcpStream::connect(behind).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let there = async { tokio::io::copy(&mut from_client, &mut to_server).await.map(drop) };
    let back = async {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let length = from_server.read(&mut buffer).await?;
            if length == 0 {
                return to_client.shutdown().await;
            }
            age(&mut buffer[..length]);
            to_client.write_all(&buffer[..length]).await?;
        }
    };
    tokio::select! {
        ended = there => ended,
        ended = back => ended,
    }
}

/// The major version becomes 5, the length stays: a bulk string states its own.
fn age(reply: &mut [u8]) {
    const FIELD: &[u8] = b"redis_version:";
    let found = reply.windows(FIELD.len()).position(|window| window == FIELD);
    if let Some(digit) = found.and_then(|at| reply.get_mut(at + FIELD.len())) {
        *digit = b'5';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_major_version_changes() {
        let mut reply = b"$34\r\n# Server\r\nredis_version:7.0.15\r\nos:x\r\n".to_vec();
        let length = reply.len();
        age(&mut reply);
        assert!(
            reply.len() == length
                && String::from_utf8_lossy(&reply).contains("\r\nredis_version:5.0.15\r\nos:x")
        );
        let mut other = b"+PONG\r\n".to_vec();
        age(&mut other);
        assert_eq!(other, b"+PONG\r\n");
    }
}
