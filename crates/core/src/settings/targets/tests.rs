//! Prisma's and ioredis's URLs are understood, and what is wrong is said without the value.

use secrecy::ExposeSecret;

use super::*;

#[test]
fn prisma_parameters_are_tolerated_and_two_honoured() {
    let target = DatabaseTarget::parse(
        "postgresql://app:p%40ss@DB.internal/shop%2D1?schema=sms&connection_limit=5&pgbouncer=true&sslmode=require",
    )
    .unwrap();
    assert_eq!(
        (target.schema.as_str(), target.port, target.is_loopback),
        ("sms", 5432, false)
    );
    assert_eq!(
        (target.database.as_str(), target.user.as_str()),
        ("shop-1", "app")
    );
    let url = target.url.expose_secret();
    assert_eq!(
        url,
        "postgresql://app:p%40ss@DB.internal/shop%2D1?sslmode=require"
    );
    assert_eq!(target.to_string(), "postgres://DB.internal:5432/shop-1");
    assert!(!format!("{target:?}").contains("p%40ss"));
    let local = DatabaseTarget::parse("postgres://u@[::1]:5433/d?schema=").unwrap();
    assert_eq!(
        (local.schema.as_str(), local.host.as_str(), local.is_loopback),
        ("public", "::1", true)
    );
}

#[test]
fn redis_urls() {
    let target = RedisTarget::parse("rediss://user:pw@cache:6380/3?family=6#insecure").unwrap();
    assert_eq!(
        (target.db, target.tls, target.port, target.is_loopback),
        (3, true, 6380, false)
    );
    assert_eq!(target.url.expose_secret(), "rediss://user:pw@cache:6380/3");
    assert_eq!(
        RedisTarget::parse("redis://127.0.0.1").unwrap().to_string(),
        "redis://127.0.0.1:6379/0"
    );
}

#[test]
fn what_is_wrong_is_said_without_the_value() {
    for (value, words) in [
        ("mysql://u:hunter2@h/d", "must start with postgres://"),
        ("postgres://u:hunter2#x@h/d", "percent-encoded"),
        ("postgres://u:hunter2@h", "names no database"),
        ("postgres:///hunter2", "names no host"),
        ("hunter2", "is no URL"),
        ("postgres://h/d?sslmode=hunter2", "unknown sslmode"),
    ] {
        let why = DatabaseTarget::parse(value).unwrap_err();
        assert!(why.contains(words) && !why.contains("hunter2"), "{why}");
    }
    for (value, words) in [
        ("redis://h/x", "database number"),
        ("http://h", "redis:// or rediss://"),
    ] {
        assert!(RedisTarget::parse(value).unwrap_err().contains(words));
    }
}
