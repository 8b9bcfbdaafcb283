//! The life of a discount: made, refused when bad or there already, linked to, deleted.

pub(crate) mod apply_url;
pub(crate) mod conflict;
pub(crate) mod conflicts;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod validates;
