//! Off this machine, the backend is reached over verified TLS, and only so.

use golive_core::http::is_loopback;
use golive_core::prelude::*;
use x509_parser::prelude::{FromDer, X509Certificate};

pub(crate) struct Tls;

#[async_trait]
impl Probe for Tls {
    fn facts(&self) -> Facts {
        Facts::new("contract.tls", "the certificate is valid for weeks, and plain http leads to https")
            .why("an expired certificate stops the app, every webhook and every short link at once")
            .asks("verifies chain and host name, reads the certificate's expiry, HSTS, and what plain http answers")
            .fails_when("the certificate is not trusted or expired; (WARN) it expires within 14 days, no HSTS, http is not redirected; not run on loopback")
            .needs(&["contract.reachable"])
            .variables(&["BASE_URL"])
            .optional()
            .remedy("Renew the certificate, and let the load balancer redirect http to https with Strict-Transport-Security")
            .command("openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -dates")
            .runbook("tls-certificate")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let url = cx.settings().base_url()?;
        if is_loopback(&url) {
            return Err(Error::not_applicable("BASE_URL is on loopback"));
        }
        let response = cx.http().get(&cx.contract().paths.health).send().await?;
        let days_left = response
            .certificate()
            .and_then(|der| days_left(der, jiff::Timestamp::now().as_second()));
        let mut plain = url.clone();
        // An https URL with a port of its own has no plain twin to ask.
        let redirected = if url.port().is_none() && plain.set_scheme("http").is_ok() {
            match cx
                .http()
                .absolute(reqwest::Method::GET, plain)
                .no_redirects()
                .send()
                .await
            {
                Ok(response) => Some(leads_to_https(response.status(), response.header("location"))),
                // Nothing listens on port 80: nothing to be redirected.
                Err(_) => None,
            }
        } else {
            None
        };
        let seen = Seen {
            days_left,
            hsts: response.header("strict-transport-security").is_some(),
            redirected,
        };
        Ok(judge(&seen, cx.contract().thresholds.tls_days))
    }
}

struct Seen {
    days_left: Option<i64>,
    hsts: bool,
    redirected: Option<bool>,
}

/// Whole days until the certificate expires; `None` when it cannot be read.
fn days_left(der: &[u8], now: i64) -> Option<i64> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    Some((certificate.validity().not_after.timestamp() - now).div_euclid(86_400))
}

fn leads_to_https(status: u16, location: Option<&str>) -> bool {
    (300..400).contains(&status) && location.is_some_and(|place| place.starts_with("https://"))
}

fn judge(seen: &Seen, least_days: i64) -> Outcome {
    let mut assertions = Assertions::new();
    let Some(days) = seen.days_left else {
        return Outcome::pending(Reason::Internal, "the peer's certificate could not be read");
    };
    assertions.require(
        days >= 0,
        Reason::Threshold,
        "a certificate that has not expired",
        format!("the certificate expired {} days ago", -days),
    );
    assertions.advise(
        days > least_days,
        Reason::Threshold,
        format!("more than {least_days} days left"),
        format!("the certificate expires in {days} days"),
    );
    assertions.advise(
        seen.hsts,
        Reason::HeaderMismatch,
        "Strict-Transport-Security is sent",
        "no Strict-Transport-Security header",
    );
    if let Some(redirected) = seen.redirected {
        assertions.advise(
            redirected,
            Reason::Misconfigured,
            "plain http redirects to https",
            "plain http is answered without a redirect to https",
        );
    }
    assertions
        .measure(Measurement::new("certificate", days as f64, "days").threshold(format!("> {least_days}")));
    assertions.conclude(format!("trusted certificate, {days} days left"))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::*;

    #[test]
    fn expiry_hsts_and_redirect() {
        let judged = |days_left, hsts, redirected| {
            judge(
                &Seen {
                    days_left,
                    hsts,
                    redirected,
                },
                14,
            )
        };
        assert_eq!(judged(Some(60), true, Some(true)).status, Status::Pass);
        assert_eq!(judged(Some(60), true, None).status, Status::Pass);
        assert_eq!(judged(Some(14), true, Some(true)).status, Status::Warn);
        assert_eq!(judged(Some(-1), true, Some(true)).status, Status::Fail);
        assert_eq!(
            judged(Some(60), false, Some(true)).reason,
            Some(Reason::HeaderMismatch)
        );
        assert_eq!(
            judged(Some(60), true, Some(false)).reason,
            Some(Reason::Misconfigured)
        );
        assert_eq!(judged(None, true, None).status, Status::Pending);
    }

    #[test]
    fn reads_the_expiry_of_a_certificate() {
        let der = base64::engine::general_purpose::STANDARD
            .decode(include_str!("../tests/certificate.b64").trim())
            .unwrap();
        let (_, certificate) = X509Certificate::from_der(&der).unwrap();
        let expiry = certificate.validity().not_after.timestamp();
        assert_eq!(days_left(&der, expiry - 86_400 * 3), Some(3));
        assert_eq!(days_left(&der, expiry + 1), Some(-1));
        assert_eq!(days_left(b"no certificate", 0), None);
    }

    #[test]
    fn only_a_redirect_to_https_counts() {
        assert!(leads_to_https(301, Some("https://x/")));
        assert!(!leads_to_https(301, Some("http://x/")) && !leads_to_https(200, None));
    }
}
