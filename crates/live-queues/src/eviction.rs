//! Redis never throws a job away to make room.

use golive_core::prelude::*;
use golive_stores::{Permitted, Stores};

pub(crate) struct Eviction;

const WANTED: &str = "noeviction";

#[async_trait]
impl Probe for Eviction {
    fn facts(&self) -> Facts {
        Facts::new("redis.eviction", "Redis never throws keys away to make room")
            .why("with any other policy than noeviction, jobs and locks vanish silently when memory runs out")
            .asks("reads maxmemory_policy in INFO memory, or CONFIG GET maxmemory-policy where INFO does not tell")
            .fails_when("the policy is not noeviction")
            .needs(&["redis.connect"])
            .remedy("Set maxmemory-policy to noeviction in redis.conf or the provider's parameter group, and give caches a Redis of their own")
            .command("redis-cli -u \"$REDIS_URL\" CONFIG SET maxmemory-policy noeviction")
            .runbook("redis-settings")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let redis = cx.redis().await?;
        let told = match redis.info("memory").await {
            Ok(mut fields) => fields.remove("maxmemory_policy"),
            Err(Error::Query { .. }) => None,
            Err(error) => return Err(error),
        };
        let policy = match told {
            Some(policy) => Permitted::Known(Some(policy)),
            None => redis.config_get("maxmemory-policy").await?,
        };
        Ok(judge(&policy))
    }
}

fn judge(policy: &Permitted<Option<String>>) -> Outcome {
    let expected = format!("maxmemory-policy {WANTED}");
    match policy {
        Permitted::Known(Some(policy)) => {
            let mut assertions = Assertions::new();
            let observed = format!("maxmemory-policy {policy}");
            assertions.require(
                policy == WANTED,
                Reason::Misconfigured,
                expected,
                observed.clone(),
            );
            assertions.conclude(observed)
        }
        Permitted::Known(None) => {
            Outcome::pending(Reason::QueryFailed, "the server knows no maxmemory-policy").expected(expected)
        }
        Permitted::Refused(words) => Outcome::pending(
            Reason::QueryFailed,
            format!("neither INFO memory nor CONFIG GET tells the policy: {words}"),
        )
        .expected(expected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_noeviction_keeps_jobs() {
        let known = |policy: &str| judge(&Permitted::Known(Some(policy.to_owned())));
        assert_eq!(known("noeviction").status, Status::Pass);
        for policy in ["allkeys-lru", "volatile-lru", "volatile-ttl", ""] {
            assert_eq!(known(policy).reason, Some(Reason::Misconfigured), "{policy}");
        }
        assert_eq!(judge(&Permitted::Known(None)).status, Status::Pending);
        assert_eq!(
            judge(&Permitted::Refused("NOPERM".into())).status,
            Status::Pending
        );
    }
}
