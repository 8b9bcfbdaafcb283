//! What the security check must find.

use super::Apply::Switch;
use super::Fault;

#[rustfmt::skip] // a table: a fault a line
pub(super) const FAULTS: &[Fault] = &[
    switch("security.tenant-header-decides", "a header opens another shop", "security.tenant-isolation"),
    switch("security.tenant-parameter-decides", "a query parameter opens another shop", "security.tenant-isolation"),
    switch("security.tenant-parameter-decides-for-reports", "a query parameter opens another shop's reports", "security.tenant-isolation"),
    switch("security.tenant-parameter-decides-for-discounts", "a query parameter opens another shop's discounts", "security.tenant-isolation"),
    switch("security.tenant-parameter-decides-for-writes", "a query parameter writes into another shop", "security.tenant-isolation"),
    switch("security.tenant-body-decides", "a body field writes into another shop", "security.tenant-isolation"),
    switch("security.tenant-other-shops-discount-read", "another shop's discount can be read", "security.tenant-isolation"),
    switch("security.tenant-other-shops-segment-read", "another shop's segment can be read", "security.tenant-isolation"),
    switch("security.metrics-open", "metrics are served without the token", "security.metrics-token"),
    switch("security.metrics-json-open", "the JSON metrics are served without the token", "security.metrics-token"),
];

const fn switch(name: &'static str, symptom: &'static str, owner: &'static str) -> Fault {
    Fault::new(name, symptom, owner, Switch)
}
