//! Redis lets golive in, answers at once, and is the server that takes writes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use golive_core::prelude::*;
use golive_stores::Stores;

pub(crate) struct Connect;

const TIMES: u32 = 3;

#[async_trait]
impl Probe for Connect {
    fn facts(&self) -> Facts {
        Facts::new("redis.connect", "Redis lets golive in, answers PING and takes writes")
            .why("queues, rate limits and report cache all live in Redis: without it nothing is sent")
            .asks("connects and logs in at REDIS_URL, sends PING three times, reads INFO replication")
            .fails_when("no connection, no login, no answer in time; a replica that takes no writes; a Sentinel; a Redis Cluster, PENDING \
                 when the queue prefix is made for one ({bull})")
            .variables(&["REDIS_URL"])
            .timeout(Duration::from_secs(30))
            .remedy("Start Redis and make REDIS_URL name the server, user, password and database that the backend uses")
            .command("redis-cli -u \"$REDIS_URL\" PING")
            .runbook("redis-not-reachable")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let redis = match cx.redis().await {
            Err(Error::Query { message, .. }) => return Ok(refused(&message, &cx.contract().queue_prefix)),
            other => other?,
        };
        let began = Instant::now();
        for _ in 0..TIMES {
            redis.ping().await?;
        }
        let each_ms = began.elapsed().as_secs_f64() * 1_000.0 / f64::from(TIMES);
        let replication = match redis.info("replication").await {
            Ok(fields) => fields,
            // An ACL that hides INFO: then nothing is known against this server.
            Err(Error::Query { .. }) => BTreeMap::new(),
            Err(error) => return Err(error),
        };
        Ok(judge(&replication, each_ms))
    }
}

/// It answered, but is no server that golive can read the queues from.
fn refused(message: &str, prefix: &str) -> Outcome {
    if message.contains("Sentinel") {
        return Outcome::fail(Reason::Misconfigured, message)
            .expected("REDIS_URL names the Redis that holds the queues")
            .observed("a Redis Sentinel");
    }
    // https://docs.bullmq.io/bull/patterns/redis-cluster: all keys of a queue must lie in one slot.
    if message.contains("Cluster") && !(prefix.contains('{') && prefix.contains('}')) {
        return Outcome::fail(Reason::Misconfigured, message)
            .expected("a Redis that is no cluster, or a queue prefix in braces, which keeps a queue's keys together")
            .observed(format!("a Redis Cluster, and the queue prefix \"{prefix}\": BullMQ's scripts are refused (CROSSSLOT)"));
    }
    Outcome::pending(Reason::QueryFailed, message).observed(message)
}

fn judge(replication: &BTreeMap<String, String>, each_ms: f64) -> Outcome {
    let is = |field: &str, value: &str| replication.get(field).is_some_and(|found| found == value);
    let mut assertions = Assertions::new();
    for _ in 0..TIMES {
        assertions.require(true, Reason::NoResponse, "PONG", "PONG");
    }
    assertions.require(
        !is("role", "slave") || is("slave_read_only", "0"),
        Reason::Misconfigured,
        "the primary server, which takes writes",
        "a replica, which takes no writes (INFO replication: role:slave)",
    );
    assertions.measure(Measurement::new("ping", each_ms, "ms"));
    let role = replication
        .get("role")
        .map_or("role hidden", |role| role.as_str());
    assertions.conclude(format!(
        "{TIMES} of {TIMES} PINGs answered, {each_ms:.1} ms each; {role}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicas_take_no_jobs() {
        let of = |pairs: &[(&str, &str)]| {
            let fields = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            judge(&fields.collect(), 0.4)
        };
        assert_eq!(of(&[("role", "master")]).assertions, 4);
        let replica = of(&[("role", "slave"), ("slave_read_only", "1")]);
        assert_eq!(
            (replica.status, replica.reason),
            (Status::Fail, Some(Reason::Misconfigured))
        );
        assert_eq!(
            of(&[("role", "slave"), ("slave_read_only", "0")]).status,
            Status::Pass,
            "a writable one"
        );
        assert_eq!(of(&[]).status, Status::Pass, "INFO may be hidden");
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for (message, prefix, status) in [
            ("Redis Cluster is not supported by golive", "bull", Status::Fail),
            // the target may be healthy
            (
                "Redis Cluster is not supported by golive",
                "{bull}",
                Status::Pending,
            ),
            (
                "REDIS_URL points at a Redis Sentinel, which holds no queues",
                "bull",
                Status::Fail,
            ),
            ("ERR something else", "bull", Status::Pending),
        ] {
            assert_eq!(refused(message, prefix).status, status, "{message}, {prefix}");
        }
    }
}
