//! Precedence, sources, notices and problems, and that nothing shows a value.

use std::path::PathBuf;

use secrecy::ExposeSecret;

use super::*;

fn settings(file: &str, process: &[(&str, &str)]) -> Settings {
    let process = process
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings::from_bytes(".env.verification", file.as_bytes(), process).unwrap()
}

#[test]
fn the_process_wins_and_only_known_names_are_kept_from_it() {
    let settings = settings(
        "BASE_URL=https://file.io\nQUEUE_PREFIX=file\nOTHER=kept\n",
        &[
            ("BASE_URL", "https://process.io/api/"),
            ("PATH", "/bin"),
            ("QUEUE_PREFIX", ""),
        ],
    );
    assert_eq!(settings.base_url().unwrap().as_str(), "https://process.io/api");
    assert_eq!(settings.source("BASE_URL"), Some(&Source::Process));
    assert_eq!(
        (settings.get("PATH"), settings.get("OTHER")),
        (None, Some("kept"))
    );
    assert_eq!(
        settings.get("QUEUE_PREFIX"),
        None,
        "an empty process variable hides the file's"
    );
    assert_eq!(settings.notices()[0].kind, NoticeKind::Hidden);
    let source = Source::File {
        path: PathBuf::from(".env.verification"),
        line: 3,
    };
    assert_eq!(settings.source("OTHER"), Some(&source));
    assert_eq!(source.to_string(), ".env.verification:3");
}

#[test]
fn slips_are_noticed() {
    let settings = settings(
        "DATABSE_URL=x\nJWT_SECRET=a\nJWT_SECRET=b\nNODE_ENV=production\njwt-secret=c\nMITTO_API_KEY=a#b\n",
        &[],
    );
    let texts: Vec<_> = settings
        .notices()
        .iter()
        .map(|notice| notice.text.as_str())
        .collect();
    assert_eq!(
        texts,
        [
            ".env.verification:3: JWT_SECRET replaces the value on line 2; remove one of them",
            ".env.verification:1: DATABSE_URL: did you mean DATABASE_URL?",
            ".env.verification:5: jwt-secret: did you mean JWT_SECRET?",
            ".env.verification:6: MITTO_API_KEY: the value ends at '#'; quote it if the # belongs to it",
        ]
    );
}

#[test]
fn files_that_cannot_be_read_are_errors_of_one_line() {
    let dir = std::env::temp_dir();
    let none = || std::iter::empty();
    let missing = Settings::load(Some(&dir.join("golive-no-such-file")), none())
        .unwrap_err()
        .to_string();
    assert!(missing.contains("golive-no-such-file: can't be read") && !missing.contains('\n'));
    assert!(
        Settings::load(Some(&dir), none())
            .unwrap_err()
            .to_string()
            .contains("can't be read")
    );
    let malformed = Settings::from_bytes("x.env", b"A=1\nhunter2", none())
        .unwrap_err()
        .to_string();
    assert!(
        malformed.starts_with("x.env:2: no '='") && !malformed.contains("hunter2"),
        "{malformed}"
    );
}

#[test]
fn problems() {
    let settings = Settings::from_map([
        ("JWT_SECRET", "change-me"),
        ("HASH_PEPPER", "short"),
        ("REDIS_URL", "  "),
        ("BASE_URL", "http://far.io"),
        ("SHOPIFY_API_SECRET", "a-fine-secret"),
    ]);
    assert_eq!(settings.check("JWT_SECRET"), Err(Problem::Placeholder));
    assert_eq!(settings.check("REDIS_URL"), Err(Problem::Missing));
    assert_eq!(settings.check("DATABASE_URL"), Err(Problem::Missing));
    assert_eq!(settings.check("SHOPIFY_API_SECRET"), Ok(()));
    let said = settings.hash_pepper().unwrap_err().to_string();
    assert_eq!(said, "HASH_PEPPER must have at least 16 characters, not 5");
    let said = settings.base_url().unwrap_err().to_string();
    assert_eq!(said, "BASE_URL uses plain http to another machine; use https://");
    assert_eq!(settings.redis().unwrap_err().to_string(), "REDIS_URL is not set");
}

#[test]
fn the_older_name_of_the_webhook_secret() {
    let legacy = Settings::from_map([("WEBHOOK_SECRET", "older-name"), ("WEBHOOK_HMAC_SECRET", "")]);
    assert_eq!(legacy.webhook_secret().unwrap().expose_secret(), "older-name");
    assert!(legacy.webhook_secret_is_legacy());
    let explained = legacy.explain();
    let row = explained
        .iter()
        .find(|row| row.variable.name == "WEBHOOK_HMAC_SECRET")
        .unwrap();
    assert_eq!(
        (row.alias, row.shown.as_deref()),
        (Some("WEBHOOK_SECRET"), Some("(10 characters)"))
    );
    let both = Settings::from_map([("WEBHOOK_SECRET", "old"), ("WEBHOOK_HMAC_SECRET", "canonical")]);
    assert_eq!(both.webhook_secret().unwrap().expose_secret(), "canonical");
    assert!(!both.webhook_secret_is_legacy());
}

#[test]
fn typed_values() {
    let settings = Settings::from_map([
        ("FRONTEND_URL", "https://App.Example.COM:443/embedded?x=1"),
        ("DEV_SHOP_DOMAIN", "sms-blossom-dev.myshopify.com"),
        ("ENCRYPTION_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
    ]);
    assert_eq!(settings.frontend_origin().unwrap(), "https://app.example.com");
    assert_eq!(
        settings.encryption_key().unwrap().expose_secret(),
        b"0123456789abcdef0123456789abcdef"
    );
    assert_eq!(settings.masked_shop(), "sms-***.myshopify.com");
    assert_eq!(
        ShopDomain::parse("ab.myshopify.com").unwrap().masked(),
        "***.myshopify.com"
    );
    assert_eq!(Settings::default().masked_shop(), "***");
}

#[test]
fn secrets_hold_passwords_and_their_decoded_forms_and_nothing_shows_them() {
    let settings = settings(
        "DATABASE_URL=postgres://u:p%40ss%2Dword@h/d\nREDIS_URL='redis://:re#dis/pw@h'\nSTRIPE_TOKEN=stripe-token\n",
        &[
            ("TEST_PHONE", "+15551234567"),
            ("BASE_URL", "https://x:basic-pw@h"),
            ("JWT_SECRET", "jwt-secret-value"),
        ],
    );
    let all: Vec<_> = settings
        .secrets()
        .map(|(name, secret)| (name, secret.expose_secret()))
        .collect();
    for expected in [
        ("DATABASE_URL", "postgres://u:p%40ss%2Dword@h/d"),
        ("DATABASE_URL", "p%40ss%2Dword"),
        ("DATABASE_URL", "p@ss-word"),
        ("REDIS_URL", "re#dis/pw"),
        ("TEST_PHONE", "15551234567"),
        ("BASE_URL", "basic-pw"),
        ("STRIPE_TOKEN", "stripe-token"),
        ("JWT_SECRET", "jwt-secret-value"),
    ] {
        assert!(all.contains(&expected), "{expected:?}");
    }
    let shown = format!("{settings:?} {:?}", settings.explain());
    for (_, secret) in all {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert_eq!(
        (settings.get("JWT_SECRET"), settings.get("STRIPE_TOKEN")),
        (None, None)
    );
}
