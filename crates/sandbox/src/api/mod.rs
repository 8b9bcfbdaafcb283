//! The app's own routes: templates, campaigns, discounts, segments, automations, settings, admin, gdpr, reports.

mod admin;
mod audience;
mod automations;
mod cache;
mod campaigns;
mod discounts;
mod query;
mod reports;
mod rows;
mod segments;
mod settings;
mod sms;
mod templates;
mod tenant;

use crate::state::App;

/// All of them; `middleware::guard` has already refused whoever has no token (see there for the prefixes).
pub(crate) fn router() -> axum::Router<App> {
    axum::Router::new()
        .merge(templates::router())
        .merge(campaigns::router())
        .merge(discounts::router())
        .merge(segments::router())
        .merge(automations::router())
        .merge(settings::router())
        .merge(admin::router())
        .merge(reports::router())
}
