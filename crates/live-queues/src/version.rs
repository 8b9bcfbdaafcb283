//! The server is new enough for BullMQ.

use std::collections::BTreeMap;

use golive_core::prelude::*;
use golive_stores::Stores;

pub(crate) struct Version;

/// <https://docs.bullmq.io/guide/connections>; BullMQ's own `recommendedMinimumVersion`.
const OLDEST: (u32, u32) = (6, 2);

#[async_trait]
impl Probe for Version {
    fn facts(&self) -> Facts {
        Facts::new("redis.version", "the Redis server is new enough for BullMQ")
            .why("on an older server BullMQ's scripts fail or lose their guarantees")
            .asks(
                "reads the version in INFO server; Valkey and other forks state the Redis version they speak",
            )
            .fails_when("the version is below 6.2")
            .needs(&["redis.connect"])
            .remedy("Upgrade the server to Redis 7 or Valkey 8; the data files of older versions are read")
            .command("redis-cli -u \"$REDIS_URL\" INFO server | grep _version")
            .runbook("redis-settings")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        Ok(judge(&cx.redis().await?.info("server").await?))
    }
}

fn judge(server: &BTreeMap<String, String>) -> Outcome {
    let wanted = format!("{}.{} or newer", OLDEST.0, OLDEST.1);
    let stated = server.get("redis_version").map_or("", |version| version.as_str());
    let Some(version) = parse(stated) else {
        return Outcome::pending(
            Reason::QueryFailed,
            format!("the server states no version ({stated:?})"),
        )
        .expected(wanted);
    };
    let name = match server.get("valkey_version") {
        Some(valkey) => format!("Valkey {valkey}, which speaks Redis {stated}"),
        None => format!("Redis {stated}"),
    };
    let mut assertions = Assertions::new();
    assertions.require(version >= OLDEST, Reason::Misconfigured, wanted, name.clone());
    assertions.conclude(name)
}

fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_forks() {
        let of = |pairs: &[(&str, &str)]| {
            let fields = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            judge(&fields.collect())
        };
        for (version, status) in [
            ("7.0.15", Status::Pass),
            ("6.2.0", Status::Pass),
            ("10.0.1", Status::Pass),
            ("6.0.16", Status::Fail),
            ("5.0.14", Status::Fail),
            ("", Status::Pending),
            ("unstable", Status::Pending),
        ] {
            assert_eq!(of(&[("redis_version", version)]).status, status, "{version}");
        }
        let valkey = of(&[("redis_version", "7.2.4"), ("valkey_version", "8.1.1")]);
        assert!(valkey.status == Status::Pass && valkey.summary.starts_with("Valkey 8.1.1"));
        assert_eq!(of(&[]).status, Status::Pending);
    }
}
