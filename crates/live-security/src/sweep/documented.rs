//! The routes that the target documents, and what the contract says of them.

use golive_core::contract::{Access, Contract, Route};
use serde_json::Value;

use crate::routes::Scope;

/// Where a route is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It stands in the contract.
    Contract,
    /// It is documented, below a guarded prefix; with an id that cannot exist.
    Guarded,
    /// The same without an id: asked to write, it gets broken JSON.
    GuardedWithoutId,
    /// It is documented, and the contract says nothing of it.
    Unknown,
}

/// The documented routes that are neither public nor in the contract, nor development helpers, nor never called.
pub(super) fn documented(contract: &Contract, scope: Scope, document: &Value) -> Vec<(Route, Known)> {
    let Some(paths) = document.get("paths").and_then(Value::as_object) else {
        return Vec::new();
    };
    let same =
        |one: &Route, other: &Route| one.method == other.method && one.path_with("-") == other.path_with("-");
    let listed = |list: &[Route], route: &Route| list.iter().any(|other| same(other, route));
    let mut found = Vec::new();
    for (path, item) in paths.iter().filter(|(path, _)| path.starts_with('/')) {
        let access = contract.access(path);
        let development = path == "/dev" || path.starts_with("/dev/");
        if development || matches!(access, Access::Public | Access::Either) {
            continue;
        }
        let methods = item.as_object().into_iter().flat_map(|item| item.keys());
        for method in methods.map(|method| method.to_ascii_uppercase()) {
            let Ok(route) = format!("{method} {path}").parse::<Route>() else {
                continue;
            };
            let known = match (access, route.has_parameters()) {
                (Access::Guarded, true) => Known::Guarded,
                (Access::Guarded, false) => Known::GuardedWithoutId,
                _ => Known::Unknown,
            };
            let wanted = scope.holds(&method)
                && !listed(&contract.guarded_routes, &route)
                && !listed(&contract.never_called, &route);
            if wanted {
                found.push((route, known));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_not_public_and_not_asked_already() {
        let document = json!({ "paths": {
            "/health": { "get": {} }, "/campaigns": { "get": {}, "post": {} }, "/campaigns/{campaignId}": { "patch": {} },
            "/campaigns/{campaignId}/send-now": { "post": {} }, "/admin/audit": { "get": {}, "parameters": [] },
            "/templates/preview": { "post": {} }, "/internal/x": { "get": {} }, "/dev/jobs": { "get": {} },
            "/settings": { "get": {}, "put": {} },
        }});
        let shown = |scope| {
            let found = documented(&Contract::default(), scope, &document);
            let shown = found.iter().map(|(route, known)| format!("{route} {known:?}"));
            shown.collect::<Vec<_>>()
        };
        assert_eq!(
            shown(Scope::Reads),
            ["GET /admin/audit GuardedWithoutId", "GET /internal/x Unknown"]
        );
        assert_eq!(
            shown(Scope::Writes),
            [
                "PATCH /campaigns/{campaignId} Guarded",
                "PUT /settings GuardedWithoutId"
            ]
        );
        assert!(documented(&Contract::default(), Scope::Reads, &Value::Null).is_empty());
    }
}
