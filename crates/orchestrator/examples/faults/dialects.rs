//! The contract's second dialects, each alone and all at once.

use golive_sandbox::Dialect;

use crate::variants::Variant;

/// One variant a dialect.
pub(crate) fn all() -> Vec<Variant> {
    vec![
        Variant::new("older-health", "the older dialect of /health", |options| {
            options.dialect.older_health = true;
        }),
        Variant::new(
            "colon-ciphertext",
            "ciphertexts as iv:tag:ciphertext",
            |options| options.dialect.colon_ciphertext = true,
        ),
        Variant::new("standard-rate-headers", "RateLimit-* headers", |options| {
            options.dialect.standard_rate_headers = true;
        }),
        Variant::new("short-queue-path", "/queue instead of /queue/health", |options| {
            options.dialect.short_queue_path = true;
        }),
        Variant::new("preview-rendered", "previews answer `rendered`", |options| {
            options.dialect.preview_rendered = true;
        }),
        Variant::new("guarded-templates", "templates want a token", |options| {
            options.dialect.guarded_templates = true;
        }),
        Variant::new("upper-case-cache", "X-Cache: HIT", |options| {
            options.dialect.upper_case_cache = true;
        }),
        Variant::new("created-ok", "new campaigns answer 200", |options| {
            options.dialect.created_ok = true;
        }),
        Variant::new("metrics-prefix", "metrics begin with sms_blossom_", |options| {
            options.dialect.metrics_prefix = true;
        }),
        Variant::new(
            "lenient-receipts",
            "receipts for unknown messages answer 200",
            |options| options.dialect.lenient_receipts = true,
        ),
        Variant::new("mitto-hmac-header", "X-Mitto-Hmac-Sha256", |options| {
            options.dialect.mitto_hmac_header = true;
        }),
        Variant::new("shop-claim", "tokens name the shop in claim `shop`", |options| {
            options.dialect.shop_claim = true;
        }),
        Variant::new("metrics-token", "METRICS_TOKEN is set", |options| {
            options.metrics_token = true;
        }),
        Variant::new("no-cleanup-role", "no CLEANUP_DATABASE_URL", |options| {
            options.cleanup_role = false;
        }),
        Variant::new("all-dialects", "every second dialect at once", |options| {
            options.dialect = Dialect {
                older_health: true,
                colon_ciphertext: true,
                standard_rate_headers: true,
                short_queue_path: true,
                preview_rendered: true,
                guarded_templates: true,
                upper_case_cache: true,
                created_ok: true,
                metrics_prefix: true,
                lenient_receipts: true,
                mitto_hmac_header: true,
                shop_claim: true,
                minimal_env: false,
            };
        }),
    ]
}
