//! The token's shop decides: a request that names another shop is refused with 403, whatever it asks for.
//!
//! A `shop` in a body is not looked at: what is written belongs to the token's shop.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};

use crate::auth::AdminShop;
use crate::error::ApiError;
use crate::faults::Faults;
use crate::state::{App, State};

/// The shop whose data a handler reads and writes.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    /// `Shop.id`.
    pub(crate) id: String,
    /// `Shop.domain`.
    pub(crate) domain: String,
}

impl FromRequestParts<App> for Tenant {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let AdminShop { id, domain } = AdminShop::from_request_parts(parts, app).await?;
        if app.faults.on("campaigns.auth-valid-token-refused") && parts.uri.path().starts_with("/campaigns") {
            return Err(ApiError::unauthorized("invalid_token"));
        }
        let Some(named) = Named::another(parts, &domain) else {
            return Ok(Self { id, domain });
        };
        if named.decides(parts, &app.faults)
            && let Some(tenant) = installed(app, &named.shop).await?
        {
            return Ok(tenant);
        }
        Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "shop_mismatch",
            "The token belongs to another shop",
        ))
    }
}

/// The shop of that domain, if it is installed.
pub(crate) async fn installed(app: &State, domain: &str) -> Result<Option<Tenant>, ApiError> {
    let found: Option<(String, String)> =
        sqlx::query_as(r#"SELECT id, domain FROM "Shop" WHERE domain = $1"#)
            .bind(domain)
            .fetch_optional(&app.pg)
            .await?;
    Ok(found.map(|(id, domain)| Tenant { id, domain }))
}

/// Another shop than the token's, named by the request.
struct Named {
    shop: String,
    by_header: bool,
}

impl Named {
    fn another(parts: &Parts, own: &str) -> Option<Self> {
        let query = parts.uri.query().unwrap_or_default();
        let parameters = url::form_urlencoded::parse(query.as_bytes());
        let by_query = parameters
            .filter(|(name, _)| name == "shop")
            .map(|(_, shop)| (shop.into_owned(), false));
        let by_header = parts
            .headers
            .get_all("x-shopify-shop-domain")
            .iter()
            .map(|value| (String::from_utf8_lossy(value.as_bytes()).into_owned(), true));
        by_query
            .chain(by_header)
            .find(|(shop, _)| !shop.trim().eq_ignore_ascii_case(own))
            .map(|(shop, by_header)| Self {
                shop: shop.trim().to_owned(),
                by_header,
            })
    }

    /// Whether a fault lets the request have its way.
    fn decides(&self, parts: &Parts, faults: &Faults) -> bool {
        let path = parts.uri.path();
        let reads = parts.method == Method::GET;
        if self.by_header {
            return faults.on("security.tenant-header-decides")
                || (!reads && faults.on("security.tenant-header-decides-for-writes"));
        }
        faults.on("security.tenant-parameter-decides")
            || (path.starts_with("/reports") && faults.on("security.tenant-parameter-decides-for-reports"))
            || (path.starts_with("/discounts")
                && faults.on("security.tenant-parameter-decides-for-discounts"))
            || (path == "/admin" && faults.on("security.tenant-parameter-decides-for-admin"))
            || (!reads && faults.on("security.tenant-parameter-decides-for-writes"))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn another_shop_is_noticed_wherever_it_is_named() {
        let cases = [
            ("/campaigns", None, None),
            ("/campaigns?shop=a.myshopify.com", None, None),
            ("/campaigns?shop=A.myshopify.com", Some("a.myshopify.com"), None),
            ("/campaigns?shop=b.myshopify.com", None, Some("b.myshopify.com")),
            (
                "/campaigns?shop=a.myshopify.com&shop=b.myshopify.com",
                None,
                Some("b.myshopify.com"),
            ),
            ("/campaigns?sh%6Fp=b.myshopify.com", None, Some("b.myshopify.com")),
            ("/campaigns", Some("b.myshopify.com"), Some("b.myshopify.com")),
            ("/campaigns?shop=", None, Some("")),
        ];
        for (uri, header, expected) in cases {
            let mut request = Request::builder().uri(uri);
            if let Some(shop) = header {
                request = request.header("X-Shopify-Shop-Domain", shop);
            }
            let (parts, ()) = request.body(()).expect("valid").into_parts();
            let named = Named::another(&parts, "a.myshopify.com").map(|named| named.shop);
            assert_eq!(named.as_deref(), expected, "{uri} {header:?}");
        }
    }
}
