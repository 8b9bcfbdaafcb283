//! Secrets appear nowhere in what any command writes, raw or encoded.

use crate::support::{Env, Place, all_files};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use golive_sandbox::{Options, Sandbox};

/// Every way a secret could be spelt.
fn spellings(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let percent: String = secret
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    vec![
        secret.to_owned(),
        STANDARD.encode(bytes),
        URL_SAFE_NO_PAD.encode(bytes),
        hex::encode(bytes),
        hex::encode_upper(bytes),
        percent,
    ]
}

fn planted(env: &Env) -> Vec<(String, String)> {
    let secret = [
        "WEBHOOK_HMAC_SECRET",
        "JWT_SECRET",
        "ENCRYPTION_KEY",
        "HASH_PEPPER",
        "SHOPIFY_API_KEY",
        "SHOPIFY_API_SECRET",
        "MITTO_API_KEY",
        "MITTO_HMAC_SECRET",
        "METRICS_TOKEN",
        "TEST_PHONE",
    ];
    let mut all: Vec<(String, String)> = env
        .iter()
        .filter(|(name, _)| secret.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for name in ["DATABASE_URL", "CLEANUP_DATABASE_URL", "REDIS_URL"] {
        let password = env
            .get(name)
            .and_then(|url| url.split_once("://")?.1.split_once('@')?.0.split_once(':'));
        all.extend(password.map(|(_, password)| (format!("password of {name}"), password.to_owned())));
    }
    assert!(
        all.len() >= 8,
        "too few secrets planted: {:?}",
        all.iter().map(|(name, _)| name).collect::<Vec<_>>()
    );
    all
}

fn assert_clean(what: &str, output: &str, env: &Env) {
    for (name, value) in planted(env) {
        for spelling in spellings(&value) {
            assert!(!output.contains(&spelling), "{what} shows {name}");
        }
    }
    assert!(!output.contains("eyJhbGciOi"), "{what} shows a token");
}

async fn everything_written(options: Options, change: impl FnOnce(&mut Env)) -> (String, Env) {
    let sandbox = Sandbox::start(options).await.expect("a sandbox");
    let mut env: Env = sandbox.env();
    change(&mut env);
    let seen = env.clone();
    let output = tokio::task::spawn_blocking(move || {
        let place = Place::new().with_env(&env);
        let reports = ["human", "json", "junit", "markdown", "github", "openmetrics"];
        let report_args: Vec<String> = reports
            .iter()
            .map(|format| format!("--report={format}=out/{format}"))
            .collect();
        let mut args = vec!["run", "-v"];
        args.extend(report_args.iter().map(String::as_str));
        let ran = place.golive(&args);
        std::fs::remove_file(place.path().join(".env.verification")).expect("removed");
        format!("{}{}{}", ran.stdout, ran.stderr, all_files(place.path()))
    })
    .await
    .expect("ran");
    sandbox.stop().await;
    assert!(output.contains("GO_LIVE_DASHBOARD.md") && output.contains("golive.report/v1"));
    (output, seen)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_run_shows_no_secret() {
    let (output, env) = everything_written(Options::from_test_env(), |_| {}).await;
    assert_clean("a healthy run", &output, &env);
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_runs_show_no_secret() {
    let options = Options::from_test_env()
        .fault("contract.not-found-leaks-stack")
        .fault("database.migration-failed");
    let (output, env) = everything_written(options, |env| {
        // Malformed in a way whose error might quote it.
        env.insert(
            "REDIS_URL".into(),
            "redis://user:planted-redis-password-93@no.such.host.invalid:6379/0".into(),
        );
    })
    .await;
    assert_clean("a broken run", &output, &env);
}

#[test]
fn malformed_values_are_never_echoed() {
    let secret = "planted-secret-value-4711";
    let env: Env = [
        ("BASE_URL", format!("ftp://{secret}")),
        ("DATABASE_URL", format!("mysql://u:{secret}@h/db")),
        ("REDIS_URL", format!("http://:{secret}@h")),
        ("ENCRYPTION_KEY", secret.to_owned()),
        ("TEST_PHONE", secret.to_owned()),
        ("DEV_SHOP_DOMAIN", format!("{secret}.example")),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let place = Place::new().with_env(&env);
    let ran = place.golive(&["run", "-v"]);
    std::fs::remove_file(place.path().join(".env.verification")).expect("removed");
    let output = format!("{}{}{}", ran.stdout, ran.stderr, all_files(place.path()));
    for name in ["DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEY"] {
        assert!(output.contains(name), "{name} is reported");
    }
    assert!(!output.contains(&format!("u:{secret}")) && !output.contains(&format!(":{secret}@")));
    assert!(!ran.stdout.contains(&format!("ENCRYPTION_KEY {secret}")));
}
