//! Shop and every parameter separate cache entries.

use golive_core::http::Response;
use golive_core::prelude::*;
use golive_core::signing::jwt;
use golive_stores::Stores;
use serde_json::Value;

use crate::asking::{Range, VARIABLES, ask, cached};

pub(crate) struct Key;

#[async_trait]
impl Probe for Key {
    fn facts(&self) -> Facts {
        Facts::new("reports.cache-key", "shop and every parameter separate cache entries")
            .why("a key that forgets the shop shows one merchant another merchant's figures")
            .asks("fills an entry, then asks with another start, another end, another window and, where there is one, as another installed shop")
            .fails_when("a question that differs in one of them is answered from the entry of the other")
            .needs(&["reports.cache-miss-then-hit"])
            .variables(VARIABLES)
            .remedy("Build the cache key from the token's shop and all query parameters, sorted")
            .runbook("report-cache")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let Some(report) = cx.contract().reports.first() else {
            return Ok(Outcome::pending(
                Reason::SettingMissing,
                "the contract names no report",
            ));
        };
        let path = report.path.as_str();
        let range = Range::fresh(cx, "key");
        ask(cx, path, &range.pairs()).await?.expect_status(&[200])?;
        let mut seen = Vec::new();
        for (what, other) in [
            ("another start", range.earlier()),
            ("another end", range.longer()),
        ] {
            let response = ask(cx, path, &other.pairs()).await?;
            response.expect_status(&[200])?;
            seen.push(Seen {
                what,
                cached: cached(cx, &response),
            });
        }
        let stranger = other_shop(cx).await;
        if let Some(shop) = &stranger {
            let response = ask_as(cx, path, shop, range).await?;
            seen.push(Seen {
                what: "another shop",
                cached: cached(cx, &response),
            });
        }
        let mut windows = Vec::new();
        for window in ["7d", "30d"] {
            let response = ask(cx, path, &[("window", window.to_owned())]).await?;
            windows.push(
                response
                    .json()
                    .ok()
                    .and_then(|body| body.get("range").cloned())
                    .unwrap_or_default(),
            );
        }
        Ok(judge(&seen, &windows, stranger.is_some()))
    }
}

struct Seen {
    what: &'static str,
    cached: Option<String>,
}

/// Another installed shop, by the read-only session; its figures are asked for, never written.
async fn other_shop(cx: &Context) -> Option<String> {
    let own = cx.settings().shop().ok()?;
    let postgres = cx.postgres().await.ok()?;
    let sql = r#"SELECT "domain" FROM "Shop" WHERE "domain" <> $1 ORDER BY "createdAt" DESC LIMIT 1"#;
    let row = postgres
        .fetch_optional(sql, &[own.as_str().into()])
        .await
        .ok()??;
    row.text("domain").ok()
}

async fn ask_as(cx: &Context, path: &str, shop: &str, range: Range) -> Result<Response, Error> {
    let now = jiff::Timestamp::now().as_second();
    let token = jwt::valid(shop, cx.settings().jwt_secret()?, now);
    cx.http()
        .get(path)
        .query(&[("shop", shop)])
        .query(&range.pairs())
        .bearer(&token)
        .send()
        .await
}

fn judge(seen: &[Seen], windows: &[Value], other_shop: bool) -> Outcome {
    let mut assertions = Assertions::new();
    for Seen { what, cached } in seen {
        assertions.require(
            cached.as_deref() != Some("hit"),
            if *what == "another shop" {
                Reason::TenantCrossed
            } else {
                Reason::DataMismatch
            },
            format!("{what} is computed anew"),
            format!("{what} was answered from the entry of the first question"),
        );
    }
    if let [week, month] = windows {
        assertions.require(
            week != month || week.is_null(),
            Reason::DataMismatch,
            "window=7d and window=30d cover different ranges",
            "window=30d was answered with the range of window=7d",
        );
    }
    let shop = if other_shop {
        "shop"
    } else {
        "no second shop to compare with;"
    };
    assertions.conclude(format!(
        "{shop} start, end and window each have an entry of their own"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_hit_mixes_entries() {
        let judged = |what, cached: Option<&str>| {
            judge(
                &[Seen {
                    what,
                    cached: cached.map(Into::into),
                }],
                &[],
                true,
            )
        };
        assert_eq!(judged("another start", Some("miss")).status, Status::Pass);
        assert_eq!(
            judged("another start", Some("hit")).reason,
            Some(Reason::DataMismatch)
        );
        assert_eq!(
            judged("another shop", Some("hit")).reason,
            Some(Reason::TenantCrossed)
        );
        let windows = |week, month| judge(&[], &[week, month], true).status;
        assert_eq!(windows(json!({ "from": 1 }), json!({ "from": 2 })), Status::Pass);
        assert_eq!(windows(json!({ "from": 1 }), json!({ "from": 1 })), Status::Fail);
    }
}
