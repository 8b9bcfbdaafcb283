//! Asks for the exposition, with the token where there is one.

use std::sync::Arc;

use golive_core::http::Response;
use golive_core::prelude::*;
use golive_core::settings::{Problem, SettingError};
use secrecy::ExposeSecret;

use crate::exposition::Page;

/// Behind a balancer each process has counters of its own: so many scrapes to meet one of them again.
const ROUNDS: usize = 6;

/// The exposition of one process at one time.
#[derive(Debug)]
pub(crate) struct Scrape {
    pub(crate) page: Page,
    pub(crate) instance: Instance,
}

/// Which process answered, by its `process_start_time_seconds`; all look alike where that is not exposed.
pub(crate) type Instance = Option<u64>;

impl Scrape {
    pub(crate) fn of(prefix: &str, bytes: &[u8]) -> Self {
        let page = Page::parse(bytes);
        let instance = started(&page, prefix).map(f64::to_bits);
        Self { page, instance }
    }
}

/// When the process started, in seconds since 1970.
pub(crate) fn started(page: &Page, prefix: &str) -> Option<f64> {
    let family = page.family(prefix, "process_start_time_seconds")?;
    family.samples.first().map(|sample| sample.value)
}

/// GET with the token, where one is configured.
pub(crate) async fn get(cx: &Context, path: &str) -> Result<Response, Error> {
    let request = cx.http().get(path);
    let request = match token(cx)? {
        Some(token) => request.bearer(&token),
        None => request,
    };
    request.send().await
}

/// `METRICS_TOKEN`; a malformed one is an error, a missing one is not.
pub(crate) fn token(cx: &Context) -> Result<Option<String>, Error> {
    match cx.settings().metrics_token() {
        Ok(token) => Ok(Some(token.expose_secret().to_owned())),
        Err(SettingError {
            problem: Problem::Missing,
            ..
        }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The exposition as it is now.
pub(crate) async fn scrape(cx: &Context) -> Result<Scrape, Error> {
    let response = get(cx, &cx.contract().paths.metrics).await?;
    response.expect_status(&[200])?;
    Ok(Scrape::of(&cx.contract().metrics.prefix, response.body()))
}

/// The exposition that all probes judge which need no newer one.
pub(crate) async fn page(cx: &Context) -> Result<Arc<Scrape>, Error> {
    let scrape = cx.shared("metrics.page", || Box::pin(scrape(cx))).await?;
    let page = &scrape.page;
    cx.note(format!(
        "GET {} was scraped once for several probes: {} families, {} samples",
        cx.contract().paths.metrics,
        page.families.len(),
        page.samples()
    ));
    Ok(scrape)
}

/// Scrapes until a process has answered twice; what `reduce` makes of each scrape, in order.
pub(crate) async fn twice<T>(
    cx: &Context,
    reduce: impl Fn(Scrape) -> T + Send,
) -> Result<Vec<(Instance, T)>, Error>
where
    T: Send,
{
    let mut all: Vec<(Instance, T)> = Vec::new();
    for _ in 0..ROUNDS {
        let scrape = scrape(cx).await?;
        let instance = scrape.instance;
        let known = all.iter().any(|(other, _)| *other == instance);
        all.push((instance, reduce(scrape)));
        if known {
            break;
        }
    }
    Ok(all)
}
