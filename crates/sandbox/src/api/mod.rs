//! The app's own routes: templates, campaigns, discounts, segments, automations, settings, admin, gdpr, reports.

use crate::state::App;

/// All of them; `middleware::guard` has already refused whoever has no token (see there for the prefixes).
pub(crate) fn router() -> axum::Router<App> {
    axum::Router::new()
}
