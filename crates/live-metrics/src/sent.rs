//! What the database says was sent, the metrics count: messages newer than the process must have series.

use golive_core::prelude::*;
use golive_stores::Stores;

use crate::exposition::{Kind, Page};
use crate::samples::id;
use crate::scrape::{self, Instance};

/// Messages looked at, the newest: no index on their times is needed.
const NEWEST: u32 = 1_000;
/// Seconds that the clocks of process and database may differ.
const CLOCKS: f64 = 60.0;
/// From so many messages on, too few counted is no accident: fewer may have been another process' work.
const MANY: i64 = 5;
/// Other processes may have sent some: this share must be counted by the one that answers.
const SHARE: f64 = 0.25;

/// A family whose event golive does not cause: it would cost a text message.
pub(crate) struct Sent {
    pub(crate) family: &'static str,
    /// Columns of `Message` that tell when the event happened.
    columns: &'static [&'static str],
}

impl Sent {
    /// The family's witness; `None` where the database knows nothing of its event.
    pub(crate) fn of(family: &str) -> Option<Self> {
        let (family, columns): (_, &[&str]) = match family {
            "sms_send_attempts_total" => ("sms_send_attempts_total", &["sent_at", "failed_at"]),
            "sms_delivery_success_total" => ("sms_delivery_success_total", &["delivered_at"]),
            _ => return None,
        };
        Some(Self { family, columns })
    }
}

#[async_trait]
impl Probe for Sent {
    fn facts(&self) -> Facts {
        let Self { family, columns } = self;
        let columns = columns.join(" or ");
        Facts::new(id(family), format!("{family} counts what the database says was sent"))
            .why("when messages are sent and not counted, the alert that none is sent cannot be told from the truth")
            .asks(format!("reads {family} and process_start_time_seconds on /metrics, and {columns} of the newest {NEWEST} messages in PostgreSQL"))
            .fails_when(format!("of {MANY} or more messages with a {columns} a minute or more after the process started, {family} counts less than a quarter; (WARN) of fewer messages it counts none"))
            .needs(&["metrics.required", "database.connect"])
            .timeout(std::time::Duration::from_secs(45))
            .remedy(format!("Call inc() of {family} where messages are handed to the provider and receipts come in, in the process that is scraped"))
            .command(format!("curl -sS \"$BASE_URL/metrics\" -H \"Authorization: Bearer $METRICS_TOKEN\" | grep {family}"))
            .runbook("metrics-without-samples")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let prefix = cx.contract().metrics.prefix.clone();
        let read = |page: &Page| Counted::of(page, &prefix, self.family);
        let scrapes = scrape::twice(cx, |scrape| read(&scrape.page)).await?;
        let oldest = scrapes
            .iter()
            .filter_map(|(_, counted)| counted.started)
            .reduce(f64::max);
        let Some(started) = oldest else {
            return Ok(judge(self.family, &scrapes, None));
        };
        let happened = self.since(cx, started + CLOCKS).await?;
        Ok(judge(self.family, &scrapes, happened))
    }
}

