//! The list, walked through in every way within a moment.

use golive_core::context::Context;
use golive_core::error::Error;

use super::super::pages::{Pages, Walk, walk};

/// Campaigns a page, when everything is read at once.
pub(super) const WIDE: usize = 50;
/// Longer lists are not walked to their end.
const PAGES: usize = 10;

/// The list, walked through in every way within a moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Round {
    pub(super) wide: Pages,
    pub(super) limit: usize,
    pub(super) narrow: Pages,
    pub(super) drafts: Pages,
    pub(super) other: Pages,
    pub(super) other_status: String,
    pub(super) again: Pages,
}

impl Round {
    pub(super) async fn read(cx: &Context) -> Result<Self, Error> {
        let how = Walk {
            token: None,
            status: None,
            limit: WIDE,
            pages: PAGES,
        };
        let wide = walk(cx, how).await?;
        // Three pages or more, so that a loss between two shows.
        let limit = (wide.set().len() / 3).clamp(1, WIDE - 1);
        let narrow = walk(
            cx,
            Walk {
                limit,
                pages: PAGES + 4,
                ..how
            },
        )
        .await?;
        let drafts = walk(
            cx,
            Walk {
                status: Some("draft"),
                ..how
            },
        )
        .await?;
        let other_status = wide
            .rows()
            .map(|row| row.status.as_str())
            .find(|status| *status != "draft");
        let other_status = other_status.unwrap_or("sent").to_owned();
        let other = walk(
            cx,
            Walk {
                status: Some(&other_status),
                ..how
            },
        )
        .await?;
        let again = walk(cx, how).await?;
        Ok(Self {
            wide,
            limit,
            narrow,
            drafts,
            other,
            other_status,
            again,
        })
    }

    pub(super) fn is_steady(&self) -> bool {
        self.wide.set() == self.again.set()
    }
}
