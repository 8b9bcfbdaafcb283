//! Sends a request: attempts under 429, redirects within the origin, each exchange as evidence.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use tokio::time::Instant;
use url::Url;

use super::body::{self, BodyError};
use super::{BODY_CAP, Request, Response, evidence};
use crate::error::{Error, Resource};
use crate::outcome::{Evidence, Outcome, Reason};

const REDIRECTS: usize = 3;

/// A window of a minute, and some: who is still refused then is refused for another reason.
const LONGEST_WAIT: Duration = Duration::from_secs(75);

pub(super) async fn send(mut request: Request) -> Result<Response, Error> {
    request.url.as_ref().map_err(Clone::clone)?;
    let mut redirects = 0;
    let mut waited = Duration::ZERO;
    loop {
        let mut response = exchange(&request).await?;
        response.redirected = redirects > 0;
        if response.status == StatusCode::TOO_MANY_REQUESTS && !request.accept_throttling {
            waited += wait_for_permission(&request, &response, waited).await?;
            continue;
        }
        match same_origin_redirect(&request, &response) {
            Some(next) if redirects < REDIRECTS => {
                redirects += 1;
                request.url = Ok(next);
            }
            _ => return Ok(response),
        }
    }
}

/// The place a followable redirect points at. Another origin is never followed: a token must not
/// travel there, so the 3xx itself is the answer.
fn same_origin_redirect(request: &Request, response: &Response) -> Option<Url> {
    if !request.follow_redirects || !(300..400).contains(&response.status) {
        return None;
    }
    let current = request.url.as_ref().ok()?;
    let next = current
        .join(response.headers.get(LOCATION)?.to_str().ok()?)
        .ok()?;
    (next.origin() == current.origin()).then_some(next)
}

/// Waits as long as the target asks for; meanwhile no probe's time passes.
async fn wait_for_permission(
    request: &Request,
    response: &Response,
    waited: Duration,
) -> Result<Duration, Error> {
    let asked = response
        .headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    let retry_after = Duration::from_secs(asked.unwrap_or(1).max(1));
    if waited + retry_after > LONGEST_WAIT {
        return Err(Error::Throttled {
            request: request.shown.clone(),
            retry_after,
        });
    }
    let _guard = request.cx.waiting_for(format!(
        "{}: rate limited, {} s",
        request.shown,
        retry_after.as_secs()
    ));
    let _held = request.cx.hold_time();
    tokio::time::sleep(retry_after).await;
    Ok(retry_after)
}

async fn exchange(request: &Request) -> Result<Response, Error> {
    let client = request.cx.http_client();
    let url = request.url.as_ref().map_err(Clone::clone)?.clone();
    let number = client.next_number();
    let request_id = match request.headers.get("x-request-id") {
        Some(own) => String::from_utf8_lossy(own.as_bytes()).into_owned(),
        None => format!("golive-{}-{number}", request.cx.run_id()),
    };
    let mut record = evidence::of_request(request, &request_id);
    let _guard = request.cx.waiting_for_target(request.shown.clone());
    let began = Instant::now();
    let result = attempt(request, url, &request_id, began).await;
    match &result {
        Ok(response) => evidence::of_response(&mut record, response),
        Err(error) => {
            record.error = Some(error.to_string());
            record.total_ms = millis(began);
        }
    }
    request.cx.record(Evidence::Http(Box::new(record)));
    result
}

async fn attempt(request: &Request, url: Url, request_id: &str, began: Instant) -> Result<Response, Error> {
    let client = request.cx.http_client();
    let no_response = |message: String| Error::NoResponse {
        request: request.shown.clone(),
        message,
    };
    let mut builder = client
        .client()?
        .request(request.method.clone(), url)
        .headers(headers(request, request_id));
    if let Some(body) = &request.body {
        builder = builder.body(body.clone());
    }
    let head_limit = request.head_timeout.unwrap_or(client.head);
    let response = match tokio::time::timeout(head_limit, builder.send()).await {
        Err(_) => {
            return Err(no_response(format!(
                "connected, but silent for {} ms",
                head_limit.as_millis()
            )));
        }
        Ok(Err(error)) if error.is_connect() => {
            return Err(Error::Unreachable {
                resource: Resource::Target,
                message: super::causes(&error),
            });
        }
        Ok(Err(error)) => return Err(no_response(super::causes(&error))),
        Ok(Ok(response)) => response,
    };
    let first_byte_ms = millis(began);
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let certificate = response
        .extensions()
        .get::<reqwest::tls::TlsInfo>()
        .and_then(|info| info.peer_certificate().map(<[u8]>::to_vec));
    let gzip = headers
        .get(CONTENT_ENCODING)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"gzip"));
    let body = match body::read(response, client.body, gzip).await {
        Ok(body) => body,
        Err(BodyError::Slow { read }) => {
            return Err(no_response(format!(
                "answered {status}, but the body was not complete after {} ms ({read} bytes)",
                client.body.as_millis()
            )));
        }
        Err(BodyError::Broken { read, cause }) => {
            return Err(no_response(format!(
                "answered {status}, but the body broke off after {read} bytes: {cause}"
            )));
        }
        Err(BodyError::TooLarge) => {
            return Err(bad_body(
                request,
                status,
                &format!("larger than {BODY_CAP} bytes"),
                "at most 1 MiB",
            ));
        }
        Err(BodyError::NotGzip) => {
            return Err(bad_body(
                request,
                status,
                "not the gzip it claims to be",
                "valid gzip",
            ));
        }
    };
    Ok(Response {
        request: request.shown.clone(),
        status,
        headers,
        body: body.into(),
        request_id: request_id.to_owned(),
        first_byte_ms,
        total_ms: millis(began),
        certificate,
        redirected: false,
    })
}

fn bad_body(request: &Request, status: u16, observed: &str, expected: &str) -> Error {
    let summary = format!(
        "{} answered {status} with a body that is {observed}",
        request.shown
    );
    Error::Judged(Box::new(
        Outcome::fail(Reason::BodyMismatch, summary)
            .expected(format!("a body of {expected}"))
            .observed(observed),
    ))
}

fn headers(request: &Request, request_id: &str) -> HeaderMap {
    let mut headers = request.headers.clone();
    let mut absent = |name: &'static str, value: String| {
        if !headers.contains_key(name)
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            headers.insert(name, value);
        }
    };
    if request.send_request_id {
        absent("x-request-id", request_id.to_owned());
    }
    // W3C Trace Context: version, trace id, parent id, sampled.
    let trace = uuid::Uuid::now_v7().simple().to_string();
    absent("traceparent", format!("00-{trace}-{}-01", &trace[16..]));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    headers
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
