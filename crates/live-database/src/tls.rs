//! The connection to a database on another host is encrypted.

use std::time::Duration;

use golive_core::prelude::*;
use golive_stores::Stores;
use golive_stores::postgres::Encryption;

pub(crate) struct Encrypted;

#[async_trait]
impl Probe for Encrypted {
    fn facts(&self) -> Facts {
        Facts::new("database.tls", "the connection to PostgreSQL is encrypted")
            .why("whoever listens between backend and database reads phone numbers, addresses and the role's password")
            .asks("reads how the server sees the encryption of golive's own connection, and sslmode of DATABASE_URL")
            .fails_when("WARN when the server is on another host and the connection is not encrypted")
            .needs(&["database.connect"])
            .timeout(Duration::from_secs(20))
            .optional()
            .remedy("Add sslmode=require, or better verify-full, to DATABASE_URL of the backend and of the env file")
            .runbook("database-connection-not-encrypted")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let pg = cx.postgres().await?;
        if pg.target().is_loopback {
            return Err(Error::not_applicable("PostgreSQL is on this machine (loopback)"));
        }
        Ok(judge(
            &pg.target().host,
            pg.target().sslmode.as_deref(),
            &pg.encryption().await?,
        ))
    }
}

fn judge(host: &str, sslmode: Option<&str>, seen: &Encryption) -> Outcome {
    // With these modes the client refuses to go on unencrypted; behind a pooler the server sees the pooler's leg only.
    let insists = matches!(sslmode, Some("require" | "verify-ca" | "verify-full"));
    let mode = sslmode.unwrap_or("not given");
    let mut assertions = Assertions::new();
    assertions.advise(
        seen.on || insists,
        Reason::Misconfigured,
        format!("an encrypted connection to {host}"),
        format!("the connection to {host} is not encrypted (sslmode {mode})"),
    );
    let protocol = match (seen.on, &seen.version, &seen.cipher) {
        (false, ..) => "encrypted as far as the server or pooler at this address".to_owned(),
        (true, Some(version), Some(cipher)) => format!("{version}, {cipher}"),
        (true, ..) => "encrypted".to_owned(),
    };
    assertions.conclude(format!("{host}: {protocol} (sslmode {mode})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unencrypted_is_a_warning() {
        let seen = |on: bool| Encryption {
            on,
            version: on.then(|| "TLSv1.3".to_owned()),
            cipher: on.then(|| "TLS_AES_256_GCM_SHA384".to_owned()),
        };
        for (sslmode, on, status) in [
            (None, true, Status::Pass),
            (Some("prefer"), false, Status::Warn),
            (None, false, Status::Warn),
            (Some("require"), false, Status::Pass),
            (Some("verify-full"), true, Status::Pass),
        ] {
            assert_eq!(
                judge("db.internal", sslmode, &seen(on)).status,
                status,
                "{sslmode:?} {on}"
            );
        }
    }
}
