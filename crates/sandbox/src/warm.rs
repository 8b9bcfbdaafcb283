//! Merchants who looked at their reports shortly before golive came.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use axum::body::Body;
use axum::http::Request;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jiff::{ToSpan, Zoned};
use serde_json::json;

use crate::crypto::hmac_sha256;
use crate::state::Config;

const REPORTS: [&str; 4] = ["overview", "campaigns", "automations", "messaging/timeseries"];
/// Not golive's own: a merchant is counted by an address of hers.
const MERCHANT: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// Asks for every report over every range that a dashboard offers, so that all of them are in the cache.
pub(crate) async fn reports(config: &Config) -> io::Result<()> {
    let mut connector = HttpConnector::new();
    connector.set_local_address(Some(MERCHANT));
    let client = Client::builder(TokioExecutor::new()).build(connector);
    let token = token(config);
    for report in REPORTS {
        for range in ranges() {
            let request = Request::get(format!(
                "{}/reports/{report}?shop={}&{range}",
                config.base_url, config.shop
            ))
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty())
            .map_err(io::Error::other)?;
            let answer = client.request(request).await.map_err(io::Error::other)?;
            if !answer.status().is_success() {
                let status = answer.status();
                return Err(io::Error::other(format!(
                    "{report} for {range} answered {status}"
                )));
            }
        }
    }
    Ok(())
}

/// The windows, each of the last 30 days, weeks, and the last 12 months.
fn ranges() -> Vec<String> {
    let today = Zoned::now().date();
    let windows = ["1d", "7d", "14d", "30d", "90d", "365d"].map(|window| format!("window={window}"));
    let between = |from: jiff::civil::Date, to: jiff::civil::Date| format!("from={from}&to={to}");
    let days = (0..30).map(|back| today.saturating_sub(back.days()));
    let weeks = (0..8).map(|back| today.saturating_sub((back * 7).days()));
    let months = (0..12).map(|back| today.saturating_sub(back.months()));
    windows
        .into_iter()
        .chain(days.map(|day| between(day, day)))
        .chain(weeks.map(|day| between(day.saturating_sub(6.days()), day)))
        .chain(months.map(|day| between(day.first_of_month(), day.last_of_month())))
        .collect()
}

fn token(config: &Config) -> String {
    let now = jiff::Timestamp::now().as_second();
    let header = URL_SAFE_NO_PAD.encode(json!({"alg": "HS256", "typ": "JWT"}).to_string());
    let claims = json!({
        "shop_domain": config.shop, "shop": config.shop, "sub": "merchant", "iat": now, "exp": now + 3600,
        "iss": "sms-blossom-api",
    });
    let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = URL_SAFE_NO_PAD.encode(hmac_sha256(config.jwt_secret.as_bytes(), signed.as_bytes()));
    format!("{signed}.{signature}")
}
