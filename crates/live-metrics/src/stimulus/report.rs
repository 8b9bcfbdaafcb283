//! A report for a range that nobody asked for before: a miss, and asked again a hit.

use golive_core::http::Response;
use golive_core::prelude::*;
use golive_core::ranges;

use super::Cause;

pub(super) async fn miss(cx: &Context) -> Result<Cause, Error> {
    let Some(response) = ask(cx, "metrics-miss").await? else {
        return Ok(none());
    };
    Ok(said(cx, &response, &["miss", "expired", "stale"]))
}

pub(super) async fn hit(cx: &Context) -> Result<Cause, Error> {
    ask(cx, "metrics-hit").await?;
    let Some(response) = ask(cx, "metrics-hit").await? else {
        return Ok(none());
    };
    Ok(said(cx, &response, &["hit"]))
}

fn none() -> Cause {
    Cause::Failed("the contract has no report".to_owned())
}

/// The first report, as admin of the test shop; `None` when the contract has none.
async fn ask(cx: &Context, purpose: &str) -> Result<Option<Response>, Error> {
    let Some(report) = cx.contract().reports.first() else {
        return Ok(None);
    };
    let shop = cx.settings().shop()?;
    let (from, to) = ranges::fresh(jiff::Zoned::now().date(), cx.run_id(), purpose);
    let request = cx.http().get(&report.path).query(&[
        ("shop", shop.as_str()),
        ("from", &from.to_string()),
        ("to", &to.to_string()),
    ]);
    request.admin()?.send().await.map(Some)
}

fn said(cx: &Context, response: &Response, wanted: &[&str]) -> Cause {
    let cached = response.header(&cx.contract().headers.cache);
    let cached = cached.map(|value| value.trim().to_lowercase());
    judge(response.request(), response.status(), cached, wanted)
}

fn judge(request: &str, status: u16, cached: Option<String>, wanted: &[&str]) -> Cause {
    match cached {
        _ if status != 200 => Cause::Failed(format!("{request} answered {status}")),
        Some(cached) if wanted.contains(&cached.as_str()) => {
            Cause::Happened(format!("a cache {cached} of {request}"))
        }
        cached => Cause::Failed(format!(
            "{request} says {} where a {} was due",
            cached.as_deref().unwrap_or("nothing of a cache"),
            wanted[0]
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_says_what_happened() {
        let judged = |status: u16, cached: Option<&str>| match judge(
            "GET /reports",
            status,
            cached.map(str::to_owned),
            &["miss", "stale"],
        ) {
            Cause::Happened(what) | Cause::Failed(what) => what,
        };
        assert_eq!(judged(200, Some("miss")), "a cache miss of GET /reports");
        assert_eq!(judged(200, Some("stale")), "a cache stale of GET /reports");
        assert_eq!(
            judged(200, Some("hit")),
            "GET /reports says hit where a miss was due"
        );
        assert_eq!(
            judged(200, None),
            "GET /reports says nothing of a cache where a miss was due"
        );
        assert_eq!(judged(500, Some("miss")), "GET /reports answered 500");
    }
}
