//! The App Proxy endpoints believe what Shopify signed, and nothing else.

mod forge;
mod signed;
mod twins;
mod unknown_shop;
mod witness;

use golive_core::contract::{Contract, Route};
use golive_core::http::Response;
use golive_core::prelude::*;

use crate::routes::{self, Scope};

pub(crate) use forge::Family;
pub(crate) use signed::Signed;
pub(crate) use twins::Twins;
pub(crate) use unknown_shop::UnknownShop;

/// The variables that every probe of this family needs.
const VARIABLES: &[&str] = &["SHOPIFY_API_SECRET", "DEV_SHOP_DOMAIN"];

/// Long enough to outwait a window of the public rate limit that a run before this one has used up.
const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(75);

/// The endpoints of a scope. None of the requests names a phone.
fn endpoints(contract: &Contract, scope: Scope) -> Vec<Route> {
    let route = |method: &str, path: &String| Route {
        method: method.to_owned(),
        path: path.clone(),
    };
    let paths = &contract.paths;
    match scope {
        Scope::Reads => vec![route("GET", &paths.unsubscribe)],
        Scope::Writes => vec![route("POST", &paths.consent), route("POST", &paths.back_in_stock)],
    }
}

async fn ask(cx: &Context, endpoint: &Route, query: &str) -> Result<Response, Error> {
    let path = if query.is_empty() {
        endpoint.path.clone()
    } else {
        format!("{}?{query}", endpoint.path)
    };
    let asked = Route {
        method: endpoint.method.clone(),
        path,
    };
    routes::begin(cx, &asked).send().await
}

/// Parameters as owned pairs.
fn pairs<const N: usize>(given: [(&str, &str); N]) -> Vec<(String, String)> {
    given
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}
