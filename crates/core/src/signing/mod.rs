//! Signatures as Shopify, Mitto and the backend make them, and the forged twins that must be refused.

pub mod app_proxy;
pub mod jwt;
mod mac;
pub mod mitto;
pub mod twin;
pub mod webhook;

use secrecy::SecretString;
use uuid::Uuid;

/// A secret that nobody else knows: what it signs must be refused.
pub fn foreign_secret() -> SecretString {
    SecretString::from(format!(
        "golive-foreign-{}-{}",
        Uuid::new_v4().simple(),
        Uuid::new_v4().simple()
    ))
}
