//! Where the stores are: the connection URLs taken apart, with what only Prisma or ioredis understands left out.

use std::fmt;

use secrecy::SecretString;
use url::Url;

use super::address::{decode, is_loopback};

/// A PostgreSQL database as the backend's `DATABASE_URL` names it.
#[derive(Clone)]
pub struct DatabaseTarget {
    /// URL that sqlx takes: of the parameters only `sslmode` is left, since Prisma's are not libpq's.
    pub url: SecretString,
    /// Prisma's `schema` parameter: the schema that holds the tables; `public` when not given.
    pub schema: String,
    /// `sslmode` as written, when written.
    pub sslmode: Option<String>,
    /// Host name or address, IPv6 without brackets.
    pub host: String,
    /// Port, 5432 when not given.
    pub port: u16,
    /// Database name, percent-decoded.
    pub database: String,
    /// Role, percent-decoded; empty when not given.
    pub user: String,
    /// The host is this machine.
    pub is_loopback: bool,
}

/// A Redis server and database as `REDIS_URL` names it.
#[derive(Clone)]
pub struct RedisTarget {
    /// URL without query and fragment (a `#insecure` would switch certificate checks off).
    pub url: SecretString,
    /// `rediss://`.
    pub tls: bool,
    /// Host name or address, IPv6 without brackets.
    pub host: String,
    /// Port, 6379 when not given.
    pub port: u16,
    /// Database number, 0 when not given.
    pub db: i64,
    /// ACL user, percent-decoded; empty when not given.
    pub user: String,
    /// The host is this machine.
    pub is_loopback: bool,
}

const SSL_MODES: [&str; 6] = [
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
];

impl DatabaseTarget {
    /// Takes a `postgres://` URL apart; `Err` says what is wrong without echoing any of it.
    ///
    /// Parameters: <https://www.prisma.io/docs/orm/overview/databases/postgresql#arguments>.
    pub fn parse(value: &str) -> Result<Self, String> {
        let mut url = parse(value, &["postgres", "postgresql"])?;
        let database = decode(url.path().trim_start_matches('/'));
        if database.is_empty() {
            return Err("names no database; end it with /NAME".into());
        }
        let parameter = |name: &str| {
            url.query_pairs()
                .filter(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
                .last()
        };
        let sslmode = parameter("sslmode").filter(|mode| !mode.is_empty());
        if sslmode.as_deref().is_some_and(|mode| !SSL_MODES.contains(&mode)) {
            return Err(format!(
                "has an unknown sslmode; use one of {}",
                SSL_MODES.join(", ")
            ));
        }
        let schema = parameter("schema")
            .filter(|schema| !schema.is_empty())
            .unwrap_or_else(|| "public".into());
        url.set_fragment(None);
        url.set_query(sslmode.as_ref().map(|mode| format!("sslmode={mode}")).as_deref());
        let host = host(&url);
        Ok(Self {
            schema,
            sslmode,
            port: url.port().unwrap_or(5432),
            database,
            user: decode(url.username()),
            is_loopback: is_loopback(&host),
            host,
            url: SecretString::from(String::from(url)),
        })
    }
}

impl RedisTarget {
    /// Takes a `redis://` or `rediss://` URL apart; `Err` says what is wrong without echoing any of it.
    ///
    /// Form: <https://www.iana.org/assignments/uri-schemes/prov/redis>.
    pub fn parse(value: &str) -> Result<Self, String> {
        let mut url = parse(value, &["redis", "rediss"])?;
        let db = match url.path().trim_matches('/') {
            "" => 0,
            path => path
                .parse::<u32>()
                .map(i64::from)
                .map_err(|_| "has a path that is no database number; end it with /0".to_owned())?,
        };
        url.set_query(None);
        url.set_fragment(None);
        let host = host(&url);
        Ok(Self {
            tls: url.scheme() == "rediss",
            port: url.port().unwrap_or(6379),
            db,
            user: decode(url.username()),
            is_loopback: is_loopback(&host),
            host,
            url: SecretString::from(String::from(url)),
        })
    }
}

/// Everything but user, password and URL.
impl fmt::Debug for DatabaseTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseTarget")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("database", &self.database)
            .field("schema", &self.schema)
            .field("sslmode", &self.sslmode)
            .finish_non_exhaustive()
    }
}

/// Everything but user, password and URL.
impl fmt::Debug for RedisTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisTarget")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("db", &self.db)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

/// `postgres://db.internal:5432/app`: fit to be shown.
impl fmt::Display for DatabaseTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "postgres://{}:{}/{}",
            bracketed(&self.host),
            self.port,
            self.database
        )
    }
}

/// `rediss://cache.internal:6379/0`: fit to be shown.
impl fmt::Display for RedisTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "rediss" } else { "redis" };
        write!(
            f,
            "{scheme}://{}:{}/{}",
            bracketed(&self.host),
            self.port,
            self.db
        )
    }
}

fn parse(value: &str, schemes: &[&str]) -> Result<Url, String> {
    let url = Url::parse(value.trim()).map_err(|error| {
        format!("is no URL: {error} (special characters in the user or password must be percent-encoded)")
    })?;
    if !schemes.contains(&url.scheme()) {
        return Err(format!("must start with {}://", schemes.join(":// or ")));
    }
    if url.host_str().unwrap_or_default().is_empty() {
        return Err("names no host".into());
    }
    Ok(url)
}

fn host(url: &Url) -> String {
    url.host_str()
        .unwrap_or_default()
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned()
}

fn bracketed(host: &str) -> String {
    if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    }
}

#[cfg(test)]
mod tests;
