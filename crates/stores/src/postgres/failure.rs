//! What sqlx reports, as "cannot reach" or "the server said no", in words and without secrets.

use std::io;

use golive_core::error::{Error, Resource};
use golive_core::settings::DatabaseTarget;
use sqlx::Error as SqlxError;

/// Any failure before the connection is usable.
pub(super) fn connecting(error: &SqlxError, target: &DatabaseTarget) -> Error {
    let message = match error {
        SqlxError::Io(error) => io_words(error, target),
        SqlxError::Tls(error) => format!("TLS with {} failed: {error}", place(target)),
        SqlxError::Database(error) => match error.code() {
            Some(code) => format!("{} ({code})", error.message()),
            None => error.message().to_owned(),
        },
        other => format!("{}: {other}", place(target)),
    };
    unreachable(message)
}

/// A failure of a statement on a connection that worked.
pub(super) fn querying(error: &SqlxError, target: &DatabaseTarget) -> Error {
    let SqlxError::Database(error) = error else {
        return match error {
            SqlxError::Io(error) => unreachable(format!("connection lost: {}", io_words(error, target))),
            SqlxError::ColumnDecode { .. } | SqlxError::Encode(_) | SqlxError::Decode(_) => {
                Error::Internal(error.to_string())
            }
            other => unreachable(format!("connection lost: {other}")),
        };
    };
    let code = error.code().unwrap_or_default();
    let words = format!("{} ({code})", error.message());
    // Class 08 is "connection exception"; 57P01..57P03 are shutdown, crash and "starting up":
    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    if code.starts_with("08") || matches!(code.as_ref(), "57P01" | "57P02" | "57P03") {
        return unreachable(format!("connection lost: {words}"));
    }
    Error::Query {
        resource: Resource::Postgres,
        message: words,
    }
}

pub(super) fn silent(target: &DatabaseTarget, seconds: u64) -> Error {
    unreachable(format!("timed out after {seconds} s ({})", place(target)))
}

fn unreachable(message: String) -> Error {
    Error::Unreachable {
        resource: Resource::Postgres,
        message,
    }
}

fn io_words(error: &io::Error, target: &DatabaseTarget) -> String {
    let place = place(target);
    match error.kind() {
        io::ErrorKind::ConnectionRefused => format!("connection refused ({place})"),
        io::ErrorKind::UnexpectedEof => format!("the server closed the connection ({place})"),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => format!("connection reset ({place})"),
        _ if error.to_string().contains("certificate") => format!("TLS with {place} failed: {error}"),
        _ if error.to_string().contains("lookup address") => format!("unknown host {:?}", target.host),
        _ => format!("{error} ({place})"),
    }
}

fn place(target: &DatabaseTarget) -> String {
    format!("{}:{}", target.host, target.port)
}