impl Sent {
    /// How many of the newest messages have one of the times after that moment; `None` when the table cannot be read,
    /// which is the database check's finding.
    async fn since(&self, cx: &Context, moment: f64) -> Result<Option<i64>, Error> {
        let later: Vec<String> = self
            .columns
            .iter()
            .map(|column| format!("extract(epoch FROM {column})::float8 > $1"))
            .collect();
        // Ids grow with time (cuid, ulid, uuid v7), and the primary key is indexed.
        let sql = format!(
            r#"SELECT count(*) FILTER (WHERE {}) AS happened
               FROM (SELECT {} FROM "Message" ORDER BY id DESC LIMIT {NEWEST}) newest"#,
            later.join(" OR "),
            self.columns.join(", ")
        );
        match cx.postgres().await?.count(&sql, &[moment.into()]).await {
            Ok(count) => Ok(Some(count)),
            Err(Error::Query { message, .. }) => {
                cx.note(format!("the messages could not be read: {message}"));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// The family in one process.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Counted {
    started: Option<f64>,
    series: usize,
    sum: f64,
}

impl Counted {
    fn of(page: &Page, prefix: &str, family: &str) -> Self {
        let family = page
            .family(prefix, family)
            .filter(|family| family.kind == Some(Kind::Counter));
        let samples = family.map_or(&[][..], |family| &family.samples);
        let counted = || samples.iter().filter(|sample| sample.suffix != "_created");
        Self {
            started: scrape::started(page, prefix),
            series: counted().count(),
            sum: counted().map(|sample| sample.value).sum(),
        }
    }
}

/// `happened` is `None` where the database could not be asked for the time since the start.
fn judge(family: &str, scrapes: &[(Instance, Counted)], happened: Option<i64>) -> Outcome {
    let mut assertions = Assertions::new();
    let series = scrapes
        .iter()
        .map(|(_, counted)| counted.series)
        .max()
        .unwrap_or_default();
    let sum = scrapes.iter().map(|(_, counted)| counted.sum).fold(0.0, f64::max);
    let messages = happened.unwrap_or_default();
    let said = if series == 0 {
        "shows HELP and TYPE only".to_owned()
    } else {
        format!("is {sum}")
    };
    let expected = format!("{family} counts the messages that the database has");
    let observed = format!("{family} {said}, the database has {messages} messages since the process started");
    let reason = if series == 0 {
        Reason::EffectMissing
    } else {
        Reason::Disagreement
    };
    if messages >= MANY {
        let enough = sum >= messages as f64 * SHARE;
        assertions.require(enough, reason, expected, observed);
    } else {
        assertions.advise(messages == 0 || sum > 0.0, reason, expected, observed);
    }
    let counted = if series == 0 {
        "is declared".to_owned()
    } else {
        format!("has {series} series, {sum} in all")
    };
    assertions.conclude(match happened {
        Some(0) => format!("{family} {counted}; no message since the process started"),
        Some(messages) => {
            format!("{family} {counted}; the database has {messages} messages since the process started")
        }
        None => format!("{family} {counted}; what happened since the process started is not known"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_counted() {
        let judged = |series: usize, sum: f64, happened: Option<i64>| {
            let started = happened.map(|_| 1_700_000_000.0);
            let outcome = judge(
                "a_total",
                &[(Some(1), Counted { started, series, sum })],
                happened,
            );
            (outcome.status, outcome.reason)
        };
        assert_eq!(judged(1, 3.0, Some(3)), (Status::Pass, None));
        assert_eq!(
            judged(1, 4.0, Some(12)),
            (Status::Pass, None),
            "others may have sent the rest"
        );
        assert_eq!(judged(1, 0.0, Some(0)), (Status::Pass, None));
        assert_eq!(
            judged(0, 0.0, Some(0)),
            (Status::Pass, None),
            "HELP and TYPE until the first event"
        );
        assert_eq!(judged(0, 0.0, None), (Status::Pass, None));
        assert_eq!(
            judged(0, 0.0, Some(12)),
            (Status::Fail, Some(Reason::EffectMissing))
        );
        assert_eq!(
            judged(2, 1.0, Some(12)),
            (Status::Fail, Some(Reason::Disagreement))
        );
        assert_eq!(
            judged(2, 0.0, Some(2)),
            (Status::Warn, Some(Reason::Disagreement))
        );
    }

    #[test]
    fn what_was_seen_is_told() {
        let words = |series: usize, sum: f64, happened: Option<i64>| {
            let counted = Counted {
                started: None,
                series,
                sum,
            };
            judge("a_total", &[(Some(1), counted)], happened).summary
        };
        assert_eq!(
            words(2, 3.0, Some(3)),
            "a_total has 2 series, 3 in all; the database has 3 messages since the process started"
        );
        assert_eq!(
            words(0, 0.0, Some(0)),
            "a_total is declared; no message since the process started"
        );
        for (series, sum, said) in [(0, 0.0, "shows HELP and TYPE only"), (2, 1.0, "is 1")] {
            assert_eq!(
                words(series, sum, Some(12)),
                format!("a_total {said}, the database has 12 messages since the process started")
            );
        }
    }

    #[test]
    fn families_with_a_witness() {
        assert!(Sent::of("sms_send_attempts_total").is_some() && Sent::of("queue_jobs_total").is_none());
        let page = Page::parse(b"# TYPE app_a_total counter\napp_a_total{x=\"1\"} 2\napp_a_total{x=\"2\"} 3\nprocess_start_time_seconds 7\n");
        let counted = Counted::of(&page, "app_", "a_total");
        assert_eq!(
            counted,
            Counted {
                started: Some(7.0),
                series: 2,
                sum: 5.0
            }
        );
    }
}
