//! The first answer for a range is computed, the second comes from the cache.

use golive_core::prelude::*;

use crate::asking::VARIABLES;
use crate::same_body::{Pair, pairs};

pub(crate) struct MissThenHit {
    pub(crate) needs: Vec<String>,
}

#[async_trait]
impl Probe for MissThenHit {
    fn facts(&self) -> Facts {
        Facts::new("reports.cache-miss-then-hit", "a report is computed once and then served from the cache")
            .why("without the cache every page view runs the aggregations again, and the database gives in under load")
            .asks("asks each report twice for a range that was never asked for, and reads X-Cache")
            .fails_when("the first answer is not a miss, or the second is not a hit")
            .needs(&self.needs)
            .needs(&["redis.connect"])
            .variables(VARIABLES)
            .remedy("Check that the report cache can write to Redis (REDIS_URL of the backend) and that X-Cache is set")
            .command("redis-cli -u \"$REDIS_URL\" --scan --pattern '*reports*'")
            .runbook("report-cache")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        Ok(judge(&pairs(cx).await?))
    }
}

fn judge(pairs: &[Pair]) -> Outcome {
    let mut assertions = Assertions::new();
    for pair in pairs {
        let said = |label: &Option<String>| label.clone().unwrap_or_else(|| "no X-Cache".to_owned());
        let report = &pair.report;
        assertions.require(
            pair.first.cached.as_deref() == Some("miss"),
            Reason::HeaderMismatch,
            format!("{report}: miss for a range never used"),
            format!("{report}: the first answer said {}", said(&pair.first.cached)),
        );
        assertions.require(
            pair.second.cached.as_deref() == Some("hit"),
            Reason::HeaderMismatch,
            format!("{report}: hit when asked again"),
            format!("{report}: the second answer said {}", said(&pair.second.cached)),
        );
    }
    assertions.conclude(format!("{} reports: miss, then hit", pairs.len()))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::same_body::Answer;

    #[test]
    fn miss_comes_before_hit() {
        let judged = |first: Option<&str>, second: Option<&str>| {
            let answer = |cached: Option<&str>| Answer {
                cached: cached.map(Into::into),
                body: Value::Null,
            };
            judge(&[Pair {
                report: "overview".into(),
                first: answer(first),
                second: answer(second),
            }])
            .status
        };
        assert_eq!(judged(Some("miss"), Some("hit")), Status::Pass);
        assert_eq!(judged(Some("hit"), Some("hit")), Status::Fail);
        assert_eq!(judged(Some("miss"), Some("miss")), Status::Fail);
        assert_eq!(judged(None, None), Status::Fail);
    }
}
