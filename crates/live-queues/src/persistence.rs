//! A restart of Redis loses no job.

use std::collections::BTreeMap;

use golive_core::prelude::*;
use golive_stores::{Permitted, Stores};

pub(crate) struct Persistence;

#[async_trait]
impl Probe for Persistence {
    fn facts(&self) -> Facts {
        Facts::new("redis.persistence", "a restart of Redis loses no job")
            .why("jobs live in memory: without an append-only file a crash or an upgrade forgets them")
            .asks("reads INFO persistence, and CONFIG GET save where no append-only file is kept")
            .fails_when("(WARN) no append-only file is kept, or the last write to disk failed")
            .needs(&["redis.connect"])
            .remedy("Set appendonly yes in redis.conf or the provider's parameter group; with a write error, free or enlarge the disk")
            .command("redis-cli -u \"$REDIS_URL\" CONFIG SET appendonly yes")
            .runbook("redis-settings")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let redis = cx.redis().await?;
        let persistence = redis.info("persistence").await?;
        let save = if is(&persistence, "aof_enabled", "1") {
            Permitted::Known(None)
        } else {
            redis.config_get("save").await?
        };
        Ok(judge(&persistence, &save))
    }
}

fn is(fields: &BTreeMap<String, String>, name: &str, value: &str) -> bool {
    fields.get(name).is_some_and(|found| found == value)
}

fn judge(persistence: &BTreeMap<String, String>, save: &Permitted<Option<String>>) -> Outcome {
    if !persistence.contains_key("aof_enabled") {
        return Outcome::pending(
            Reason::QueryFailed,
            "INFO persistence does not tell whether an append-only file is kept",
        );
    }
    let snapshots = match save {
        Permitted::Known(Some(save)) if !save.is_empty() => {
            format!("snapshots only (save {save}): a crash loses every job since the last one")
        }
        Permitted::Known(_) => {
            "neither an append-only file nor snapshots: a restart loses every job".to_owned()
        }
        Permitted::Refused(_) => "no append-only file; whether snapshots are made is hidden".to_owned(),
    };
    let mut assertions = Assertions::new();
    assertions.advise(
        is(persistence, "aof_enabled", "1"),
        Reason::Misconfigured,
        "an append-only file is kept (aof_enabled:1)",
        snapshots,
    );
    for field in [
        "aof_last_write_status",
        "aof_last_bgrewrite_status",
        "rdb_last_bgsave_status",
    ] {
        let Some(status) = persistence.get(field) else {
            continue;
        };
        assertions.advise(
            status == "ok",
            Reason::Misconfigured,
            format!("{field}:ok"),
            format!("{field}:{status}"),
        );
    }
    let checked = assertions.checked() - 1;
    assertions.conclude(format!(
        "an append-only file is kept; {checked} kinds of writes to disk went well"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)], save: &Permitted<Option<String>>) -> Outcome {
        let fields = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        judge(&fields.collect(), save)
    }

    #[test]
    fn an_append_only_file_that_is_written() {
        let none = Permitted::Known(None);
        let aof = ("aof_enabled", "1");
        let fine = of(&[aof, ("aof_last_write_status", "ok")], &none);
        assert_eq!(fine.status, Status::Pass);
        assert_eq!(
            fine.summary,
            "an append-only file is kept; 1 kinds of writes to disk went well"
        );
        assert_eq!(
            of(&[aof, ("aof_last_write_status", "err")], &none).status,
            Status::Warn
        );
        assert_eq!(
            of(&[aof, ("rdb_last_bgsave_status", "err")], &none).status,
            Status::Warn
        );
        assert_eq!(of(&[], &none).status, Status::Pending);
    }

    #[test]
    fn less_than_that_is_named() {
        let off = [("aof_enabled", "0")];
        let words = |save: Permitted<Option<String>>| {
            let outcome = of(&off, &save);
            assert_eq!(outcome.status, Status::Warn);
            outcome.summary
        };
        assert!(words(Permitted::Known(Some("3600 1".into()))).starts_with("snapshots only (save 3600 1)"));
        assert!(words(Permitted::Known(Some(String::new()))).starts_with("neither"));
        assert!(words(Permitted::Refused("NOPERM".into())).contains("hidden"));
    }
}
