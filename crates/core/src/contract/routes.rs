//! Which routes are guarded and which are public.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Contract, fill_all};

/// A method and a path, written `PUT /campaigns/{id}`; `{…}` stands for a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Route {
    /// Upper-case HTTP method.
    pub method: String,
    /// Path below `BASE_URL`.
    pub path: String,
}

/// What the contract says about the access to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// A token is needed.
    Guarded,
    /// No token is needed; a signature may be.
    Public,
    /// Both are met in healthy deployments.
    Either,
    /// The contract says nothing.
    Unknown,
}

impl Route {
    /// The path holds a `{…}`.
    pub fn has_parameters(&self) -> bool {
        self.path.contains('{')
    }

    /// The path with every `{…}` replaced by the value as one segment.
    pub fn path_with(&self, value: &str) -> String {
        fill_all(&self.path, value)
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl FromStr for Route {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
        match text.split_once(' ') {
            Some((method, path)) if METHODS.contains(&method) && path.starts_with('/') => Ok(Self {
                method: method.to_owned(),
                path: path.to_owned(),
            }),
            _ => Err("a route is written METHOD /path, such as PUT /campaigns/{id}".to_owned()),
        }
    }
}

impl TryFrom<String> for Route {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Route> for String {
    fn from(route: Route) -> Self {
        route.to_string()
    }
}

impl Contract {
    /// What the contract says about a path; the longest prefix of whole segments decides.
    pub fn access(&self, path: &str) -> Access {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let kinds = [
            (&self.guarded_prefixes, Access::Guarded),
            (&self.public_prefixes, Access::Public),
            (&self.either_prefixes, Access::Either),
        ];
        kinds
            .into_iter()
            .flat_map(|(prefixes, access)| prefixes.iter().map(move |prefix| (prefix.as_str(), access)))
            .filter(|(prefix, _)| is_below(path, prefix))
            .max_by_key(|(prefix, _)| prefix.len())
            .map_or(Access::Unknown, |(_, access)| access)
    }
}

/// `/s/x` and `/s` are below `/s`; `/segments` is not.
fn is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix.trim_end_matches('/'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_end_at_segments() {
        let contract = Contract::default();
        for (path, access) in [
            ("/s/abc", Access::Public),
            ("/segments", Access::Guarded),
            ("/campaigns/x?shop=y", Access::Guarded),
            ("/health/ready", Access::Public),
            ("/healthz", Access::Unknown),
            ("/templates/preview", Access::Either),
            ("/dev/jobs", Access::Unknown),
            ("/", Access::Unknown),
        ] {
            assert_eq!(contract.access(path), access, "{path}");
        }
    }

    #[test]
    fn routes_are_written_as_method_and_path() {
        let route: Route = "PUT /campaigns/{id}/utm".parse().unwrap();
        assert_eq!(
            (route.has_parameters(), route.path_with("a/b").as_str()),
            (true, "/campaigns/a%2Fb/utm")
        );
        for text in ["/campaigns", "get /campaigns", "GET campaigns", "TRACE /x"] {
            assert!(text.parse::<Route>().is_err(), "{text}");
        }
    }
}
