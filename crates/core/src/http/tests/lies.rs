//! Answers that are not what they say they are.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{canned, context, get, server};
use crate::error::Error;
use crate::outcome::Reason;

#[tokio::test]
async fn a_header_without_end_is_given_up() {
    let base = server(|mut stream, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nx-padding: ").await;
        while stream.write_all(&[b'x'; 16_384]).await.is_ok() {}
    })
    .await;
    assert!(matches!(get(&base).await, Err(Error::NoResponse { .. })));
}

#[tokio::test]
async fn what_follows_an_answer_is_not_the_next_answer() {
    let base = server(|mut stream, _| async move {
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"n\":1}";
        let smuggled = answer.replace("1}", "6}");
        let _ = stream.write_all(format!("{answer}{smuggled}").as_bytes()).await;
        // kept open, so that the client may use the connection again
        let _ = stream.read(&mut [0; 1024]).await;
    })
    .await;
    let cx = context(&base);
    for _ in 0..3 {
        let answer = cx.http().get("/health").send().await.unwrap();
        assert_eq!(answer.json().unwrap()["n"], 1);
    }
}

#[tokio::test]
async fn deep_json_and_bytes_that_are_no_text_are_not_json() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    for body in [deep.as_bytes(), b"{\"ok\":\"\xff\xfe\"}"] {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        let base = canned([head.as_bytes(), body].concat()).await;
        let Err(Error::Judged(outcome)) = get(&base).await.unwrap().json() else {
            panic!("judged")
        };
        assert_eq!(outcome.reason, Some(Reason::BodyMismatch));
    }
}
