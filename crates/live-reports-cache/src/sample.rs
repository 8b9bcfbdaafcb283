//! One sample of normal use: fresh ranges, each looked at again and again; timed one by one.

use std::sync::Arc;

use golive_core::context::Context;
use golive_core::error::Error;

use crate::asking::{Range, ask, cached};

/// Fresh ranges a report.
const RANGES: usize = 2;
/// Looks at each range: one that fills the cache and five that find it. All of golive together must stay below
/// the admin limit of 600 requests a minute, so there are no more of them than the percentiles need.
const LOOKS: usize = 6;

/// One timed answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) hit: bool,
    pub(crate) ms: f64,
}

/// Taken once a run, one request after the other: a queue of our own must not be timed.
pub(crate) async fn sample(cx: &Context) -> Result<Arc<Vec<Look>>, Error> {
    cx.shared("reports.sample", || async {
        let mut looks = Vec::new();
        for report in &cx.contract().reports {
            for range in 0..RANGES {
                let range = Range::fresh(cx, &format!("sample {} {range}", report.name)).pairs();
                for _ in 0..LOOKS {
                    let response = ask(cx, &report.path, &range).await?;
                    response.expect_status(&[200])?;
                    looks.push(Look {
                        hit: cached(cx, &response).as_deref() == Some("hit"),
                        ms: response.total_ms(),
                    });
                }
            }
        }
        Ok(looks)
    })
    .await
}
