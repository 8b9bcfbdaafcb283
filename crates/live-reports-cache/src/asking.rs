//! How reports are asked: as admin, with a range that nobody has asked for before.

use golive_core::context::Context;
use golive_core::error::Error;
use golive_core::http::Response;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

/// Variables that every probe of this check needs.
pub(crate) const VARIABLES: &[&str] = &["BASE_URL", "JWT_SECRET", "DEV_SHOP_DOMAIN"];

/// A range of days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) from: Date,
    pub(crate) to: Date,
}

impl Range {
    /// A range that this run has for `purpose` alone.
    pub(crate) fn fresh(cx: &Context, purpose: &str) -> Self {
        Self::of(jiff::Zoned::now().date(), cx.run_id(), purpose)
    }

    fn of(today: Date, run_id: &str, purpose: &str) -> Self {
        let (from, to) = golive_core::ranges::fresh(today, run_id, purpose);
        Self { from, to }
    }

    pub(crate) fn pairs(self) -> Vec<(&'static str, String)> {
        vec![("from", self.from.to_string()), ("to", self.to.to_string())]
    }

    /// The same range, begun a day earlier.
    pub(crate) fn earlier(self) -> Self {
        Self {
            from: self.from.saturating_sub(1.day()),
            ..self
        }
    }

    /// The same range, ended a day later.
    pub(crate) fn longer(self) -> Self {
        Self {
            to: self.to.saturating_add(1.day()),
            ..self
        }
    }
}

/// Asks a report as admin of the test shop.
pub(crate) async fn ask(
    cx: &Context,
    path: &str,
    parameters: &[(&'static str, String)],
) -> Result<Response, Error> {
    let shop = cx.settings().shop()?;
    cx.http()
        .get(path)
        .query(&[("shop", shop.as_str())])
        .query(parameters)
        .admin()?
        .send()
        .await
}

/// What `X-Cache` says, in lower case.
pub(crate) fn cached(cx: &Context, response: &Response) -> Option<String> {
    response
        .header(&cx.contract().headers.cache)
        .map(|value| value.trim().to_lowercase())
}

/// A body without what differs from answer to answer.
pub(crate) fn steady(mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.remove("request_id");
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_and_longer_ranges_differ_from_their_own() {
        let today = Date::constant(2026, 11, 22);
        let range = Range::of(today, "run", "x");
        assert!(range.earlier().from < range.from && range.longer().to > range.to);
    }
}
