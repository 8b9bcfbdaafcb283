//! CONTRACT §1 as data: one row a variable.

use super::forms;
use super::variables::Example::{Placeholder, Usable};
use super::variables::Requirement::{ForProbes, Optional, Required};
use super::variables::{Variable, variable};

pub(super) static TABLE: &[Variable] = &[
    Variable {
        used_for: "The backend that is verified; every HTTP probe asks it.",
        obtain: "Take it from the deployment.",
        example: Placeholder("https://sms-backend.your-domain.example"),
        validate: forms::base_url,
        ..variable(
            "BASE_URL",
            Required,
            "absolute http(s) URL of the backend, plain http only on loopback",
        )
    },
    Variable {
        used_for: "Its origin must be allowed by CORS.",
        obtain: "Take it from the frontend's deployment.",
        example: Placeholder("https://sms-app.your-domain.example"),
        validate: forms::http_url,
        ..variable("FRONTEND_URL", Required, "absolute http(s) URL of the frontend")
    },
    Variable {
        used_for: "The only shop that is ever written to.",
        obtain: "Use a development store that has the app installed.",
        example: Placeholder("your-test-shop.myshopify.com"),
        validate: forms::shop_domain,
        ..variable("DEV_SHOP_DOMAIN", Required, "SHOP.myshopify.com, lower case")
    },
    Variable {
        secret: true,
        used_for: "Tables, migrations and personal data are read from it.",
        obtain: "Use a read-only role: GRANT pg_read_all_data, pg_monitor TO golive.",
        example: Placeholder(
            "postgresql://<user>:<password>@<host>:5432/<database>?schema=public&sslmode=require",
        ),
        validate: forms::postgres_url,
        ..variable(
            "DATABASE_URL",
            Required,
            "postgres:// or postgresql:// URL, Prisma parameters allowed",
        )
    },
    Variable {
        secret: true,
        used_for: "Queues, workers and cache keys are read from it.",
        obtain: "Take it from the backend's deployment.",
        example: Placeholder("rediss://<user>:<password>@<host>:6379/0"),
        validate: forms::redis_url,
        ..variable(
            "REDIS_URL",
            Required,
            "redis:// or rediss:// URL, database number at the end",
        )
    },
    Variable {
        secret: true,
        used_for: "Signs the webhooks that are sent to the backend.",
        obtain: "Take it from the backend's deployment; WEBHOOK_SECRET is its older name.",
        example: Placeholder("<secret of the Shopify webhooks>"),
        aliases: &["WEBHOOK_SECRET"],
        ..variable(
            "WEBHOOK_HMAC_SECRET",
            Required,
            "the secret itself, 32 characters or more",
        )
    },
    Variable {
        secret: true,
        used_for: "Signs the admin tokens of the run.",
        obtain: "Take it from the backend's deployment; make one with: openssl rand -base64 48.",
        example: Placeholder("<openssl rand -base64 48>"),
        ..variable("JWT_SECRET", Required, "the secret itself, 32 characters or more")
    },
    Variable {
        secret: true,
        used_for: "Decrypts a sample of the stored personal data, in memory only.",
        obtain: "Take it from the backend's deployment; make one with: openssl rand -base64 32.",
        example: Placeholder("<openssl rand -base64 32>"),
        validate: forms::encryption_key,
        ..variable("ENCRYPTION_KEY", Required, "32 bytes in base64, 44 characters")
    },
    Variable {
        secret: true,
        used_for: "Recomputes a sample of the stored hashes.",
        obtain: "Take it from the backend's deployment; make one with: openssl rand -hex 32.",
        example: Placeholder("<openssl rand -hex 32>"),
        validate: forms::pepper,
        ..variable("HASH_PEPPER", Required, "at least 16 characters")
    },
    Variable {
        secret: true,
        used_for: "Identifies the app beside its secret.",
        obtain: "Partner Dashboard, the app, Client credentials.",
        example: Placeholder("<client id of the Shopify app>"),
        validate: forms::header_token,
        ..variable(
            "SHOPIFY_API_KEY",
            ForProbes("App Proxy probes"),
            "the app's client id",
        )
    },
    Variable {
        secret: true,
        used_for: "Signs App Proxy requests as Shopify does.",
        obtain: "Partner Dashboard, the app, Client credentials.",
        example: Placeholder("<client secret of the Shopify app>"),
        ..variable(
            "SHOPIFY_API_SECRET",
            ForProbes("App Proxy probes"),
            "the app's client secret",
        )
    },
    Variable {
        used_for: "Where the storefront forwards to the backend's /public.",
        obtain: "Partner Dashboard, the app, App proxy.",
        example: Usable("/apps/sms-blossom"),
        validate: forms::subpath,
        ..variable(
            "APP_PROXY_SUBPATH",
            Optional,
            "storefront path that starts with /",
        )
    },
    Variable {
        secret: true,
        used_for: "Known so that it is redacted wherever it turns up.",
        obtain: "Take it from the backend's deployment.",
        example: Placeholder("<Mitto API key>"),
        ..variable("MITTO_API_KEY", Optional, "the provider's API key")
    },
    Variable {
        used_for: "Checked for its form only; nothing is sent there.",
        obtain: "Take it from the backend's deployment.",
        example: Placeholder("https://<host of the Mitto API>"),
        validate: forms::http_url,
        ..variable("MITTO_API_URL", Optional, "absolute http(s) URL")
    },
    Variable {
        used_for: "Where the provider reports deliveries; checked for its form only.",
        obtain: "Take it from the backend's deployment.",
        example: Placeholder("https://<host of the backend>/webhooks/mitto/dlr"),
        validate: forms::http_url,
        ..variable("MITTO_CALLBACK_URL", Optional, "absolute http(s) URL")
    },
    Variable {
        used_for: "Where the provider sends inbound messages; checked for its form only.",
        obtain: "Take it from the backend's deployment.",
        example: Placeholder("https://<host of the backend>/webhooks/mitto/inbound"),
        validate: forms::http_url,
        ..variable("MITTO_WEBHOOK_URL", Optional, "absolute http(s) URL")
    },
    Variable {
        secret: true,
        used_for: "Signs provider callbacks as Mitto does.",
        obtain: "Take it from the backend's deployment.",
        example: Placeholder("<secret of the Mitto callbacks>"),
        ..variable("MITTO_HMAC_SECRET", Optional, "the secret itself")
    },
    Variable {
        secret: true,
        used_for: "Opens /metrics where the deployment closes it.",
        obtain: "Take it from the backend's deployment, when it sets one.",
        example: Placeholder("<bearer token of /metrics>"),
        validate: forms::header_token,
        ..variable(
            "METRICS_TOKEN",
            Optional,
            "a bearer token, printable ASCII without spaces",
        )
    },
    Variable {
        used_for: "Starts every BullMQ key.",
        obtain: "Set it when the backend does.",
        example: Usable("bull"),
        validate: forms::queue_prefix,
        ..variable("QUEUE_PREFIX", Optional, "a Redis key prefix, bull when not set")
    },
    Variable {
        secret: true,
        used_for: "Receives one test SMS, for real; without it no message is sent.",
        obtain: "Use a phone that you hold in your hand.",
        example: Placeholder("<E.164 number that may receive one SMS>"),
        validate: forms::phone,
        ..variable(
            "TEST_PHONE",
            Optional,
            "an E.164 number such as +49 and the digits, no spaces",
        )
    },
    Variable {
        used_for: "Names and checksums of migrations are compared with it.",
        obtain: "Check out the release that is deployed; --migrations-dir says the same.",
        example: Usable("../backend/prisma/migrations"),
        ..variable(
            "PRISMA_MIGRATIONS_DIR",
            Optional,
            "directory of the backend's prisma/migrations",
        )
    },
    Variable {
        secret: true,
        used_for: "Deletes the rows that smoke data left behind.",
        obtain: "Use a role with DELETE on the tables; without it the rows are listed with the SQL that removes them.",
        example: Placeholder("postgresql://<user>:<password>@<host>:5432/<database>?schema=public"),
        validate: forms::postgres_url,
        ..variable(
            "CLEANUP_DATABASE_URL",
            Optional,
            "postgres:// or postgresql:// URL",
        )
    },
];
