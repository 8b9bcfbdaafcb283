//! The defaults are the contract, overrides merge per field, and every error names its line.

use super::*;
use crate::settings::Settings;

fn parsed(text: &str) -> (Contract, Vec<WaiverEntry>) {
    Contract::parse("golive.toml", text).unwrap_or_else(|error| panic!("{error}"))
}

fn error(text: &str) -> String {
    Contract::parse("golive.toml", text)
        .expect_err("the text is faulty")
        .to_string()
}

#[test]
fn defaults_are_valid_and_survive_toml() {
    let contract = Contract::default();
    assert_eq!(contract.validate(), Ok(()));
    let text = toml::to_string(&contract).unwrap();
    assert_eq!(parsed(&text).0, contract);
    assert_eq!(parsed("").0, contract);
}

#[test]
fn defaults_are_the_contract() {
    let contract = Contract::default();
    assert_eq!((contract.queues.all.len(), contract.queues.health.len()), (6, 5));
    assert_eq!(
        contract
            .webhook_topics
            .iter()
            .filter(|topic| topic.privacy)
            .count(),
        3
    );
    assert_eq!(
        (
            contract.webhook_topics.len(),
            contract.triggers.len(),
            contract.template_filters.len()
        ),
        (12, 6, 8)
    );
    assert_eq!((contract.schema.len(), contract.metrics.required.len()), (17, 6));
    let people = contract.table("Contact").unwrap();
    assert_eq!(
        (people.columns.len(), people.unique.len(), people.indexes.len()),
        (27, 2, 2)
    );
    assert!(people.column("gender").unwrap().not_null && !people.column("email").unwrap().not_null);
    assert_eq!(
        contract.table("Event").unwrap().column("raw").unwrap().sql_type,
        SqlType::Jsonb
    );
    let other = |column: &Column| matches!(column.sql_type, SqlType::Other(_));
    assert!(
        !contract.schema.iter().flat_map(|table| &table.columns).any(other),
        "every type code is known"
    );
    for prefix in &contract.guarded_prefixes {
        let get = |route: &&Route| {
            route.method == "GET" && !route.has_parameters() && route.path.starts_with(prefix)
        };
        assert!(
            contract.guarded_routes.iter().any(|route| get(&route)),
            "{prefix}"
        );
    }
    assert!(
        contract
            .guarded_routes
            .iter()
            .all(|route| contract.access(&route.path) == Access::Guarded)
    );
    assert!(
        !contract
            .guarded_routes
            .iter()
            .any(|route| contract.never_called.contains(route))
    );
    assert_eq!(
        contract.webhook_path("orders/create"),
        "/webhooks/shopify/orders/create"
    );
    assert_eq!(contract.queue_key("events", "wait"), "bull:events:wait");
}

#[test]
fn given_fields_replace_and_the_rest_stays() {
    let (contract, _) = parsed(
        "queue_prefix = 'sms'\n[paths]\nhealth = '/api/health'\n[thresholds]\nqueue_depth = 7\n\
         [[schema]]\nname = 'Shop'\nunique = []\n[[schema]]\nname = 'New'\ncolumns = [{ name = 'id', sql_type = 'text[]' }]\n",
    );
    let default = Contract::default();
    assert_eq!(
        (contract.paths.health.as_str(), contract.paths.ready.as_str()),
        ("/api/health", "/health/ready")
    );
    assert_eq!(
        (contract.thresholds.queue_depth, contract.thresholds.tls_days),
        (7, 14)
    );
    let shop = contract.table("Shop").unwrap();
    assert_eq!(
        (&shop.columns, shop.unique.len()),
        (&default.table("Shop").unwrap().columns, 0)
    );
    assert_eq!(
        contract.table("New").unwrap().columns[0].sql_type,
        SqlType::Other("text[]".into())
    );
    assert_eq!(
        (contract.schema.len(), contract.queue_prefix.as_str()),
        (18, "sms")
    );
    let with = contract.with_settings(&Settings::from_map([("QUEUE_PREFIX", "env")]));
    assert_eq!(with.queue_prefix, "env");
}

