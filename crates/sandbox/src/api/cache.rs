//! Answers kept in Redis: `cache:reports:<report>:<shop>:<parameters>`. Without Redis everything is a miss.

use redis::AsyncCommands as _;

use super::query::Parameters;
use crate::state::State;

/// What decides about an entry: report, shop and every parameter, in whatever order they were given.
pub(crate) fn key(report: &str, shop: &str, parameters: &Parameters) -> String {
    // the shop has its own place; what a query repeats counts once, what is empty does not count
    let counted = parameters
        .iter()
        .filter(|(name, value)| *name != "shop" && !value.trim().is_empty());
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in counted {
        query.append_pair(name, value.trim());
    }
    let query = query.finish();
    if query.len() > 200 {
        use sha2::{Digest as _, Sha256};
        return format!(
            "cache:reports:{report}:{shop}:{}",
            hex::encode(Sha256::digest(query.as_bytes()))
        );
    }
    format!("cache:reports:{report}:{shop}:{query}")
}

/// The stored text.
pub(crate) async fn read(app: &State, key: &str) -> Option<String> {
    app.redis().get(key).await.ok().flatten()
}

/// Stores a text for that many seconds; for ever without.
pub(crate) async fn write(app: &State, key: &str, text: &str, seconds: Option<u64>) {
    let mut redis = app.redis();
    let stored: redis::RedisResult<()> = match seconds {
        Some(seconds) => redis.set_ex(key, text, seconds).await,
        None => redis.set(key, text).await,
    };
    // an answer that could not be kept is made again
    stored.ok();
}

/// Counts one use of an entry; answers how often it has been used.
pub(crate) async fn used(app: &State, key: &str) -> u64 {
    let uses = format!("{key}:uses");
    let count: redis::RedisResult<u64> = app.redis().incr(&uses, 1).await;
    let expires: redis::RedisResult<()> = app.redis().expire(&uses, 900).await;
    expires.and(count).unwrap_or(0)
}

/// Forgets an entry and its uses.
pub(crate) async fn forget(app: &State, key: &str) {
    let gone: redis::RedisResult<()> = app.redis().del(&[key.to_owned(), format!("{key}:uses")]).await;
    gone.ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(report: &str, shop: &str, pairs: &[(&str, &str)]) -> String {
        let parameters = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        key(report, shop, &parameters.collect())
    }

    #[test]
    fn the_same_question_has_one_key() {
        let one = of("overview", "a", &[("from", "1"), ("to", "2")]);
        assert_eq!(one, "cache:reports:overview:a:from=1&to=2");
        assert_eq!(
            one,
            of(
                "overview",
                "a",
                &[("to", "2"), ("from", " 1 "), ("shop", "a"), ("window", "")]
            )
        );
    }

    #[test]
    fn different_questions_have_different_keys() {
        type Question<'q> = (&'q str, &'q str, &'q [(&'q str, &'q str)]);
        let questions: [Question<'_>; 8] = [
            ("overview", "a", &[("from", "1"), ("to", "2")]),
            ("campaigns", "a", &[("from", "1"), ("to", "2")]),
            ("overview", "b", &[("from", "1"), ("to", "2")]),
            ("overview", "a", &[("from", "2"), ("to", "2")]),
            ("overview", "a", &[("from", "1"), ("to", "3")]),
            ("overview", "a", &[("from", "1&to=2")]),
            ("overview", "a", &[("window", "7d")]),
            ("overview", "a", &[("window", "7d"), ("granularity", "day")]),
        ];
        let keys: std::collections::BTreeSet<_> = questions
            .iter()
            .map(|(report, shop, pairs)| of(report, shop, pairs))
            .collect();
        assert_eq!(keys.len(), questions.len());
    }

    #[test]
    fn long_questions_have_short_keys() {
        let long = "x".repeat(5_000);
        assert!(of("overview", "a", &[("q", &long)]).len() < 120);
        assert_ne!(
            of("overview", "a", &[("q", &long)]),
            of("overview", "a", &[("q", &(long.clone() + "y"))])
        );
    }
}
