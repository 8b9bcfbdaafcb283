//! Answers that no honest backend gives.

use std::io;
use std::time::Duration;

use flate2::{Compress, Compression, FlushCompress};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const MIB: usize = 1024 * 1024;

/// How an answer is spoilt.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer {
    /// Never begins.
    Silence,
    /// A body of one byte a second.
    Drips,
    /// A head of one byte a second.
    HeadDrips,
    /// A body without end.
    Endless,
    /// A body of 200 MB.
    Large,
    /// 4 MB of gzip that become 4 GB.
    GzipBomb,
    /// Away to another origin.
    Redirect,
    /// The connection is reset in the middle of the body.
    Reset,
    /// JSON with bytes that are no text.
    NotUtf8,
    /// JSON of 100 000 levels.
    DeepJson,
    /// A header without end.
    EndlessHeader,
    /// Less body than `Content-Length` says.
    LengthTooLong,
    /// More body than `Content-Length` says; the rest looks like the next answer.
    LengthTooShort,
    /// Bytes that are not HTTP/1.
    Noise,
    /// 200 with a page, as of a hoster or a captive portal.
    Page,
    /// 503 in JSON.
    Unavailable,
    /// 502 with a page.
    BadGateway,
    /// 200 with JSON that is a balancer's own.
    StatusOk,
}

impl Answer {
    /// Writes it, until the client has had enough.
    pub(super) async fn send(self, client: &mut TcpStream, elsewhere: &str) -> io::Result<()> {
        let health = r#"{"ok":true,"db":{"ok":true},"redis":{"ok":true},"queues":{"ok":true,"workers":6}}"#;
        let whole = match self {
            Self::Silence => return std::future::pending().await,
            Self::Drips => {
                start(client, "content-length: 1000").await?;
                return drip(client, &[b' '; 1000]).await;
            }
            Self::HeadDrips => return drip(client, &answer(200, "OK", "application/json", health)).await,
            Self::Endless => {
                start(client, "connection: close").await?;
                return flood(client, usize::MAX).await;
            }
            Self::Large => {
                start(client, "content-length: 209715200").await?;
                return flood(client, 200 * MIB).await;
            }
            Self::GzipBomb => {
                start(client, "content-encoding: gzip\r\nconnection: close").await?;
                return bomb(client).await;
            }
            Self::Reset => {
                start(client, "content-length: 1000").await?;
                client.write_all(&health.as_bytes()[..40]).await?;
                client.flush().await?;
                // what was sent is read before the connection goes
                tokio::time::sleep(Duration::from_millis(50)).await;
                client.set_zero_linger()?;
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            Self::EndlessHeader => {
                client.write_all(b"HTTP/1.1 200 OK\r\nx-padding: ").await?;
                return flood(client, usize::MAX).await;
            }
            Self::Redirect => format!("HTTP/1.1 302 Found\r\nlocation: {elsewhere}/taken\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").into_bytes(),
            Self::NotUtf8 => answer(200, "OK", "application/json", b"{\"ok\":true,\"db\":\"\xff\xfe\xc3\x28\"}"),
            Self::DeepJson => answer(200, "OK", "application/json", "[".repeat(100_000) + &"]".repeat(100_000)),
            Self::LengthTooLong => length(health, health.len() + 64),
            Self::LengthTooShort => length(&format!("{health}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{{}}"), 10),
            Self::Noise => b"\x16\x03\x01 220 ready ok\r\n<html>\r\n\r\n".to_vec(),
            Self::Page => answer(200, "OK", "text/html; charset=utf-8", "<!DOCTYPE html><html><body><h1>It works!</h1></body></html>"),
            Self::Unavailable => answer(503, "Service Unavailable", "application/json", r#"{"error":"no_healthy_upstream"}"#),
            Self::BadGateway => answer(502, "Bad Gateway", "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>"),
            Self::StatusOk => answer(200, "OK", "application/json", r#"{"status":"ok"}"#),
        };
        client.write_all(&whole).await
    }
}

/// A whole answer, the last of its connection.
fn answer(status: u16, phrase: &str, kind: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut whole = format!(
        "HTTP/1.1 {status} {phrase}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    whole.extend_from_slice(body);
    whole
}

/// A whole answer whose `Content-Length` is that.
fn length(body: &str, said: usize) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {said}\r\n\r\n{body}")
        .into_bytes()
}

/// The head of a success, with those headers.
async fn start(client: &mut TcpStream, headers: &str) -> io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{headers}\r\n\r\n");
    client.write_all(head.as_bytes()).await
}

async fn drip(client: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    for byte in bytes {
        client.write_u8(*byte).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}

async fn flood(client: &mut TcpStream, length: usize) -> io::Result<()> {
    let part = vec![b'x'; 64 * 1024];
    let mut left = length;
    while left > 0 {
        let size = left.min(part.len());
        client.write_all(&part[..size]).await?;
        left -= size;
    }
    Ok(())
}

/// Every MiB of zeros is the same few bytes, for nothing before it is referred to.
async fn bomb(client: &mut TcpStream) -> io::Result<()> {
    let mut deflate = Compress::new(Compression::best(), false);
    let mut mib = Vec::with_capacity(64 * 1024);
    deflate
        .compress_vec(&vec![0; MIB], &mut mib, FlushCompress::Full)
        .map_err(io::Error::other)?;
    // RFC 1952: magic, deflate, no flags, no time, no operating system
    client.write_all(b"\x1f\x8b\x08\0\0\0\0\0\0\xff").await?;
    for _ in 0..4096 {
        client.write_all(&mib).await?;
    }
    Ok(())
}
