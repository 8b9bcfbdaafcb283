//! Unsigned storefront requests, without a phone number, until one is refused for their number.

use futures::StreamExt;
use golive_core::http::Response;
use golive_core::prelude::*;

use super::Cause;

/// Requests beyond the announced limit.
const BEYOND: u64 = 30;
/// Never more requests than this.
const MOST: u64 = 400;
const AT_ONCE: usize = 8;

pub(super) async fn send(cx: &Context) -> Result<Cause, Error> {
    let first = ask(cx).await?;
    let path = &cx.contract().paths.unsubscribe;
    if first.status() == 429 {
        return Ok(happened(path));
    }
    let limits = &cx.contract().rate_limits;
    let announced = limits.header_prefixes.iter().find_map(|prefix| {
        first
            .header(&format!("{prefix}-limit"))?
            .trim()
            .parse::<u64>()
            .ok()
    });
    let limit = announced.unwrap_or_else(|| limits.public_per_minute.into());
    if limit + BEYOND > MOST {
        return Ok(Cause::Failed(format!(
            "{path} allows {limit} requests a minute: more than golive may send"
        )));
    }
    // A second burst, for the window may end within the first.
    let count = (2 * (limit + BEYOND)).min(MOST - 1);
    let mut answers = futures::stream::iter(0..count)
        .map(|_| ask(cx))
        .buffer_unordered(AT_ONCE);
    while let Some(answer) = answers.next().await {
        if answer?.status() == 429 {
            return Ok(happened(path));
        }
    }
    Ok(Cause::Failed(format!(
        "none of {} requests to {path} was refused; the limit is {limit}",
        count + 1
    )))
}

fn happened(path: &str) -> Cause {
    Cause::Happened(format!("a request to {path} that was refused with 429"))
}

async fn ask(cx: &Context) -> Result<Response, Error> {
    let request = cx.http().get(&cx.contract().paths.unsubscribe);
    request.no_redirects().accept_throttling().send().await
}
