//! Redis has room for more jobs.

use std::collections::BTreeMap;

use golive_core::prelude::*;
use golive_stores::Stores;

pub(crate) struct Memory;

/// Percent of the limit: beyond it one large campaign fills the rest.
const HIGHEST: f64 = 80.0;

#[async_trait]
impl Probe for Memory {
    fn facts(&self) -> Facts {
        Facts::new("redis.memory", "Redis has memory to spare for more jobs")
            .why("once memory is used up, Redis refuses every new job: webhooks and messages are lost")
            .asks("compares used_memory with maxmemory, or with the machine's memory where maxmemory is 0")
            .fails_when("(WARN) 80 % or more is in use")
            .needs(&["redis.connect"])
            .remedy("Raise maxmemory or take a larger plan, and shorten removeOnComplete and removeOnFail of the queues")
            .command("redis-cli -u \"$REDIS_URL\" INFO memory")
            .runbook("redis-settings")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        Ok(judge(&cx.redis().await?.info("memory").await?))
    }
}

fn judge(memory: &BTreeMap<String, String>) -> Outcome {
    let bytes = |name: &str| memory.get(name).and_then(|value| value.parse::<u64>().ok());
    let limit = bytes("maxmemory").filter(|limit| *limit > 0);
    let (used, limit, of) = match limit {
        Some(limit) => (bytes("used_memory"), Some(limit), "maxmemory"),
        None => (
            bytes("used_memory_rss").or_else(|| bytes("used_memory")),
            bytes("total_system_memory").filter(|total| *total > 0),
            "the machine's memory (maxmemory is not set)",
        ),
    };
    let (Some(used), Some(limit)) = (used, limit) else {
        return Outcome::pending(
            Reason::QueryFailed,
            "INFO memory does not tell how much is used, or how much may be used",
        );
    };
    let percent = used as f64 * 100.0 / limit as f64;
    let words = format!(
        "{} of {} used, {percent:.1} % of {of}",
        mebibytes(used),
        mebibytes(limit)
    );
    let mut assertions = Assertions::new();
    assertions.advise(
        percent < HIGHEST,
        Reason::Threshold,
        format!("less than {HIGHEST:.0} % in use"),
        words.clone(),
    );
    assertions.measure(Measurement::new("memory", percent, "%").threshold(format!("< {HIGHEST:.0}")));
    assertions.conclude(words)
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / 1_048_576.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_maxmemory_or_the_machine() {
        let of = |pairs: &[(&str, &str)]| {
            let fields = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            judge(&fields.collect())
        };
        assert_eq!(
            of(&[("used_memory", "79"), ("maxmemory", "100")]).status,
            Status::Pass
        );
        assert_eq!(
            of(&[("used_memory", "80"), ("maxmemory", "100")]).reason,
            Some(Reason::Threshold)
        );
        let machine = |rss: &str| {
            of(&[
                ("used_memory_rss", rss),
                ("maxmemory", "0"),
                ("total_system_memory", "100"),
            ])
        };
        assert_eq!(
            (machine("10").status, machine("95").status),
            (Status::Pass, Status::Warn)
        );
        assert_eq!(
            of(&[("used_memory", "79"), ("maxmemory", "0")]).status,
            Status::Pending
        );
        assert_eq!(
            of(&[("used_memory", "79"), ("total_system_memory", "0")]).status,
            Status::Pending
        );
        assert_eq!(of(&[]).status, Status::Pending);
    }
}
