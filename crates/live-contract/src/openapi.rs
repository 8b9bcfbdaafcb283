//! The documented GET routes are there.

use std::collections::BTreeSet;

use futures::StreamExt;
use golive_core::contract::Contract;
use golive_core::prelude::*;
use serde_json::Value;

pub(crate) struct Drift;

/// At most this many documented routes are asked, so that the run stays within the rate limits.
const MOST: usize = 40;

#[async_trait]
impl Probe for Drift {
    fn facts(&self) -> Facts {
        Facts::new("contract.openapi-drift", "every documented GET route exists")
            .why("a client generated from a document that lies fails in the shop, not in the build")
            .asks("reads /openapi.json and sends GET, as admin, to each documented route without path parameters")
            .fails_when("(WARN) a documented route that no other probe asks answers 404; (FAIL) it does not answer at all; not run when there is no document")
            .needs(&["contract.reachable"])
            .variables(&["JWT_SECRET", "DEV_SHOP_DOMAIN"])
            .optional()
            .timeout(std::time::Duration::from_secs(30))
            .remedy("Regenerate openapi.json from the routes, or mount the routes it names")
            .command("curl -s \"$BASE_URL/openapi.json\"")
            .runbook("openapi-drift")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let document = cx.http().get(&cx.contract().paths.openapi).send().await?;
        if document.status() == 404 {
            return Err(Error::not_applicable("there is no OpenAPI document"));
        }
        let document = document.expect_json(&[200])?;
        let never: Vec<&str> = cx
            .contract()
            .never_called
            .iter()
            .map(|route| route.path.as_str())
            // Shopify signs it, `security.proxy-signed` asks it; unsigned, a 404 may be about the shop.
            .chain([cx.contract().paths.unsubscribe.as_str()])
            .collect();
        let documented = plain_gets(&document, &never);
        let known = known(cx.contract());
        let answers: Vec<(String, Result<u16, Error>)> =
            futures::stream::iter(documented.into_iter().take(MOST))
                .map(|path| async move {
                    let status = status(cx, &path).await;
                    (path, status)
                })
                .buffer_unordered(4)
                .collect()
                .await;
        let mut asked = Vec::new();
        for (path, status) in answers {
            match status {
                // Another probe owns the route, its absence and its silence.
                Ok(404) | Err(_) if known.contains(&path) => {}
                Ok(status) => asked.push((path, status)),
                Err(error) => return Err(error),
            }
        }
        asked.sort();
        Ok(judge(&asked))
    }
}

async fn status(cx: &Context, path: &str) -> Result<u16, Error> {
    let request = cx.http().get(path).no_redirects().admin()?;
    Ok(request.send().await?.status())
}

/// The paths of the contract: each is asked by a probe of its own.
fn known(contract: &Contract) -> BTreeSet<String> {
    let paths = serde_json::to_value(&contract.paths).unwrap_or_default();
    let named = paths.as_object().into_iter().flat_map(|paths| paths.values());
    let named = named.filter_map(Value::as_str).map(str::to_owned);
    let guarded = contract.guarded_routes.iter().map(|route| route.path.clone());
    let reports = contract.reports.iter().map(|report| report.path.clone());
    named.chain(guarded).chain(reports).collect()
}

/// Documented GET routes without path parameters, less those that are never called and development ones.
fn plain_gets(document: &Value, never: &[&str]) -> Vec<String> {
    let Some(paths) = document.get("paths").and_then(Value::as_object) else {
        return Vec::new();
    };
    let plain = paths.iter().filter(|(path, item)| {
        item.get("get").is_some()
            && path.starts_with('/')
            && !path.contains('{')
            && !path.starts_with("/dev/")
            && !never.contains(&path.as_str())
    });
    plain.map(|(path, _)| path.clone()).collect()
}

fn judge(asked: &[(String, u16)]) -> Outcome {
    if asked.is_empty() {
        return Outcome::warn(
            Reason::BodyMismatch,
            "the OpenAPI document names no GET route without parameters",
        )
        .expected("documented routes under `paths`")
        .observed("none");
    }
    let missing: Vec<&str> = asked
        .iter()
        .filter(|(_, status)| *status == 404)
        .map(|(path, _)| path.as_str())
        .collect();
    if missing.is_empty() {
        let count = u32::try_from(asked.len()).unwrap_or(u32::MAX);
        return Outcome::pass(count, format!("{count} documented GET routes exist"));
    }
    Outcome::warn(
        Reason::RouteMissing,
        format!("documented, but 404: {}", missing.join(", ")),
    )
    .expected(format!("all {} documented GET routes exist", asked.len()))
    .observed(format!("404: {}", missing.join(", ")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_plain_get_routes_are_asked() {
        let document = json!({ "paths": {
            "/health": { "get": {} }, "/campaigns/{id}": { "get": {} }, "/discounts": { "post": {} }, "/dev/jobs": { "get": {} }
        }});
        assert_eq!(plain_gets(&document, &[]), ["/health"]);
    }

    #[test]
    fn routes_of_other_probes_are_known() {
        let known = known(&Contract::default());
        for path in [
            "/queue/metrics",
            "/templates/triggers",
            "/metrics",
            "/reports/overview",
            "/segments",
        ] {
            assert!(known.contains(path), "{path}");
        }
        assert!(!known.contains("/docs"));
    }

    #[test]
    fn a_404_is_drift() {
        assert_eq!(
            judge(&[("/a".into(), 200), ("/b".into(), 422)]).status,
            Status::Pass
        );
        assert_eq!(judge(&[("/a".into(), 404)]).reason, Some(Reason::RouteMissing));
        assert_eq!(judge(&[]).status, Status::Warn);
    }
}
