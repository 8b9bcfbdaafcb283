//! Healthy variants: what real deployments show, and what is fine.

use golive_core::contract::Contract;
use golive_sandbox::{Dialect, Options};

/// One way of being healthy.
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    pub(crate) title: String,
    change: fn(&mut Options),
    contract: fn(&mut Contract),
}

impl Variant {
    /// The sandbox as it is.
    pub(crate) fn plain(title: String) -> Self {
        Self {
            name: "plain",
            title,
            change: |_| {},
            contract: |_| {},
        }
    }

    pub(crate) fn options(&self) -> Options {
        let mut options = Options::from_test_env();
        (self.change)(&mut options);
        options
    }

    pub(crate) fn contract(&self) -> Contract {
        let mut contract = Contract::default();
        (self.contract)(&mut contract);
        contract
    }
}

fn dialect(name: &'static str, title: &str, change: fn(&mut Options)) -> Variant {
    Variant {
        name,
        title: title.to_owned(),
        change,
        contract: |_| {},
    }
}

/// All variants.
pub(crate) fn all() -> Vec<Variant> {
    vec![
        dialect("older-health", "the older dialect of /health", |options| {
            options.dialect.older_health = true;
        }),
        dialect(
            "colon-ciphertext",
            "ciphertexts as iv:tag:ciphertext",
            |options| options.dialect.colon_ciphertext = true,
        ),
        dialect("standard-rate-headers", "RateLimit-* headers", |options| {
            options.dialect.standard_rate_headers = true;
        }),
        dialect("short-queue-path", "/queue instead of /queue/health", |options| {
            options.dialect.short_queue_path = true;
        }),
        dialect("preview-rendered", "previews answer `rendered`", |options| {
            options.dialect.preview_rendered = true;
        }),
        dialect("guarded-templates", "templates want a token", |options| {
            options.dialect.guarded_templates = true;
        }),
        dialect("upper-case-cache", "X-Cache: HIT", |options| {
            options.dialect.upper_case_cache = true;
        }),
        dialect("metrics-prefix", "metrics begin with sms_blossom_", |options| {
            options.dialect.metrics_prefix = true;
        }),
        dialect(
            "lenient-receipts",
            "receipts for unknown messages answer 200",
            |options| options.dialect.lenient_receipts = true,
        ),
        dialect("mitto-hmac-header", "X-Mitto-Hmac-Sha256", |options| {
            options.dialect.mitto_hmac_header = true;
        }),
        dialect("shop-claim", "tokens name the shop in claim `shop`", |options| {
            options.dialect.shop_claim = true;
        }),
        dialect("minimal-env", "only the required variables", |options| {
            options.dialect.minimal_env = true;
        }),
        dialect("metrics-token", "METRICS_TOKEN is set", |options| {
            options.metrics_token = true;
        }),
        dialect("no-cleanup-role", "no CLEANUP_DATABASE_URL", |options| {
            options.cleanup_role = false;
        }),
        dialect("all-dialects", "every second dialect at once", |options| {
            options.dialect = Dialect {
                older_health: true,
                colon_ciphertext: true,
                standard_rate_headers: true,
                short_queue_path: true,
                preview_rendered: true,
                guarded_templates: true,
                upper_case_cache: true,
                metrics_prefix: true,
                lenient_receipts: true,
                mitto_hmac_header: true,
                shop_claim: true,
                minimal_env: false,
            };
        }),
    ]
}
