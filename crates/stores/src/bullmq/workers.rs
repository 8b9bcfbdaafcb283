//! Live workers, by the names of their connections.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use golive_core::error::Error;

use super::BullMq;
use crate::redis::{Client, Permitted};

/// A live worker of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// The name it was given (`new Worker(…, { name })`).
    pub name: Option<String>,
    /// Whether its connection blocks for a job right now: it is idle.
    pub idle: bool,
}

/// The workers of `queue` among the connections of a server, in database `db` only.
///
/// Names as BullMQ's `getWorkers` matches them: `<prefix>:<base64(queue)>`, named ones end in `:w:<name>`.
pub fn workers_of(clients: &[Client], prefix: &str, queue: &str, db: i64) -> Vec<Worker> {
    let own = format!("{prefix}:{}", STANDARD.encode(queue));
    let worker = |client: &Client| {
        let rest = client.name.strip_prefix(&own)?;
        let name = if rest.is_empty() {
            None
        } else {
            Some(rest.strip_prefix(":w:")?.to_owned())
        };
        Some(Worker {
            name,
            idle: client.cmd == "bzpopmin",
        })
    };
    clients
        .iter()
        .filter(|client| client.db == db)
        .filter_map(worker)
        .collect()
}

impl BullMq {
    /// The live workers of one queue. For several queues ask [`crate::Redis::client_list`] once and [`workers_of`].
    ///
    /// # Errors
    /// [`Error::Unreachable`]; a server that hides its clients is [`Permitted::Refused`].
    pub async fn workers(&self, queue: &str) -> Result<Permitted<Vec<Worker>>, Error> {
        let db = self.redis().target().db;
        let clients = self.redis().client_list().await?;
        Ok(clients.map(|clients| workers_of(&clients, self.prefix(), queue, db)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(name: &str, db: i64) -> Client {
        Client {
            name: name.into(),
            db,
            cmd: "bzpopmin".into(),
            user: String::new(),
            idle_s: 0,
        }
    }

    #[test]
    fn names_are_matched_as_bullmq_does() {
        let clients = [
            client("bull:cTU=", 0),
            client("bull:cTU=:w:mail-1", 0),
            client("bull:cTU=:qe", 0), // listens to events only
            client("bull:cTU=", 1),    // another database: another queue
            client("prod:cTU=", 0),
            client("bull:cTU=x", 0),
            client("", 0),
        ];
        let workers = workers_of(&clients, "bull", "q5", 0);
        assert_eq!(workers.len(), 2);
        assert_eq!(workers[1].name.as_deref(), Some("mail-1"));
        assert!(workers_of(&clients, "bull", "q6", 0).is_empty());
    }
}
