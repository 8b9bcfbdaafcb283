//! The token's shop decides, whatever else a request names.

mod attempts;
mod other;
mod question;
mod reads;
mod same;
mod writes;

use golive_core::http::Request;
use golive_core::prelude::*;

pub(crate) use reads::Reads;
pub(crate) use writes::Writes;

/// How a request names another shop than its token's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Query,
    Header,
    Body,
}

impl By {
    /// In words, for findings.
    fn words(self) -> &'static str {
        match self {
            Self::Query => "?shop= names another",
            Self::Header => "a header names another",
            Self::Body => "the body names another",
        }
    }

    /// Names the shop in a request; a body is the caller's business.
    fn name(self, cx: &Context, request: Request, shop: &str) -> Request {
        match self {
            Self::Query => request.query(&[("shop", shop)]),
            Self::Header => request.header(&cx.contract().headers.shopify_shop, shop),
            Self::Body => request,
        }
    }
}