#[test]
fn errors_name_the_line_and_suggest() {
    for (text, expected) in [
        (
            "\n\nquues = []\n",
            "golive.toml:3: unknown key 'quues' (did you mean 'queues'?)",
        ),
        (
            "[thresholds]\n\nqueue_dept = 1\n",
            "golive.toml:3: unknown key 'queue_dept' (did you mean 'queue_depth'?)",
        ),
        (
            "[queues]\nsmoke = 'events'\nhealht = []",
            "golive.toml:3: unknown key 'healht' (did you mean 'health'?)",
        ),
        (
            "[thresholds]\nqueue_depth = 'ten'\n",
            "golive.toml:2: invalid type: string \"ten\", expected u64",
        ),
        (
            "[thresholds]\nqueue_depth = -1\n",
            "golive.toml:2: invalid value: integer `-1`, expected u64",
        ),
        ("a = [\n", "golive.toml:"),
        (
            "[paths]\nready = '/r'\nhealth = 'health'\n",
            "golive.toml:3: paths.health: must start with one /",
        ),
        (
            "[paths]\nhealth = \"/a\\r\\nb\"\n",
            "golive.toml:2: paths.health: must hold no spaces",
        ),
        (
            "[queues]\nall = ['a:b']\n",
            "golive.toml:2: queues.all: a queue name must not",
        ),
        (
            "[queues]\n\nsmoke = 'nope'\n",
            "golive.toml:3: queues.smoke: names a queue",
        ),
        (
            "[thresholds]\npii_warn_percent = 101\n",
            "golive.toml:2: thresholds.pii_warn_percent: must be from 0",
        ),
        (
            "[thresholds]\npii_warn_percent = nan\n",
            "golive.toml:2: thresholds.pii_warn_percent: must be from 0",
        ),
        (
            "[timeouts]\nconnect_ms = 0\n",
            "golive.toml:2: timeouts.connect_ms: must be from 1",
        ),
        (
            "guarded_routes = ['campaigns']\n",
            "golive.toml:1: a route is written METHOD /path",
        ),
        (
            "[[reports]]\nname = 'a'\npath = '/a'\nttl_seconds = 1\n\n[[reports]]\nname = 'b'\npath = 'b'\nttl_seconds = 1\n",
            "golive.toml:8: reports.1.path: must start with one /",
        ),
        (
            "[[schema]]\nname = 'Shop'\ncolums = []\n",
            "unknown key 'colums' (did you mean 'columns'?)",
        ),
        (
            "[cors]\nextra_origins = ['https://a.io/']\n",
            "golive.toml:2: cors.extra_origins: must be origins",
        ),
    ] {
        let said = error(text);
        assert!(
            said.contains(expected) && !said.contains('\n'),
            "{text:?}\n said {said}"
        );
    }
}

#[test]
fn waivers_are_complete_or_refused() {
    let whole = "[[waiver]]\nprobe = 'a.b'\nfingerprint = 'f'\nowner = 'o'\nreason = 'r'\n";
    let (contract, waivers) = parsed(&format!(
        "{whole}expires = 2026-12-31\n{whole}expires = '2027-01-01'\n"
    ));
    assert_eq!(contract, Contract::default());
    assert_eq!(waivers[0].expires, jiff::civil::date(2026, 12, 31));
    assert_eq!(
        (waivers[1].expires, waivers[1].line),
        (jiff::civil::date(2027, 1, 1), 8)
    );
    assert_eq!(
        error("\n[[waiver]]\nprobe = 'a.b'\nreason = ' '\n"),
        "golive.toml:3: the waiver lacks fingerprint, owner, reason, expires; every field is mandatory"
    );
    assert!(error("\n[[waiver]]\n").starts_with("golive.toml:2: the waiver lacks probe"));
    assert!(
        error(&format!("{whole}expires = 'soon'\n")).starts_with("golive.toml:6: 'expires' must be a date")
    );
    assert!(error(&format!("{whole}expires = 2026-12-31T00:00:00Z\n")).contains("must be a date"));
    assert!(error(&format!("{whole}expire = 'soon'\n")).contains("did you mean 'expires'?"));
}

#[test]
fn a_missing_file_is_an_error_only_when_named() {
    let missing = Contract::load(Some(std::path::Path::new("/golive-no-such.toml")))
        .unwrap_err()
        .to_string();
    assert!(missing.starts_with("/golive-no-such.toml: can't be read"));
}
