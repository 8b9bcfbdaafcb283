//! One request that names another shop, and what it yielded.

use golive_core::contract::Contract;
use golive_core::http::Response;
use golive_core::prelude::*;
use golive_core::signing::jwt;
use serde_json::Value;

use super::By;
use super::other::{Other, Shop, object_path};
use super::same::same;
use crate::routes::{self, now};

/// One request, with or without naming the other shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    path: String,
    /// Parameters that make the answer stand still.
    query: Vec<(&'static str, String)>,
    by: Option<By>,
    /// The plain request is judged by the campaigns check: only what the naming adds counts here.
    control: bool,
}

/// What naming the other shop yielded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Yield {
    /// Refused with this status.
    Refused(u16),
    /// The own shop's data.
    Own,
    /// What belongs to the other shop, in words.
    Theirs(String),
    /// Neither the own answer nor theirs: an empty page.
    Neither,
    /// A crash that the plain request does not have.
    Crashed(u16),
    /// The plain request fails or leaks just as well: other probes say so.
    Elsewhere,
}

pub(super) fn questions(contract: &Contract, other: &Other) -> Vec<Question> {
    let mut questions = Vec::new();
    for by in [By::Query, By::Header] {
        let routes = match by {
            By::Query => routes::lists(contract),
            _ => routes::one_a_prefix(contract),
        };
        questions.extend(routes.into_iter().map(|route| Question {
            query: stable(contract, &route.path),
            control: true,
            by: Some(by),
            path: route.path,
        }));
    }
    let objects = other.real().map_or(&[][..], |shop| &shop.objects);
    for (table, ids) in objects {
        let Some(path) = ids.first().and_then(|id| object_path(contract, table, id)) else {
            continue;
        };
        let campaign = *table == "Campaign";
        for by in [None, Some(By::Query), Some(By::Header)] {
            // the plain one is `campaigns.isolation`'s question
            if by.is_some() || !campaign {
                questions.push(Question {
                    path: path.clone(),
                    query: Vec::new(),
                    by,
                    control: campaign,
                });
            }
        }
    }
    questions
}

/// Reports are asked for the days until yesterday: their figures do not move between two requests.
fn stable(contract: &Contract, path: &str) -> Vec<(&'static str, String)> {
    if contract.reports.iter().any(|report| report.path == path) {
        let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let ago = |days: i64| today.saturating_sub(jiff::Span::new().days(days)).to_string();
        return vec![("from", ago(31)), ("to", ago(1))];
    }
    Vec::new()
}

impl Question {
    pub(super) fn words(&self) -> String {
        let how = self.by.map_or("an object of another shop", By::words);
        format!("GET {}: {how}", self.path)
    }

    async fn get(
        &self,
        cx: &Context,
        by: Option<By>,
        shop: &str,
        token: Option<&str>,
    ) -> Result<Response, Error> {
        let request = cx.http().get(&self.path).query(&self.query).no_redirects();
        let request = match by {
            Some(by) => by.name(cx, request, shop),
            None => request,
        };
        match token {
            Some(token) => request.bearer(token),
            None => request.admin()?,
        }
        .send()
        .await
    }

    pub(super) async fn ask(&self, cx: &Context, other: &Other) -> Result<Yield, Error> {
        let named = self.get(cx, self.by, other.domain(), None).await?;
        let status = named.status();
        if !(200..300).contains(&status) && status < 500 {
            return Ok(Yield::Refused(status));
        }
        let plain = match self.by {
            Some(_) if self.control => Some(self.get(cx, None, "", None).await?),
            _ => None,
        };
        if status >= 500 {
            let own_crash = plain.is_some_and(|plain| plain.status() >= 500);
            return Ok(if own_crash {
                Yield::Elsewhere
            } else {
                Yield::Crashed(status)
            });
        }
        let (answer, plain) = (json(&named), plain.as_ref().map(json));
        if let Some(mentioned) = other.real().and_then(|shop| shop.mentioned_in(&answer)) {
            let without = plain.as_ref().and_then(|plain| other.real()?.mentioned_in(plain));
            return Ok(match without {
                Some(_) => Yield::Elsewhere,
                None => Yield::Theirs(format!("the answer holds {mentioned}, which is that shop's")),
            });
        }
        match (plain, other) {
            (Some(plain), _) if same(&answer, &plain) => Ok(Yield::Own),
            (None, _) | (Some(_), Other::MadeUp { .. }) => Ok(Yield::Neither),
            (Some(_), Other::Real(shop)) => self.compare(cx, shop, &answer).await,
        }
    }

    /// The answer is not the token's shop's own. Is it the other's, and not what any shop's name yields?
    async fn compare(&self, cx: &Context, shop: &Shop, answer: &Value) -> Result<Yield, Error> {
        let token = jwt::valid(&shop.domain, cx.settings().jwt_secret()?, now());
        let theirs = self.get(cx, None, "", Some(&token)).await?;
        let anybody = self.get(cx, self.by, &cx.impossible_shop(), None).await?;
        Ok(whose(
            answer,
            (theirs.status(), &json(&theirs)),
            (anybody.status(), &json(&anybody)),
        ))
    }
}

/// Theirs is what their own token gets, and what a made-up shop's name does not.
fn whose(answer: &Value, theirs: (u16, &Value), anybody: (u16, &Value)) -> Yield {
    let is = |(status, body): (u16, &Value)| status == 200 && same(answer, body);
    if is(theirs) && !is(anybody) {
        Yield::Theirs("the answer is what that shop's own token gets".to_owned())
    } else {
        Yield::Neither
    }
}

fn json(response: &Response) -> Value {
    serde_json::from_slice(response.body()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn theirs_is_what_only_their_token_gets() {
        let (answer, other) = (json!({"total": 7}), json!({"total": 0}));
        let theirs = |theirs, anybody| matches!(whose(&answer, theirs, anybody), Yield::Theirs(_));
        assert!(theirs((200, &answer), (200, &other)));
        assert!(theirs((200, &answer), (404, &answer)));
        assert!(!theirs((200, &other), (200, &other)));
        assert!(!theirs((500, &answer), (200, &other)));
        assert!(
            !theirs((200, &answer), (200, &answer)),
            "an empty page, whoever asks"
        );
    }

    #[test]
    fn lists_by_query_and_header_and_single_objects() {
        let contract = Contract::default();
        let shop = Shop {
            id: "s".into(),
            domain: "s.myshopify.com".into(),
            objects: vec![("Campaign", vec!["c1".into()]), ("Discount", vec!["d1".into()])],
        };
        let questions = questions(&contract, &Other::Real(shop));
        let asked = |path: &str, by: Option<By>| questions.iter().any(|one| one.path == path && one.by == by);
        assert!(asked("/campaigns", Some(By::Query)) && asked("/reports/overview", Some(By::Query)));
        assert!(asked("/campaigns", Some(By::Header)) && asked("/discounts/d1", None));
        assert!(asked("/campaigns/c1", Some(By::Query)) && !asked("/campaigns/c1", None));
        assert!(questions.len() < 40, "{} requests", questions.len());
    }
}
