//! Admin tokens: the valid one opens every guarded route, its forged twins none.

mod forged;
mod missing;
mod unknown_shop;
mod valid;

use golive_core::prelude::*;
use golive_core::signing::jwt;

use crate::routes::now;

pub(crate) use forged::{FAMILIES, Forged};
pub(crate) use missing::Missing;
pub(crate) use unknown_shop::UnknownShop;
pub(crate) use valid::Valid;

/// The variables that every probe of this family needs.
const VARIABLES: &[&str] = &["JWT_SECRET", "DEV_SHOP_DOMAIN"];

/// Requests at once.
const AT_ONCE: usize = 6;

/// Long enough for twenty routes of a slow target.
const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(40);

/// A valid token of the test shop.
fn own_token(cx: &Context) -> Result<String, Error> {
    let (shop, secret) = (cx.settings().shop()?, cx.settings().jwt_secret()?);
    Ok(jwt::valid(shop.as_str(), secret, now()))
}
