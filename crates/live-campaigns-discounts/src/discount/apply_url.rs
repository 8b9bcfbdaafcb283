//! The link that applies a discount leads to the shop, with the code.

use std::time::Duration;

use golive_core::prelude::*;
use serde_json::Value;

use crate::answers::{VARIABLES, shown};
use crate::smoke;

pub(crate) struct ApplyUrl;

#[async_trait]
impl Probe for ApplyUrl {
    fn facts(&self) -> Facts {
        Facts::new("campaigns.discount-apply-url", "the apply URL names the shop's domain and the code")
            .why("it is the link in the message: a wrong one sends customers away without their discount")
            .asks("asks for the apply URL of the discount that was created, and looks at the one in the answer to its creation")
            .fails_when("one of them is no URL, or does not name the test shop's domain, or not the code")
            .needs(&["campaigns.discount-create"])
            .safety(Safety::Smoke)
            .timeout(Duration::from_secs(20))
            .variables(VARIABLES)
            .remedy("Build the URL from the domain of the token's shop: https://<domain>/discount/<code>, the code percent-encoded")
            .runbook("discounts")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let made = smoke::discount(cx).await?;
        let created = made.answer.expect_json(&[200, 201])?;
        let request = cx
            .http()
            .get(&cx.contract().paths.discount_apply_url)
            .query(&[("code", &made.name)]);
        let answered = request.admin()?.send().await?.expect_json(&[200])?;
        let url = if answered["url"].is_null() {
            &answered["applyUrl"]
        } else {
            &answered["url"]
        };
        Ok(judge(
            cx.settings().shop()?.as_str(),
            &made.name,
            &created["applyUrl"],
            url,
        ))
    }
}

fn judge(shop: &str, code: &str, created: &Value, answered: &Value) -> Outcome {
    let mut assertions = Assertions::new();
    for (whence, url) in [("POST /discounts", created), ("GET apply-url", answered)] {
        let text = decoded(url.as_str().unwrap_or_default()).to_ascii_lowercase();
        let absolute = text.starts_with("https://") || text.starts_with("http://");
        assertions.require(
            absolute,
            Reason::BodyMismatch,
            format!("{whence} answers an absolute URL"),
            format!("{whence} answered {} as the URL", shown(url)),
        );
        if !absolute {
            continue;
        }
        for (what, wanted) in [("the shop's domain", shop), ("the code", code)] {
            let named = text
                .split(['/', '?', '&', '=', '#', ':', '@'])
                .any(|part| part.eq_ignore_ascii_case(wanted));
            assertions.require(
                named,
                Reason::DataMismatch,
                format!("the URL of {whence} names {what}"),
                format!("the URL of {whence} does not name {what}: {}", shown(url)),
            );
        }
    }
    assertions.conclude("both URLs lead to the shop's domain and name the code")
}

/// The text with its `%XX` resolved (RFC 3986 §2.1); what is no such triplet stays.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let hex = bytes
            .get(at + 1..at + 3)
            .and_then(|hex| std::str::from_utf8(hex).ok());
        let triplet = hex
            .filter(|_| *byte == b'%')
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        plain.push(triplet.unwrap_or(*byte));
        at += if triplet.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn domain_and_code_are_named() {
        let of = |url: &str| {
            judge(
                "a.myshopify.com",
                "G-1",
                &json!("https://a.myshopify.com/discount/G-1"),
                &json!(url),
            )
        };
        for url in [
            "https://a.myshopify.com/discount/G-1",
            "https://A.myshopify.com/discount/g%2D1?redirect=/x",
            "https://a.myshopify.com/?discount=G-1&utm_source=sms",
            "https://links.example/apply?shop=a.myshopify.com&code=G-1",
        ] {
            assert_eq!(of(url).status, Status::Pass, "{url}");
        }
        for url in [
            "https://b.myshopify.com/discount/G-1",
            "https://a.myshopify.com.evil.example/discount/G-1",
            "https://a.myshopify.com/discount/G-12",
            "https://a.myshopify.com/discount",
        ] {
            assert_eq!(of(url).reason, Some(Reason::DataMismatch), "{url}");
        }
        for url in ["", "/discount/G-1", "a.myshopify.com/discount/G-1"] {
            assert_eq!(of(url).reason, Some(Reason::BodyMismatch), "{url}");
        }
        let created = judge(
            "a.myshopify.com",
            "G-1",
            &Value::Null,
            &json!("https://a.myshopify.com/discount/G-1"),
        );
        assert_eq!(created.status, Status::Fail);
        assert_eq!(decoded("50%25-%zz-%4"), "50%-%zz-%4");
    }
}
