//! The life of a campaign: made, opened, listed, changed, deleted.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod pages;
pub(crate) mod read;
pub(crate) mod update;
pub(crate) mod utm;
pub(crate) mod validates;
