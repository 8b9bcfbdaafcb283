//! The Redis handle, on a real server.

use std::time::Duration;

use crate::setup::{Keys, Run, altered, redis_url, unique};
use golive_core::error::Error;
use golive_stores::{Permitted, Stores};

fn unreachable_message(error: Option<Error>) -> String {
    match error {
        Some(Error::Unreachable { message, .. }) => message,
        other => panic!("expected unreachable, got {other:?}"),
    }
}

#[tokio::test]
async fn reads_of_every_kind() {
    let mut keys = Keys::new().await;
    let run = keys.run();
    let redis = run.cx.redis().await.unwrap();
    redis.ping().await.unwrap();
    assert_eq!(redis.info("server").await.unwrap()["redis_mode"], "standalone");
    let policy = redis
        .config_get("maxmemory-policy")
        .await
        .unwrap()
        .known()
        .flatten();
    assert!(policy.is_some_and(|policy| !policy.is_empty()));
    assert_eq!(
        redis.config_get("no-such-parameter").await.unwrap(),
        Permitted::Known(None)
    );

    let _: i64 = keys.send("RPUSH P:l a b c").await;
    let _: i64 = keys.send("ZADD P:z 1 a 2 b").await;
    let _: i64 = keys.send("HSET P:h f v g w").await;
    let _: () = keys.send("SET P:s value PX 60000").await;
    let _: String = keys.send("XADD P:x * event added").await;
    let key = |part: &str| format!("{}:{part}", keys.prefix);
    assert_eq!(
        (
            redis.llen(&key("l")).await.unwrap(),
            redis.zcard(&key("z")).await.unwrap(),
            redis.xlen(&key("x")).await.unwrap()
        ),
        (3, 2, 1)
    );
    assert_eq!(redis.lrange(&key("l"), 2).await.unwrap(), ["a", "b"]);
    assert_eq!(redis.zrange(&key("z"), 1).await.unwrap(), ["a"]);
    assert_eq!(redis.zrevrange(&key("z"), 9).await.unwrap(), ["b", "a"]);
    assert_eq!(redis.hgetall(&key("h")).await.unwrap()["g"], "w");
    assert_eq!(redis.hget(&key("h"), "f").await.unwrap().as_deref(), Some("v"));
    assert_eq!(redis.get(&key("s")).await.unwrap().as_deref(), Some("value"));
    assert!(
        redis
            .ttl(&key("s"))
            .await
            .unwrap()
            .is_some_and(|ttl| ttl <= Duration::from_mins(1))
    );
    assert_eq!(
        (
            redis.ttl(&key("h")).await.unwrap(),
            redis.ttl(&key("none")).await.unwrap()
        ),
        (None, None)
    );
    assert_eq!(
        redis.key_type(&key("x")).await.unwrap().as_deref(),
        Some("stream")
    );
    assert_eq!(
        (
            redis.key_type(&key("none")).await.unwrap(),
            redis.get(&key("none")).await.unwrap()
        ),
        (None, None)
    );
    assert!(redis.exists(&key("s")).await.unwrap() && !redis.exists(&key("none")).await.unwrap());
    let scan = redis
        .scan(&format!("{}:*", keys.prefix), 100, Duration::from_secs(5))
        .await
        .unwrap();
    assert!(scan.complete && scan.keys.len() == 5, "{scan:?}");
    let scan = redis
        .scan(&format!("{}:*", keys.prefix), 2, Duration::from_secs(5))
        .await
        .unwrap();
    assert!(!scan.complete && scan.keys.len() == 2, "{scan:?}");

    let clients = redis.client_list().await.unwrap().known().unwrap();
    assert!(
        clients
            .iter()
            .any(|client| client.name == format!("golive-{}", run.cx.run_id()))
    );
    match redis.llen(&key("s")).await {
        Err(Error::Query { message, .. }) => assert!(message.starts_with("WRONGTYPE"), "{message}"),
        other => panic!("{other:?}"),
    }
    redis.get(&key("s")).await.unwrap();
    let last = run.redis_evidence().pop().unwrap();
    assert_eq!(
        last,
        (format!("GET {}", key("s")), "5 bytes".to_owned()),
        "stored text is not evidence"
    );
    keys.clear().await;
}

#[tokio::test]
async fn what_an_acl_forbids_is_refused_and_no_crash() {
    let mut keys = Keys::new().await;
    let user = unique("user");
    let _: () = keys
        .send(&format!(
            "ACL SETUSER {user} on >hunter2 ~* +@all -config -client -info"
        ))
        .await;
    let url = altered(&redis_url(), |url| {
        url.set_username(&user).unwrap();
        url.set_password(Some("hunter2")).unwrap();
    });
    let run = Run::new(&[("REDIS_URL", &url)]);
    let redis = run.cx.redis().await.unwrap();
    redis.ping().await.unwrap();
    match redis.config_get("maxmemory-policy").await.unwrap() {
        Permitted::Refused(words) => assert!(words.starts_with("NOPERM"), "{words}"),
        Permitted::Known(value) => panic!("{value:?}"),
    }
    assert!(matches!(
        redis.client_list().await.unwrap(),
        Permitted::Refused(_)
    ));
    assert!(matches!(redis.info("server").await, Err(Error::Query { .. })));

    let wrong = altered(&url, |url| url.set_password(Some("hunter3")).unwrap());
    let message = unreachable_message(Run::new(&[("REDIS_URL", &wrong)]).cx.redis().await.err());
    assert!(
        message.starts_with(&format!("login as user {user:?} refused")) && !message.contains("hunter"),
        "{message}"
    );
    let _: i64 = keys.send(&format!("ACL DELUSER {user}")).await;
}

#[tokio::test]
async fn why_it_cannot_be_reached_is_said() {
    let message = |url: String| async move {
        unreachable_message(Run::new(&[("REDIS_URL", &url)]).cx.redis().await.err())
    };
    assert_eq!(
        message("redis://:hunter2@127.0.0.1:1/0".into()).await,
        "connection refused (127.0.0.1:1)"
    );
    assert_eq!(
        message("redis://no-such-host.invalid".into()).await,
        r#"unknown host "no-such-host.invalid""#
    );
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    assert_eq!(
        message(format!("redis://{address}")).await,
        format!("timed out after 5 s ({address})")
    );
    if altered(&redis_url(), |url| url.set_password(None).unwrap()) != redis_url() {
        let anonymous = altered(&redis_url(), |url| {
            url.set_password(None).unwrap();
            url.set_username("").unwrap();
        });
        let words = message(anonymous).await;
        assert!(words.starts_with("login as user \"default\" refused"), "{words}");
    }
}

#[tokio::test]
async fn a_lost_connection_is_made_anew() {
    let mut keys = Keys::new().await;
    let run = keys.run();
    let redis = run.cx.redis().await.unwrap();
    let name = format!("name=golive-{} ", run.cx.run_id());
    let list: String = keys.send("CLIENT LIST").await;
    let line = list.lines().find(|line| line.contains(&name)).unwrap();
    let id = line.split(' ').next().unwrap().trim_start_matches("id=");
    let _: i64 = keys.send(&format!("CLIENT KILL ID {id}")).await;
    // The first command may meet the closed connection; the next one must not.
    let _ = redis.ping().await;
    redis.ping().await.unwrap();
}
