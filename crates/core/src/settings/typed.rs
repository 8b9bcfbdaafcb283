//! Each variable in the type its users need; what is missing or malformed is an error that names it.

use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretBox, SecretString};
use url::Url;

use super::{DatabaseTarget, Problem, RedisTarget, SettingError, Settings, forms};

/// A shop's `*.myshopify.com` domain. `Debug` is masked, `Display` is the domain itself.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ShopDomain(String);

impl ShopDomain {
    /// Takes a domain of the form `[a-z0-9][a-z0-9-]*\.myshopify\.com`; `Err` says what is wrong.
    pub fn parse(value: &str) -> Result<Self, String> {
        forms::shop_domain(value).map(|()| Self(value.to_owned()))
    }

    /// The whole domain.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `sms-***.myshopify.com`: enough to recognise, too little to name.
    pub fn masked(&self) -> String {
        let label = self.0.trim_end_matches(".myshopify.com");
        let kept = label.chars().count().saturating_sub(3).min(4);
        format!(
            "{}***.myshopify.com",
            label.chars().take(kept).collect::<String>()
        )
    }
}

impl fmt::Display for ShopDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ShopDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Settings {
    /// `BASE_URL`; its path keeps no trailing slash (a bare host has the path `/`).
    pub fn base_url(&self) -> Result<Url, SettingError> {
        self.parsed("BASE_URL", forms::parse_base)
    }

    /// The origin of `FRONTEND_URL` as browsers send it: `scheme://host[:port]`, default ports left out.
    pub fn frontend_origin(&self) -> Result<String, SettingError> {
        self.parsed("FRONTEND_URL", forms::parse_http)
            .map(|url| url.origin().ascii_serialization())
    }

    /// `DEV_SHOP_DOMAIN`, the only shop that may be written to.
    pub fn shop(&self) -> Result<ShopDomain, SettingError> {
        self.parsed("DEV_SHOP_DOMAIN", ShopDomain::parse)
    }

    /// The shop fit to be shown: `sms-***.myshopify.com`, or `***` when it is missing or malformed.
    pub fn masked_shop(&self) -> String {
        self.shop()
            .map_or_else(|_| "***".to_owned(), |shop| shop.masked())
    }

    /// `DATABASE_URL`.
    pub fn database(&self) -> Result<DatabaseTarget, SettingError> {
        self.parsed("DATABASE_URL", DatabaseTarget::parse)
    }

    /// `CLEANUP_DATABASE_URL`.
    pub fn cleanup_database(&self) -> Result<DatabaseTarget, SettingError> {
        self.parsed("CLEANUP_DATABASE_URL", DatabaseTarget::parse)
    }

    /// `REDIS_URL`.
    pub fn redis(&self) -> Result<RedisTarget, SettingError> {
        self.parsed("REDIS_URL", RedisTarget::parse)
    }

    /// `WEBHOOK_HMAC_SECRET`, else its older name `WEBHOOK_SECRET`.
    pub fn webhook_secret(&self) -> Result<&SecretString, SettingError> {
        self.checked("WEBHOOK_HMAC_SECRET")
    }

    /// The webhook secret was found under its older name only.
    pub fn webhook_secret_is_legacy(&self) -> bool {
        self.found("WEBHOOK_HMAC_SECRET")
            .is_some_and(|(name, _)| name != "WEBHOOK_HMAC_SECRET")
    }

    /// `JWT_SECRET`.
    pub fn jwt_secret(&self) -> Result<&SecretString, SettingError> {
        self.checked("JWT_SECRET")
    }

    /// `ENCRYPTION_KEY`, decoded; zeroed when dropped.
    pub fn encryption_key(&self) -> Result<SecretBox<[u8; 32]>, SettingError> {
        self.parsed("ENCRYPTION_KEY", forms::parse_encryption_key)
            .map(|key| SecretBox::new(Box::new(*key)))
    }

    /// `HASH_PEPPER`.
    pub fn hash_pepper(&self) -> Result<&SecretString, SettingError> {
        self.checked("HASH_PEPPER")
    }

    /// `SHOPIFY_API_SECRET`.
    pub fn shopify_api_secret(&self) -> Result<&SecretString, SettingError> {
        self.checked("SHOPIFY_API_SECRET")
    }

    /// `MITTO_HMAC_SECRET`.
    pub fn mitto_hmac_secret(&self) -> Result<&SecretString, SettingError> {
        self.checked("MITTO_HMAC_SECRET")
    }

    /// `METRICS_TOKEN`.
    pub fn metrics_token(&self) -> Result<&SecretString, SettingError> {
        self.checked("METRICS_TOKEN")
    }

    /// `TEST_PHONE`, which may receive one SMS.
    pub fn test_phone(&self) -> Result<&SecretString, SettingError> {
        self.checked("TEST_PHONE")
    }

    /// `QUEUE_PREFIX`; `None` when not set or malformed (the contract's default holds then).
    pub fn queue_prefix(&self) -> Option<String> {
        self.checked("QUEUE_PREFIX")
            .ok()
            .map(|prefix| prefix.expose_secret().to_owned())
    }

    /// `PRISMA_MIGRATIONS_DIR`; `None` when not set.
    pub fn migrations_dir(&self) -> Option<PathBuf> {
        self.get("PRISMA_MIGRATIONS_DIR").map(PathBuf::from)
    }

    /// The value, when it can be used.
    fn checked(&self, name: &'static str) -> Result<&SecretString, SettingError> {
        self.check(name)
            .map_err(|problem| SettingError { name, problem })?;
        self.secret(name).ok_or(SettingError {
            name,
            problem: Problem::Missing,
        })
    }

    fn parsed<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, SettingError> {
        let value = self.checked(name)?;
        parse(value.expose_secret()).map_err(|why| SettingError {
            name,
            problem: Problem::Malformed { why },
        })
    }
}
