//! What a healthy target does, as data: the defaults are CONTRACT.md, `golive.toml` overrides them field by field.

mod defaults;
mod explain;
mod limits;
mod load;
mod paths;
mod reference;
mod routes;
mod schema;
mod schema_table;
mod toml_error;
mod validate;
mod waiver;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use explain::ExplainedKey;
pub use limits::{Cors, RateLimits, Sms, Thresholds, Timeouts};
pub use load::{ContractError, DEFAULT_CONTRACT_FILE};
pub use paths::{Headers, Paths, fill, fill_all};
pub use reference::Key;
pub use routes::{Access, Route};
pub use schema::{Column, SqlType, Table};
pub use waiver::WaiverEntry;

use crate::settings::Settings;
use waiver::RawWaiver;

/// Everything the probes hold a target against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Contract {
    /// Where the routes are.
    pub paths: Paths,
    /// Header names beyond HTTP's own.
    pub headers: Headers,
    /// Routes that answer 401 without a token: every documented one, and each guarded prefix itself.
    pub guarded_routes: Vec<Route>,
    /// Everything below these needs a token.
    pub guarded_prefixes: Vec<String>,
    /// Everything below these needs none, or a signature of its own.
    pub public_prefixes: Vec<String>,
    /// Guarded in some deployments, public in others.
    pub either_prefixes: Vec<String>,
    /// Routes that are never called, valid or not: they send for real.
    pub never_called: Vec<Route>,
    /// The admin token.
    pub jwt: Jwt,
    /// The queues by what they are for.
    pub queues: Queues,
    /// BullMQ key prefix; `QUEUE_PREFIX` wins over it.
    pub queue_prefix: String,
    /// The tables. A `[[schema]]` in `golive.toml` replaces the fields it gives of the table of that name.
    #[serde(deserialize_with = "schema::merge_onto_defaults")]
    pub schema: Vec<Table>,
    /// How personal data is stored.
    pub pii: Pii,
    /// Shopify topics the backend subscribes to.
    pub webhook_topics: Vec<WebhookTopic>,
    /// Template triggers with their variables.
    pub triggers: Vec<Trigger>,
    /// Template filters, each with a template that shows it works.
    pub template_filters: Vec<TemplateFilter>,
    /// Requests a minute per client IP.
    pub rate_limits: RateLimits,
    /// Who may call from a browser, and how.
    pub cors: Cors,
    /// Report endpoints with the life of their cache entries.
    pub reports: Vec<Report>,
    /// The exposition.
    pub metrics: Metrics,
    /// Where healthy ends.
    pub thresholds: Thresholds,
    /// How long anything is waited for.
    pub timeouts: Timeouts,
    /// How long a text message may be.
    pub sms: Sms,
    /// Parsed with the rest, handed out by [`Contract::load`] apart from it.
    #[serde(skip_serializing)]
    #[schemars(skip)]
    waiver: Vec<RawWaiver>,
}

/// The admin token's claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Jwt {
    /// Claim `iss`.
    pub issuer: String,
    /// Seconds from `iat` to `exp`.
    pub lifetime_seconds: i64,
}

/// The BullMQ queues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Queues {
    /// Every queue, each with at least one live worker.
    pub all: Vec<String>,
    /// Those that `/queue/health` lists.
    pub health: Vec<String>,
    /// Those whose `failed` set counts as dead letters.
    pub dead_letter: Vec<String>,
    /// Takes the smoke job: its worker finishes a job with an unknown task without side effects.
    pub smoke: String,
    /// Gets one job per accepted webhook.
    pub webhooks: String,
    /// Gets one job per message to send.
    pub delivery: String,
}

/// Encryption of personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Pii {
    /// Additional authenticated data of AES-256-GCM.
    pub aad: String,
}

/// One Shopify webhook topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookTopic {
    /// As Shopify spells it: `orders/create`.
    pub topic: String,
    /// One of the mandatory privacy topics, which must never name a real shop or customer.
    #[serde(default)]
    pub privacy: bool,
    /// Dotted path of the payload field that becomes `objectId`.
    #[serde(default = "default_object_id")]
    pub object_id: String,
}

fn default_object_id() -> String {
    "id".to_owned()
}

/// One template trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// Its name in requests.
    pub name: String,
    /// Variables a template must use.
    pub required: Vec<String>,
    /// Variables a template may use; a backend may know fewer of them.
    #[serde(default)]
    pub optional: Vec<String>,
}

/// One Liquid filter and the proof that it works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateFilter {
    /// Its name in templates.
    pub name: String,
    /// A template of literals only, fit for every trigger.
    pub body: String,
    /// What the template renders to.
    pub expected: String,
    /// The output need only contain `expected`.
    #[serde(default)]
    pub contains: bool,
}

/// One report endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Its name in probe ids: `overview`.
    pub name: String,
    /// Its path.
    pub path: String,
    /// Seconds a cached answer lives.
    pub ttl_seconds: u64,
}

/// The exposition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Metrics {
    /// Names may carry this prefix.
    pub prefix: String,
    /// Families that must exist.
    pub required: Vec<Family>,
    /// Families that should exist.
    pub expected: Vec<Family>,
}

/// One metric family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Its name without the prefix.
    pub name: String,
    /// Its type.
    pub kind: FamilyKind,
    /// Labels its series carry; empty where the contract names none.
    #[serde(default)]
    pub labels: Vec<String>,
}

/// A Prometheus metric type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FamilyKind {
    /// Only ever rises.
    Counter,
    /// Rises and falls.
    Gauge,
    /// Buckets, sum and count.
    Histogram,
    /// Quantiles, sum and count.
    Summary,
}

impl Contract {
    /// The contract of this run: `QUEUE_PREFIX` applied.
    pub fn with_settings(mut self, settings: &Settings) -> Self {
        if let Some(prefix) = settings.queue_prefix() {
            self.queue_prefix = prefix;
        }
        self
    }

    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.schema.iter().find(|table| table.name == name)
    }

    /// The trigger of that name.
    pub fn trigger(&self, name: &str) -> Option<&Trigger> {
        self.triggers.iter().find(|trigger| trigger.name == name)
    }

    /// The report of that name.
    pub fn report(&self, name: &str) -> Option<&Report> {
        self.reports.iter().find(|report| report.name == name)
    }

    /// Where webhooks of a topic are sent; the slash of the topic stays one.
    pub fn webhook_path(&self, topic: &str) -> String {
        self.paths.webhooks_shopify.replace("{topic}", topic)
    }

    /// `<prefix>:<queue>:<part>`, the BullMQ key.
    pub fn queue_key(&self, queue: &str, part: &str) -> String {
        format!("{}:{queue}:{part}", self.queue_prefix)
    }
}

#[cfg(test)]
mod tests;
