//! Which routes are asked, and how a request for one begins: with ids that cannot exist and empty bodies, so that a
//! backend that believes a forgery has nothing to act on.

use golive_core::contract::{Contract, Route};
use golive_core::http::Request;
use golive_core::prelude::*;
use serde_json::json;

/// Half of a family of probes: the requests that read, or those that write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Reads,
    Writes,
}

impl Scope {
    /// `security.name`, or `security.name.writes`.
    pub(crate) fn id(self, name: &str) -> String {
        match self {
            Self::Reads => format!("security.{name}"),
            Self::Writes => format!("security.{name}.writes"),
        }
    }

    pub(crate) fn safety(self) -> Safety {
        match self {
            Self::Reads => Safety::Observe,
            Self::Writes => Safety::Smoke,
        }
    }

    /// For titles: `reading`, `writing`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Reads => "reading",
            Self::Writes => "writing",
        }
    }

    /// Whether a method belongs to it.
    pub(crate) fn holds(self, method: &str) -> bool {
        (self == Self::Reads) == matches!(method, "GET" | "HEAD")
    }
}

/// The guarded routes of the contract, less those that are never called.
pub(crate) fn guarded(contract: &Contract, scope: Scope) -> Vec<Route> {
    let routes = contract.guarded_routes.iter();
    routes
        .filter(|route| scope.holds(&route.method) && !contract.never_called.contains(route))
        .cloned()
        .collect()
}

/// The guarded GET routes that name no object.
pub(crate) fn lists(contract: &Contract) -> Vec<Route> {
    let mut routes = guarded(contract, Scope::Reads);
    routes.retain(|route| !route.has_parameters());
    routes
}

/// One of [`lists`] for each guarded prefix.
pub(crate) fn one_a_prefix(contract: &Contract) -> Vec<Route> {
    let below = |route: &Route, prefix: &str| {
        route
            .path
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let lists = lists(contract);
    let first = |prefix: &String| lists.iter().find(|route| below(route, prefix)).cloned();
    contract.guarded_prefixes.iter().filter_map(first).collect()
}

/// Begins a request for a route, whose `{…}` becomes an id that cannot exist.
pub(crate) fn begin(cx: &Context, route: &Route) -> Request {
    let path = route.path_with(&cx.smoke_name("no-such-object"));
    let http = cx.http();
    let request = match route.method.as_str() {
        "GET" | "HEAD" => http.get(&path),
        "POST" => http.post(&path),
        "PUT" => http.put(&path),
        "PATCH" => http.patch(&path),
        _ => http.delete(&path),
    };
    match route.method.as_str() {
        "POST" | "PUT" | "PATCH" => request.json(&json!({})),
        _ => request,
    }
    .no_redirects()
}

/// Unix seconds.
pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_guarded_route_is_in_one_scope() {
        let contract = Contract::default();
        let (reads, writes) = (
            guarded(&contract, Scope::Reads),
            guarded(&contract, Scope::Writes),
        );
        assert_eq!(reads.len() + writes.len(), contract.guarded_routes.len());
        assert!(writes.iter().all(|route| route.method != "GET"));
        let prefixes = one_a_prefix(&contract);
        assert_eq!(prefixes.len(), contract.guarded_prefixes.len());
        assert!(prefixes.iter().all(|route| !route.has_parameters()));
    }
}
