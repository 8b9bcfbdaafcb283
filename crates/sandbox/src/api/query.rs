//! Query parameters: repeated ones count once, numbers are checked.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::error::ApiError;

/// The decoded parameters of a request, sorted; of repeated ones the last counts.
pub(crate) type Parameters = BTreeMap<String, String>;

/// The query of a request, whatever it looks like.
pub(crate) struct Query(pub(crate) Parameters);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(
            url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        ))
    }
}

/// Which part of a list is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) limit: i64,
    pub(crate) offset: i64,
}

impl Page {
    /// `limit` of 1 to 100, 20 where absent; `offset` from 0.
    pub(crate) fn read(parameters: &Parameters) -> Result<Self, ApiError> {
        let number = |name: &str, otherwise: i64| match parameters.get(name) {
            Some(text) => text.parse().map_err(|_| unprocessable(name)),
            None => Ok(otherwise),
        };
        let (limit, offset) = (number("limit", 20)?, number("offset", 0)?);
        if !(1..=100).contains(&limit) {
            return Err(unprocessable("limit"));
        }
        if offset < 0 {
            return Err(unprocessable("offset"));
        }
        Ok(Self { limit, offset })
    }
}

fn unprocessable(name: &str) -> ApiError {
    ApiError::unprocessable("validation_failed", format!("{name} is out of range"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages() {
        let read = |pairs: &[(&str, &str)]| {
            let parameters = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            Page::read(&parameters.collect()).ok()
        };
        assert_eq!(read(&[]), Some(Page { limit: 20, offset: 0 }));
        assert_eq!(
            read(&[("limit", "5"), ("offset", "10")]),
            Some(Page { limit: 5, offset: 10 })
        );
        for bad in [("limit", "0"), ("limit", "101"), ("limit", "x"), ("offset", "-1")] {
            assert_eq!(read(&[bad]), None, "{bad:?}");
        }
    }
}
