//! What the security check must find.

use super::Apply::Switch;
use super::Fault;

#[rustfmt::skip] // a table: a fault a line
pub(super) const FAULTS: &[Fault] = &[
    // App Proxy
    switch("security.proxy-unsigned-accepted", "anybody can opt others out: no signature is needed", "security.proxy-unsigned"),
    switch("security.proxy-compares-a-prefix", "only the first bytes of a signature are compared", "security.proxy-tampered"),
    switch("security.proxy-ignores-parameters", "the signature does not cover every parameter", "security.proxy-tampered"),
    switch("security.proxy-empty-secret", "a signature made with an empty secret is accepted", "security.proxy-foreign-secret"),
    switch("security.proxy-key-as-secret", "the public API key signs", "security.proxy-foreign-secret"),
    switch("security.proxy-signed-refused", "the storefront's signed requests are refused", "security.proxy-signed"),
    switch("security.proxy-signed-writes", "a request that is refused as incomplete writes all the same", "security.proxy-signed"),
    switch("security.proxy-stale-accepted", "a signature of last week is accepted", "security.proxy-stale").warn(),
    // admin token
    switch("security.jwt-missing-accepted", "segments are listed without a token", "security.jwt-missing"),
    switch("security.jwt-missing-403", "no token answers 403 forbidden instead of 401 missing_token", "security.jwt-missing"),
    switch("security.jwt-garbage-accepted", "a token that is none opens the test shop", "security.jwt-garbage"),
    switch("security.jwt-expired-accepted", "tokens never expire", "security.jwt-expired"),
    switch("security.jwt-foreign-secret-accepted", "the token's signature is not checked", "security.jwt-foreign-secret"),
    switch("security.jwt-alg-none-accepted", "a token with alg none is accepted", "security.jwt-alg-none"),
    switch("security.jwt-other-alg-accepted", "HS512 is accepted, though only HS256 is meant", "security.jwt-other-alg"),
    switch("security.jwt-valid-refused", "valid tokens are refused", "security.jwt-valid"),
    switch("security.unknown-shop-accepted", "a token of a shop without the app gets in", "security.unknown-shop"),
    switch("security.unknown-shop-500", "a token of a shop without the app crashes the guard", "security.unknown-shop"),
    switch("security.validates-before-auth", "POST /discounts validates before it asks who is there", "security.anonymous-sweep"),
    switch("security.audit-open", "the audit log is served without a token", "security.anonymous-sweep"),
    // answers and callbacks
    switch("security.error-leaks-stack", "a 400 carries a stack trace", "security.error-leaks"),
    switch("security.error-leaks-signature", "a refused signature is told the right one", "security.error-leaks"),
    switch("security.mitto-unsigned-accepted", "the provider's callbacks need no signature", "security.mitto-unsigned"),
    // rate limits
    switch("security.rate-headers-missing", "limited routes do not announce their limit", "security.rate-limit-headers").warn(),
    switch("security.rate-not-enforced", "requests are counted, and never refused", "security.rate-limit-enforced"),
    switch("security.rate-no-retry-after", "429 does not say when to come back", "security.rate-limit-enforced"),
    switch("security.rate-after-auth", "unauthenticated requests are not counted: secrets can be guessed at leisure", "security.rate-limit-enforced"),
    switch("security.rate-trusts-forwarded-for", "a forged X-Forwarded-For starts a new count", "security.rate-limit-spoof"),
    // tenants and metrics
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
