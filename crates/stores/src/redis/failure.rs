//! What the Redis client reports, as "cannot reach", "may not" or "the server said no", without secrets.

use golive_core::error::{Error, Resource};
use golive_core::settings::RedisTarget;
use redis::{ErrorKind, RedisError, ServerErrorKind};

use super::info;

/// Why there is no reply.
#[derive(Debug)]
pub(super) enum Failure {
    /// No connection, or it is lost, or it is silent.
    Unreachable(String),
    /// The server does not let this user do it, or does not offer it.
    Refused(String),
    /// Any other error of the server.
    Said(String),
}

impl Failure {
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Unreachable(message) => Error::Unreachable {
                resource: Resource::Redis,
                message,
            },
            Self::Refused(message) | Self::Said(message) => super::refused(message),
        }
    }
}

/// A failure to connect and log in.
pub(super) fn connecting(error: &RedisError, target: &RedisTarget, seconds: u64) -> Failure {
    let words = error.to_string();
    // A database number is selected before anything else can be asked; neither of these two knows SELECT.
    if words.contains("refused to switch database") {
        if words.contains("not allowed in cluster mode") {
            return Failure::Said(info::CLUSTER.into());
        }
        if words.contains("unknown command") {
            return Failure::Said(info::SENTINEL.into());
        }
        let detail = error.detail().unwrap_or("no reason given");
        return Failure::Unreachable(format!(
            "database {} refused ({}): {detail}",
            target.db,
            place(target)
        ));
    }
    if error.kind() == ErrorKind::AuthenticationFailed || login_refused(error) {
        let user = if target.user.is_empty() {
            "default"
        } else {
            &target.user
        };
        return Failure::Unreachable(format!(
            "login as user {user:?} refused ({}): wrong, missing or unwanted password",
            place(target)
        ));
    }
    Failure::Unreachable(transport(error, target, seconds).unwrap_or(words))
}

/// A failure of a command on a connection that worked.
pub(super) fn asking(error: &RedisError, target: &RedisTarget, seconds: u64) -> Failure {
    if let Some(words) = transport(error, target, seconds) {
        return Failure::Unreachable(words);
    }
    let (kind, words) = said(error);
    match kind {
        Some(ServerErrorKind::NoPerm) => Failure::Refused(words),
        Some(ServerErrorKind::BusyLoading) => Failure::Unreachable(words),
        _ if login_refused(error) => Failure::Unreachable(words),
        _ if ["unknown command", "unknown subcommand", "disabled"]
            .iter()
            .any(|hint| words.to_lowercase().contains(hint)) =>
        {
            Failure::Refused(words)
        }
        _ => Failure::Said(words),
    }
}

/// NOAUTH comes with the first command, since without a password in the URL nothing is sent to log in.
pub(super) fn login_refused(error: &RedisError) -> bool {
    matches!(error.code(), Some("NOAUTH" | "WRONGPASS"))
}

fn transport(error: &RedisError, target: &RedisTarget, seconds: u64) -> Option<String> {
    let place = place(target);
    let words = error.to_string();
    if error.is_timeout() {
        let tls = if target.tls { "; does it speak TLS?" } else { "" };
        Some(format!("timed out after {seconds} s ({place}){tls}"))
    } else if error.is_connection_refusal() {
        Some(format!("connection refused ({place})"))
    } else if words.contains("lookup address") {
        Some(format!("unknown host {:?}", target.host))
    } else if words.contains("certificate") {
        Some(format!("TLS with {place} failed: {words}"))
    } else if error.is_connection_dropped() || error.is_io_error() {
        Some(format!("connection lost ({place}): {words}"))
    } else {
        None
    }
}

/// The server's own words, `NOPERM User x has no permissions …`; of a transaction, those that ended it.
fn said(error: &RedisError) -> (Option<ServerErrorKind>, String) {
    let errors = error.clone().into_server_errors();
    match errors.as_deref() {
        Some([(_, first), ..]) => (
            first.kind(),
            format!("{} {}", first.code(), first.details().unwrap_or_default())
                .trim_end()
                .to_owned(),
        ),
        _ => (None, error.to_string()),
    }
}

fn place(target: &RedisTarget) -> String {
    format!("{}:{}", target.host, target.port)
}
