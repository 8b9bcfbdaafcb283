//! Off this machine, the connection to Redis is encrypted.

use golive_core::prelude::*;
use golive_stores::Stores;

pub(crate) struct Tls;

#[async_trait]
impl Probe for Tls {
    fn facts(&self) -> Facts {
        Facts::new("redis.tls", "the connection to Redis is encrypted")
            .why("job data holds phone numbers and the text of messages, and the password is sent as it is")
            .asks("looks at the scheme of REDIS_URL that a connection was made with; not run on loopback")
            .fails_when("(WARN) REDIS_URL begins with redis:// instead of rediss://")
            .needs(&["redis.connect"])
            .variables(&["REDIS_URL"])
            .optional()
            .remedy("Switch TLS on at the Redis provider and begin REDIS_URL with rediss://")
            .command("redis-cli --tls -u \"$REDIS_URL\" PING")
            .runbook("redis-connection-not-encrypted")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let redis = cx.redis().await?;
        if redis.target().is_loopback {
            return Err(Error::not_applicable("REDIS_URL is on loopback"));
        }
        Ok(judge(redis.target().tls))
    }
}

fn judge(tls: bool) -> Outcome {
    let mut assertions = Assertions::new();
    assertions.advise(
        tls,
        Reason::Misconfigured,
        "rediss://, with a certificate that verifies",
        "redis://: nothing is encrypted on the way to another host",
    );
    assertions.conclude("connected over rediss://, and the certificate verified")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_a_warning() {
        assert_eq!(judge(true).status, Status::Pass);
        assert_eq!(
            (judge(false).status, judge(false).reason),
            (Status::Warn, Some(Reason::Misconfigured))
        );
    }
}
