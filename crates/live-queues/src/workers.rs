//! Every BullMQ queue has at least one live worker.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use golive_core::prelude::*;
use golive_stores::bullmq::workers_of;
use golive_stores::redis::Client;
use golive_stores::{Permitted, Stores};

pub(crate) struct Workers;

/// A worker that reconnects is away for less than this.
const PATIENCE: Duration = Duration::from_secs(1);

#[async_trait]
impl Probe for Workers {
    fn facts(&self) -> Facts {
        Facts::new("queues.workers", "every queue has a live worker")
            .why("without a worker a webhook is stored and nothing is ever sent")
            .asks("looks in CLIENT LIST for connections named as workers of each queue, in the same database; looks again for a second")
            .fails_when("a queue has none; (WARN) CLIENT LIST is refused, so that only queues.workers-at-work can tell")
            .needs(&["redis.connect"])
            .remedy("Start the worker process of the queues named above with the REDIS_URL and QUEUE_PREFIX of the backend")
            .command("redis-cli -u \"$REDIS_URL\" CLIENT LIST | grep -o ' name=[^ ]*' | sort | uniq -c")
            .runbook("no-workers")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let (bullmq, queues) = (cx.bullmq().await?, &cx.contract().queues.all);
        let place = Place {
            prefix: bullmq.prefix(),
            db: bullmq.redis().target().db,
        };
        let look = async || {
            let clients = bullmq.redis().client_list().await?;
            let settled = match &clients {
                Permitted::Known(clients) => queues.iter().all(|queue| place.count(clients, queue) > 0),
                Permitted::Refused(_) => true,
            };
            Ok(settled.then_some(clients))
        };
        let clients = match cx.poll(Duration::from_millis(250), PATIENCE, look).await? {
            Some(clients) => clients,
            None => bullmq.redis().client_list().await?,
        };
        let mut waiting = Vec::new();
        for queue in queues {
            waiting.push((queue.as_str(), bullmq.counts(queue).await?.backlog()));
        }
        Ok(match clients {
            Permitted::Known(clients) => judge(&waiting, &clients, place),
            Permitted::Refused(words) => hidden(&words),
        })
    }
}

/// Where this deployment's queues are.
#[derive(Clone, Copy)]
struct Place<'a> {
    prefix: &'a str,
    db: i64,
}

impl Place<'_> {
    fn count(self, clients: &[Client], queue: &str) -> usize {
        workers_of(clients, self.prefix, queue, self.db).len()
    }

    /// Where else a worker of that queue is connected.
    fn elsewhere(self, clients: &[Client], queue: &str) -> Option<String> {
        let name = format!(":{}", STANDARD.encode(queue));
        clients.iter().find_map(|client| {
            let prefix = &client.name[..client.name.find(&name)?];
            let alone = std::slice::from_ref(client);
            let is = (prefix, client.db) != (self.prefix, self.db)
                && !workers_of(alone, prefix, queue, client.db).is_empty();
            is.then(|| {
                format!(
                    "; one is connected under prefix {prefix} in database {}",
                    client.db
                )
            })
        })
    }
}

fn hidden(words: &str) -> Outcome {
    Outcome::warn(
        Reason::QueryFailed,
        format!("CLIENT LIST is refused, so no worker could be counted ({words}); queues.workers-at-work judges by the jobs they take"),
    )
    .expected("CLIENT LIST is allowed to this user")
    .observed(words)
    .remedy("Allow CLIENT LIST to the user in golive's REDIS_URL", Some("ACL SETUSER golive +client|list".into()))
}

fn judge(queues: &[(&str, u64)], clients: &[Client], place: Place<'_>) -> Outcome {
    let mut assertions = Assertions::new();
    let mut all = 0;
    for (queue, waiting) in queues {
        let workers = place.count(clients, queue);
        all += workers;
        let elsewhere = place.elsewhere(clients, queue).unwrap_or_default();
        assertions.require(
            workers > 0,
            Reason::Missing,
            format!(
                "{queue}: at least one worker under prefix {} in database {}",
                place.prefix, place.db
            ),
            format!("{queue}: 0 workers, {waiting} waiting{elsewhere}"),
        );
    }
    assertions.measure(Measurement::new("workers", all as f64, "connections"));
    assertions.conclude(format!(
        "{all} workers for {} queues, each has at least one",
        queues.len()
    ))
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

    const HERE: Place<'static> = Place {
        prefix: "bull",
        db: 0,
    };

    #[test]
    fn each_queue_needs_one() {
        let clients = [
            client("bull:cTE=", 0),
            client("bull:cTI=:w:mail", 0),
            client("bull:cTI=", 0),
        ];
        let outcome = judge(&[("q1", 0), ("q2", 0)], &clients, HERE);
        assert_eq!((outcome.status, outcome.assertions), (Status::Pass, 2));
        assert!(outcome.summary.starts_with("3 workers for 2 queues"));
        let missing = judge(&[("q1", 0), ("q2", 0), ("q3", 41)], &clients, HERE);
        assert_eq!(
            (missing.reason, missing.summary.as_str()),
            (Some(Reason::Missing), "q3: 0 workers, 41 waiting")
        );
    }

    #[test]
    fn workers_elsewhere_are_a_hint() {
        let summary = |clients: &[Client]| judge(&[("q1", 0)], clients, HERE).summary;
        assert!(summary(&[client("bull:cTE=", 3)]).ends_with("under prefix bull in database 3"));
        assert!(summary(&[client("prod:cTE=", 0)]).ends_with("under prefix prod in database 0"));
        assert_eq!(
            summary(&[client("bull:cTE=:qe", 0), client("", 0)]),
            "q1: 0 workers, 0 waiting"
        );
    }

    #[test]
    fn what_is_hidden_is_no_failure() {
        assert_eq!(hidden("NOPERM").status, Status::Warn);
        assert_eq!(judge(&[], &[], HERE).assertions, 0);
    }
}
