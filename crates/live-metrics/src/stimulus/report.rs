//! A report for a range that nobody asked for before: a miss, and asked again a hit.

use golive_core::http::Response;
use golive_core::prelude::*;
use golive_core::ranges;

use super::Cause;

pub(super) async fn miss(cx: &Context) -> Result<Cause, Error> {
    let Some(response) = ask(cx, "metrics-miss").await? else {
        return Ok(none());
    };
    Ok(judge(
        &response,
        cached(cx, &response),
        &["miss", "expired", "stale"],
    ))
}

pub(super) async fn hit(cx: &Context) -> Result<Cause, Error> {
    ask(cx, "metrics-hit").await?;
    let Some(response) = ask(cx, "metrics-hit").await? else {
        return Ok(none());
    };
    Ok(judge(&response, cached(cx, &response), &["hit"]))
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

fn cached(cx: &Context, response: &Response) -> Option<String> {
    let value = response.header(&cx.contract().headers.cache)?;
    Some(value.trim().to_lowercase())
}

fn judge(response: &Response, cached: Option<String>, wanted: &[&str]) -> Cause {
    let (request, status) = (response.request(), response.status());
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
    use jiff::civil::Date;

    use super::*;

    #[test]
    fn ranges_lie_in_the_past_and_differ() {
        let today = Date::constant(2026, 11, 22);
        let (from, to) = ranges::fresh(today, "run", "metrics-miss");
        assert!(from < to && to < today);
        assert_ne!((from, to), ranges::fresh(today, "run", "metrics-hit"));
        assert_ne!((from, to), ranges::fresh(today, "nur", "metrics-miss"));
    }
}
