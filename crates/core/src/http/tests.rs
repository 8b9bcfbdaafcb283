//! Hostile targets: each ends inside its time limit, with the right reason, and nothing leaks.

mod lies;

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::BODY_CAP;
use crate::cleanup::Journal;
use crate::context::{Context, RunScope};
use crate::contract::Contract;
use crate::error::Error;
use crate::outcome::{Evidence, Reason};
use crate::settings::Settings;

/// A server that reads one request head a connection, then does what `answer` says.
async fn server<F, Fut>(answer: F) -> String
where
    F: Fn(TcpStream, String) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                let mut head = Vec::new();
                let mut byte = [0_u8; 1];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).await.unwrap_or(0) == 1 {
                    head.push(byte[0]);
                }
                answer(stream, String::from_utf8_lossy(&head).into_owned()).await;
            });
        }
    });
    format!("http://{address}")
}

async fn canned(bytes: impl Into<Vec<u8>>) -> String {
    let bytes = bytes.into();
    server(move |mut stream, _| {
        let bytes = bytes.clone();
        async move {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
    })
    .await
}

fn context(base: &str) -> Context {
    let settings = Settings::from_map([
        ("BASE_URL", base),
        ("JWT_SECRET", "a-secret-that-must-not-leak-0123456789"),
        ("DEV_SHOP_DOMAIN", "test-shop.myshopify.com"),
    ]);
    let mut contract = Contract::default();
    contract.timeouts.headers_ms = 300;
    contract.timeouts.body_ms = 400;
    let scope = RunScope::new(settings, contract, Journal::in_memory("run"), false);
    Context::new(Arc::new(scope), "test.probe", Duration::from_secs(5))
}

async fn get(base: &str) -> Result<super::Response, Error> {
    context(base).http().get("/health").send().await
}

fn words(result: Result<super::Response, Error>) -> String {
    result.expect_err("no answer").to_string()
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = get(&base).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().to_lowercase().contains("refused"), "{error}");
}

#[tokio::test]
async fn silence_ends_at_the_head_limit() {
    let base = server(|stream, _| async move {
        tokio::time::sleep(Duration::from_mins(1)).await;
        drop(stream);
    })
    .await;
    let error = get(&base).await.unwrap_err();
    assert!(matches!(error, Error::NoResponse { .. }));
    assert!(error.to_string().contains("silent"), "{error}");
}

#[tokio::test]
async fn a_byte_at_a_time_ends_at_the_body_limit() {
    let base = server(|mut stream, _| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
            .await;
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    assert!(words(get(&base).await).contains("not complete"));
}

#[tokio::test]
async fn an_endless_body_ends_at_the_cap() {
    let base = server(|mut stream, _| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
            .await;
        while stream.write_all(&[b'x'; 16_384]).await.is_ok() {}
    })
    .await;
    let Error::Judged(outcome) = get(&base).await.unwrap_err() else {
        panic!("judged")
    };
    assert_eq!(outcome.reason, Some(Reason::BodyMismatch));
}

#[tokio::test]
async fn a_gzip_bomb_ends_at_the_cap_and_honest_gzip_is_read() {
    let zipped = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        let body = encoder.finish().unwrap();
        let mut answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        answer.extend(body);
        answer
    };
    let bomb = canned(zipped(&vec![0; BODY_CAP * 8])).await;
    assert!(matches!(get(&bomb).await, Err(Error::Judged(_))));
    let honest = canned(zipped(b"{\"ok\":true}")).await;
    assert_eq!(get(&honest).await.unwrap().json().unwrap()["ok"], true);
    let lie = canned("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nplain").await;
    assert!(words(get(&lie).await).contains("not the gzip"));
}

#[tokio::test]
async fn a_reset_in_the_body_and_garbage_are_no_answer() {
    let base = canned("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nshort").await;
    assert!(words(get(&base).await).contains("broke off after 5 bytes"));
    let garbage = canned("\u{0}\u{1}garbage\r\n\r\n").await;
    assert!(matches!(get(&garbage).await, Err(Error::NoResponse { .. })));
}

#[tokio::test]
async fn another_origin_never_sees_a_request() {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let stranger = server(move |_, head| {
        log.lock().unwrap().push(head);
        async {}
    })
    .await;
    let redirect = format!("HTTP/1.1 302 Found\r\nlocation: {stranger}/steal\r\ncontent-length: 0\r\n\r\n");
    let base = canned(redirect).await;
    let response = context(&base)
        .http()
        .get("/campaigns")
        .admin()
        .unwrap()
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 302, "the redirect itself is the answer");
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn redirects_within_the_origin_are_followed_but_not_for_ever() {
    let base = server(|mut stream, head| async move {
        let answer = if head.starts_with("GET /health ") {
            "HTTP/1.1 301 Moved\r\nlocation: /health/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        } else if head.starts_with("GET /health/ ") {
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"
        } else {
            "HTTP/1.1 302 Found\r\nlocation: /loop\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        };
        let _ = stream.write_all(answer.as_bytes()).await;
    })
    .await;
    let response = get(&base).await.unwrap();
    assert!(response.status() == 200 && response.redirected());
    assert_eq!(
        context(&base).http().get("/loop").send().await.unwrap().status(),
        302
    );
}

#[tokio::test]
async fn a_rate_limit_is_waited_for_or_told() {
    let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let base = server(move |mut stream, head| {
        let first = counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
        async move {
            let wait = if head.contains("/long") { 600 } else { 1 };
            let limited = format!(
                "HTTP/1.1 429 Slow\r\nretry-after: {wait}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            let fine = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}".to_owned();
            let answer = if first || head.contains("/long") {
                limited
            } else {
                fine
            };
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    })
    .await;
    assert_eq!(get(&base).await.unwrap().status(), 200);
    let long = context(&base).http().get("/long").send().await.unwrap_err();
    assert!(matches!(long, Error::Throttled { .. }), "{long:?}");
    let taken = context(&base)
        .http()
        .get("/long")
        .accept_throttling()
        .send()
        .await
        .unwrap();
    assert_eq!(taken.status(), 429);
}

#[tokio::test]
async fn evidence_holds_the_exchange_and_no_credential() {
    let base =
        canned("HTTP/1.1 200 OK\r\ncontent-length: 15\r\nset-cookie: session=abc\r\n\r\n<html>hi</html>")
            .await;
    let cx = context(&base);
    let request = cx
        .http()
        .get("/public/unsubscribe?shop=a&signature=deadbeef")
        .admin()
        .unwrap();
    let response = request.send().await.unwrap();
    assert!(response.json().is_err());
    let [Evidence::Http(evidence)] = &cx.evidence()[..] else {
        panic!("one exchange")
    };
    assert_eq!(
        (evidence.status, evidence.response_body.as_deref()),
        (Some(200), Some("<html>hi</html>"))
    );
    let all = serde_json::to_string(&cx.evidence()).unwrap();
    for secret in ["deadbeef", "eyJ", "session=abc"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
    assert!(evidence.request_id.starts_with("golive-run-"));
}
