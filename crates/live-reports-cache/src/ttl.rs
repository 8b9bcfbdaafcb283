//! Cached reports live about as long as the contract says.

use std::time::Duration;

use golive_core::contract::Report;
use golive_core::prelude::*;
use golive_stores::Stores;

use crate::asking::{Range, VARIABLES, ask};

pub(crate) struct Ttl;

#[async_trait]
impl Probe for Ttl {
    fn facts(&self) -> Facts {
        Facts::new("reports.cache-ttl", "cached reports live about as long as they should")
            .why("too long shows stale figures, too short computes every page view, for ever fills Redis until it refuses writes")
            .asks("reads Cache-Control: max-age of a fresh answer, and the TTL of its key in Redis where that can be read")
            .fails_when("(WARN) max-age or TTL is less than half or more than one and a half times the report's, or a key never expires")
            .needs(&["reports.cache-miss-then-hit"])
            .variables(VARIABLES)
            .optional()
            .remedy("Set the expiry of each report's cache entry (SET … EX) and the same max-age in Cache-Control")
            .command("redis-cli -u \"$REDIS_URL\" --scan --pattern '*reports*' | head -3 | xargs -n1 redis-cli -u \"$REDIS_URL\" TTL")
            .runbook("report-cache")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let mut seen = Vec::new();
        for report in &cx.contract().reports {
            let range = Range::fresh(cx, &format!("ttl {}", report.name));
            let response = ask(cx, &report.path, &range.pairs()).await?;
            response.expect_status(&[200])?;
            let max_age = response.header("cache-control").and_then(max_age);
            seen.push(Seen {
                report: report.clone(),
                max_age,
                stored: stored(cx, &range).await,
            });
        }
        if seen
            .iter()
            .all(|seen| seen.max_age.is_none() && seen.stored.is_none())
        {
            return Err(Error::not_applicable(
                "neither a header nor a Redis key shows how long reports are kept",
            ));
        }
        Ok(judge(&seen))
    }
}

struct Seen {
    report: Report,
    max_age: Option<u64>,
    stored: Option<Stored>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stored {
    Seconds(u64),
    ForEver,
}

fn max_age(cache_control: &str) -> Option<u64> {
    cache_control
        .split(',')
        .find_map(|part| part.trim().strip_prefix("max-age=")?.parse().ok())
}

/// The entry's life in Redis, where a key shows it: one that holds `reports`, the shop and both dates.
async fn stored(cx: &Context, range: &Range) -> Option<Stored> {
    let shop = cx.settings().shop().ok()?;
    let redis = cx.redis().await.ok()?;
    let pattern = format!("*reports*{}*", shop.as_str());
    let found = redis.scan(&pattern, 2_000, Duration::from_secs(3)).await.ok()?;
    let (from, to) = (range.from.to_string(), range.to.to_string());
    // The plain entry has the shortest name; counters beside it have a suffix.
    let key = found
        .keys
        .iter()
        .filter(|key| key.contains(&from) && key.contains(&to))
        .min_by_key(|key| key.len())?;
    match redis.ttl(key).await.ok()? {
        Some(left) => Some(Stored::Seconds(left.as_secs())),
        None => redis.exists(key).await.ok()?.then_some(Stored::ForEver),
    }
}

fn judge(seen: &[Seen]) -> Outcome {
    let mut assertions = Assertions::new();
    for Seen {
        report,
        max_age,
        stored,
    } in seen
    {
        let (name, wanted) = (&report.name, report.ttl_seconds);
        let plausible = |seconds: u64| seconds * 2 >= wanted && seconds * 2 <= wanted * 3;
        let expected = format!("{name}: about {wanted} s");
        if let Some(seconds) = *max_age {
            assertions.advise(
                plausible(seconds),
                Reason::Threshold,
                expected.clone(),
                format!("{name}: max-age={seconds}"),
            );
        }
        match *stored {
            Some(Stored::Seconds(seconds)) => {
                assertions.advise(
                    plausible(seconds),
                    Reason::Threshold,
                    expected,
                    format!("{name}: the key in Redis lives {seconds} s"),
                );
            }
            Some(Stored::ForEver) => {
                assertions.advise(
                    false,
                    Reason::Threshold,
                    expected,
                    format!("{name}: the key in Redis never expires"),
                );
            }
            None => {}
        }
    }
    let keys = seen.iter().filter(|seen| seen.stored.is_some()).count();
    assertions.conclude(format!(
        "{} reports keep their entries as long as they should ({keys} keys seen in Redis)",
        seen.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plausible_lives() {
        let report = Report {
            name: "overview".into(),
            path: "/reports/overview".into(),
            ttl_seconds: 300,
        };
        let judged = |max_age, stored| {
            judge(&[Seen {
                report: report.clone(),
                max_age,
                stored,
            }])
            .status
        };
        assert_eq!(judged(Some(300), Some(Stored::Seconds(299))), Status::Pass);
        assert_eq!(judged(Some(150), None), Status::Pass);
        for wrong in [1, 149, 451, 900, 86_400] {
            assert_eq!(judged(Some(wrong), None), Status::Warn, "{wrong}");
            assert_eq!(
                judged(None, Some(Stored::Seconds(wrong))),
                Status::Warn,
                "{wrong}"
            );
        }
        assert_eq!(judged(Some(300), Some(Stored::ForEver)), Status::Warn);
    }

    #[test]
    fn max_age_is_read_wherever_it_stands() {
        assert_eq!(max_age("private, max-age=300"), Some(300));
        assert_eq!(max_age("no-store"), None);
    }
}
