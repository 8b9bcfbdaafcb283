//! What Shopify and the SMS provider tell the backend, believed only with a signature over the exact bytes.

mod faulty;
mod mitto;
mod shopify;
mod signature;
mod store;

use axum::Router;
use axum::routing::post;

use crate::state::App;

pub(crate) use shopify::TOPICS;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/webhooks/shopify/{resource}/{action}", post(shopify::receive))
        .route("/webhooks/mitto/dlr", post(mitto::receipt))
        .route("/webhooks/mitto/inbound", post(mitto::inbound))
}
