//! Secrets are long, random and used for one purpose each.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use golive_core::prelude::*;
use golive_core::settings::Settings;
use secrecy::ExposeSecret;

pub(crate) struct Strength;

/// Secrets the operator chooses; those issued by Shopify and Mitto are as long as they are.
const CHOSEN: [&str; 4] = [
    "WEBHOOK_HMAC_SECRET",
    "JWT_SECRET",
    "MITTO_HMAC_SECRET",
    "METRICS_TOKEN",
];

/// Secrets that must not serve two purposes.
const DISTINCT: [&str; 7] = [
    "WEBHOOK_HMAC_SECRET",
    "JWT_SECRET",
    "ENCRYPTION_KEY",
    "HASH_PEPPER",
    "SHOPIFY_API_SECRET",
    "MITTO_HMAC_SECRET",
    "METRICS_TOKEN",
];

/// Below this a secret can be searched for: a third of what 32 random hexadecimal digits hold.
const MIN_BITS: f64 = 64.0;

#[async_trait]
impl Probe for Strength {
    fn facts(&self) -> Facts {
        Facts::new("contract.env-strength", "secrets are long, random and used for one purpose each")
            .why("a short or reused secret lets whoever guesses or leaks one forge everything signed with it")
            .asks("looks at the length, the randomness and the reuse of the secrets in the environment, never showing one")
            .fails_when("(WARN) a chosen secret is shorter than 32 characters, repetitive, used twice, or has its legacy name")
            .remedy("Replace the secrets named above by fresh random ones, one for each purpose")
            .command("openssl rand -base64 32")
            .runbook("secrets-weak-or-reused")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let settings = cx.settings();
        let known: Vec<(&'static str, String)> = DISTINCT
            .iter()
            .filter_map(|name| Some((*name, value(settings, name)?)))
            .collect();
        Ok(judge(
            &known,
            cx.contract().thresholds.secret_length,
            settings.webhook_secret_is_legacy(),
        ))
    }
}

fn value(settings: &Settings, name: &str) -> Option<String> {
    if name == "WEBHOOK_HMAC_SECRET" {
        return settings
            .webhook_secret()
            .ok()
            .map(|secret| secret.expose_secret().to_owned());
    }
    // What is missing or malformed is another probe's finding.
    settings.check(name).ok()?;
    settings
        .secret(name)
        .map(|secret| secret.expose_secret().to_owned())
}

fn judge(secrets: &[(&'static str, String)], min_length: usize, legacy: bool) -> Outcome {
    if secrets.is_empty() {
        return Outcome::pending(
            Reason::SettingMissing,
            "no secret is set, so there is nothing to look at",
        );
    }
    let mut assertions = Assertions::new();
    for (name, value) in secrets {
        if CHOSEN.contains(name) {
            let long = value.chars().count() >= min_length;
            let expected = format!("{name} of {min_length} or more characters");
            assertions.advise(
                long,
                Reason::Weak,
                expected,
                format!("{name} has {} characters", value.chars().count()),
            );
        }
        let material = if *name == "ENCRYPTION_KEY" {
            STANDARD.decode(value).unwrap_or_default()
        } else {
            value.clone().into()
        };
        assertions.advise(
            bits(&material) >= MIN_BITS,
            Reason::Weak,
            format!("{name} looks random"),
            format!("{name} is repetitive or follows a pattern"),
        );
    }
    let mut users: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, value) in secrets {
        users.entry(value).or_default().push(name);
    }
    let mut shared: Vec<Vec<&str>> = users
        .into_values()
        .filter(|names| names.len() > 1 && !shopify_pair(names))
        .collect();
    shared.sort();
    let observed = shared
        .iter()
        .map(|names| names.join(" = "))
        .collect::<Vec<_>>()
        .join("; ");
    assertions.advise(
        shared.is_empty(),
        Reason::Weak,
        "each secret has one purpose",
        format!("the same value: {observed}"),
    );
    assertions.advise(
        !legacy,
        Reason::Weak,
        "the webhook secret is called WEBHOOK_HMAC_SECRET",
        "it has its legacy name WEBHOOK_SECRET",
    );
    let count = secrets.len();
    assertions.conclude(format!("{count} secrets: long enough, random, none used twice"))
}

/// Shopify signs an app's webhooks with its API secret, so these two may well be the same.
fn shopify_pair(names: &[&str]) -> bool {
    names
        .iter()
        .all(|name| ["WEBHOOK_HMAC_SECRET", "SHOPIFY_API_SECRET"].contains(name))
}

/// Shannon entropy of the bytes, as though each was drawn by itself; what repeats or counts upwards is
/// worth its first period only.
fn bits(bytes: &[u8]) -> f64 {
    let period = (1..bytes.len()).find(|&period| {
        bytes
            .iter()
            .skip(period)
            .zip(bytes)
            .all(|(later, earlier)| later == earlier)
    });
    let bytes = &bytes[..period.unwrap_or(bytes.len())];
    let steps = bytes
        .windows(2)
        .filter(|pair| pair[1].wrapping_sub(pair[0]) <= 1)
        .count();
    if bytes.len() > 3 && steps * 4 > bytes.len() * 3 {
        return 0.0;
    }
    let mut counts = [0_u32; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let length = bytes.len() as f64;
    let each: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / length)
        .map(|share| -share * share.log2())
        .sum();
    each * length
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANDOM: &str = "kT9vLm2QwX8rZp4NsB6dYh3FgJ7cEa5U";

    fn one(name: &'static str, value: &str) -> Outcome {
        judge(&[(name, value.to_owned())], 32, false)
    }

    #[test]
    fn strength() {
        assert_eq!(one("JWT_SECRET", RANDOM).status, Status::Pass);
        assert_eq!(
            one("JWT_SECRET", "5f2b8c1e9d7a4f036b1c8e2d9f4a7b50").status,
            Status::Pass,
            "hexadecimal"
        );
        for weak in [
            &RANDOM[..31],
            &"a".repeat(40),
            &"ab".repeat(20),
            &"0123456789abcdef".repeat(2),
            "abcdefghijklmnopqrstuvwxyz0123456789",
        ] {
            let outcome = one("JWT_SECRET", weak);
            assert_eq!(
                (outcome.status, outcome.reason),
                (Status::Warn, Some(Reason::Weak)),
                "{weak}"
            );
            assert!(!format!("{outcome:?}").contains(weak));
        }
        assert_eq!(
            one("HASH_PEPPER", "q7Zt2mX9cV4bN8kL").status,
            Status::Pass,
            "a pepper of 16 is what the contract asks for"
        );
        assert_eq!(
            one("ENCRYPTION_KEY", &STANDARD.encode([7_u8; 32])).status,
            Status::Warn
        );
    }

    #[test]
    fn no_secret_is_no_strength() {
        assert_eq!(judge(&[], 32, false).status, Status::Pending);
    }

    #[test]
    fn reuse_is_found_but_shopifys_own_is_fine() {
        let pair = |left, right| {
            judge(
                &[(left, RANDOM.to_owned()), (right, RANDOM.to_owned())],
                32,
                false,
            )
            .status
        };
        assert_eq!(pair("JWT_SECRET", "MITTO_HMAC_SECRET"), Status::Warn);
        assert_eq!(pair("WEBHOOK_HMAC_SECRET", "SHOPIFY_API_SECRET"), Status::Pass);
        assert_eq!(
            judge(&[("JWT_SECRET", RANDOM.to_owned())], 32, true).status,
            Status::Warn,
            "legacy name"
        );
    }
}
