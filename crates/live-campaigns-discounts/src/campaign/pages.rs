//! Walks through a list page by page.

use std::collections::BTreeSet;

use golive_core::context::Context;
use golive_core::error::Error;
use golive_core::outcome::{Outcome, Reason};
use serde_json::Value;

use crate::answers;

/// How a list is walked through.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk<'a> {
    /// `None`: the test shop's admin.
    pub(crate) token: Option<&'a str>,
    pub(crate) status: Option<&'a str>,
    pub(crate) limit: usize,
    /// It ends after so many pages, wherever it is.
    pub(crate) pages: usize,
}

/// One page.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Page {
    pub(crate) offset: usize,
    pub(crate) rows: Vec<Listed>,
    /// Whether there is a `pagination` object.
    pub(crate) paginated: bool,
    /// How many there are in all, where the target says it.
    pub(crate) total: Option<u64>,
}

/// A campaign in a list.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) status: String,
}

/// The pages of one walk.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Pages {
    pub(crate) pages: Vec<Page>,
    /// Whether the end was reached.
    pub(crate) complete: bool,
}

impl Pages {
    /// Everything listed, in order, with repetitions.
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.rows().map(|row| row.id.as_str()).collect()
    }

    /// The same without repetitions.
    pub(crate) fn set(&self) -> BTreeSet<&str> {
        self.rows().map(|row| row.id.as_str()).collect()
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &Listed> {
        self.pages.iter().flat_map(|page| &page.rows)
    }
}

/// Reads pages until one is empty or brings nothing new.
pub(crate) async fn walk(cx: &Context, how: Walk<'_>) -> Result<Pages, Error> {
    let (mut seen, mut offset) = (BTreeSet::new(), 0);
    let mut walked = Pages::default();
    for _ in 0..how.pages {
        let page = page(cx, how, offset).await?;
        let ids: Vec<String> = page.rows.iter().map(|row| row.id.clone()).collect();
        let fresh = ids.iter().any(|id| !seen.contains(id));
        offset += ids.len();
        seen.extend(ids);
        walked.pages.push(page);
        if !fresh {
            walked.complete = true;
            break;
        }
    }
    Ok(walked)
}

/// Whether a campaign is on the pages; `None` when they are not what a list should be, as `campaigns.list` finds.
pub(crate) async fn is_listed(cx: &Context, how: Walk<'_>, id: &str) -> Result<Option<bool>, Error> {
    match walk(cx, how).await {
        Ok(walked) => Ok(Some(walked.set().contains(id))),
        Err(Error::Judged(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn page(cx: &Context, how: Walk<'_>, offset: usize) -> Result<Page, Error> {
    let mut query = vec![("limit", how.limit.to_string()), ("offset", offset.to_string())];
    query.extend(how.status.map(|status| ("status", status.to_owned())));
    let request = cx.http().get(&cx.contract().paths.campaigns).query(&query);
    let request = match how.token {
        Some(token) => request.bearer(token),
        None => request.admin()?,
    };
    read(&request.send().await?.expect_json(&[200])?, offset)
}

fn read(body: &Value, offset: usize) -> Result<Page, Error> {
    let Some(campaigns) = body["campaigns"].as_array() else {
        let outcome = Outcome::fail(
            Reason::BodyMismatch,
            "the list of campaigns holds no campaigns array",
        );
        return Err(Error::Judged(Box::new(
            outcome
                .expected("{\"campaigns\": […], \"pagination\": {…}}")
                .observed(answers::shown(body)),
        )));
    };
    let rows = campaigns.iter().map(|campaign| Listed {
        id: answers::id(&campaign["id"]).unwrap_or_else(|| "(no id)".to_owned()),
        status: campaign["status"]
            .as_str()
            .unwrap_or_default()
            .to_ascii_lowercase(),
    });
    let pagination = &body["pagination"];
    let total = ["total", "totalCount", "total_count"]
        .iter()
        .find_map(|name| pagination[*name].as_u64());
    Ok(Page {
        offset,
        rows: rows.collect(),
        paginated: pagination.is_object(),
        total,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_is_read() {
        let body =
            json!({"campaigns": [{"id": "a", "status": "Draft"}, {"id": 7}], "pagination": {"total": 9}});
        let page = read(&body, 4).expect("a page");
        assert_eq!((page.offset, page.paginated, page.total), (4, true, Some(9)));
        assert_eq!(
            page.rows[0],
            Listed {
                id: "a".into(),
                status: "draft".into()
            }
        );
        assert_eq!(page.rows[1].id, "7");
        assert!(!read(&json!({"campaigns": []}), 0).expect("a page").paginated);
        assert!(matches!(read(&json!([]), 0), Err(Error::Judged(_))));
    }
}
