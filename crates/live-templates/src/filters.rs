//! A filter renders exactly what the contract and LiquidJS say, also for null, empty, accented and large values.

use golive_core::contract::TemplateFilter;
use golive_core::prelude::*;

use crate::answer::{Answer, Preview};
use crate::cases::{Wanted, edge_cases};
use crate::client;
use crate::said::shortened;
use crate::wrap::{values, wrap};

/// One member of the family: a filter.
pub(crate) struct Filters(pub(crate) TemplateFilter);

/// A template, and what it was rendered to, or why it was not.
#[derive(Debug)]
struct Render<'t> {
    body: &'t str,
    got: Result<String, Box<Outcome>>,
}

#[async_trait]
impl Probe for Filters {
    fn facts(&self) -> Facts {
        let TemplateFilter {
            name, body, expected, ..
        } = &self.0;
        Facts::new(
            format!("templates.filter.{name}"),
            format!("the filter {name} renders exactly what it should"),
        )
        .why("a wrong price, date or link is sent to thousands of people and cannot be taken back")
        .asks(format!(
            "previews `{body}` and {} edge cases (null, empty, accents, numbers), all in one template",
            edge_cases(name).len()
        ))
        .fails_when(format!("a template is refused, or its text differs from what is right (here: {expected})"))
        .needs(&["templates.triggers"])
        .remedy(format!("Register {name} with LiquidJS for preview and sending alike, and let it take null, empty and numeric values"))
        .runbook("template-filters")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let working = client::working(cx).await?;
        let trigger = &working.trigger.name;
        let bodies: Vec<&str> = std::iter::once(self.0.body.as_str())
            .chain(edge_cases(&self.0.name).iter().map(|case| case.body))
            .collect();
        let all = client::preview(cx, trigger, &wrap(&bodies)).await?;
        let renders = match rendered(&all, bodies.len()) {
            Ok(texts) => bodies
                .iter()
                .zip(texts)
                .map(|(body, text)| Render { body, got: Ok(text) })
                .collect(),
            // Which of them is it? One by one.
            Err(_) => {
                client::each(&bodies, async |body| {
                    let answer = client::preview(cx, trigger, &wrap([body])).await?;
                    let got = rendered(&answer, 1).map(|mut texts| texts.remove(0));
                    Ok(Render { body, got })
                })
                .await?
            }
        };
        Ok(judge(&self.0, &renders))
    }
}

/// The values of a wrapped template of that many expressions.
fn rendered(answer: &Answer, count: usize) -> Result<Vec<String>, Box<Outcome>> {
    let preview = Preview::read(answer)?;
    let Some(values) = values(&preview.text, count) else {
        return Err(Box::new(
            Outcome::fail(
                Reason::BodyMismatch,
                format!(
                    "the preview lost the text around it: {}",
                    shortened(&preview.text)
                ),
            )
            .expected("the fixed text of the template, with the value between"),
        ));
    };
    Ok(values.into_iter().map(str::to_owned).collect())
}

fn judge(filter: &TemplateFilter, renders: &[Render<'_>]) -> Outcome {
    let mut assertions = Assertions::new();
    for Render { body, got } in renders {
        let text = match got {
            Ok(text) => text,
            Err(problem) => {
                let observed = format!(
                    "`{body}`: {}",
                    problem.observed.as_ref().unwrap_or(&problem.summary)
                );
                assertions.absorb(Outcome {
                    observed: Some(observed),
                    ..(**problem).clone()
                });
                continue;
            }
        };
        let (right, wanted) = match wanted(filter, body) {
            Some(wanted) => (wanted.is(text), wanted.describe()),
            None if filter.contains => (text.contains(&filter.expected), filter.expected.clone()),
            None => (text == filter.expected.trim(), filter.expected.clone()),
        };
        assertions.require(
            right,
            Reason::BodyMismatch,
            format!("`{body}` → `{wanted}`"),
            format!("`{body}` → `{}`, not `{wanted}`", shortened(text)),
        );
    }
    assertions.conclude(format!(
        "`{}` → `{}` and {} edge cases",
        filter.body,
        filter.expected,
        renders.len() - 1
    ))
}

/// The edge case with that body; `None` for the contract's own example.
fn wanted(filter: &TemplateFilter, body: &str) -> Option<Wanted> {
    if body == filter.body {
        return None;
    }
    edge_cases(&filter.name)
        .iter()
        .find(|case| case.body == body)
        .map(|case| case.wanted)
}

#[cfg(test)]
mod tests {
    use golive_core::contract::Contract;
    use serde_json::json;

    use super::*;
    use crate::answer::answer;

    fn filter(name: &str) -> TemplateFilter {
        let filters = Contract::default().template_filters;
        filters
            .into_iter()
            .find(|filter| filter.name == name)
            .expect("in the contract")
    }

    fn judged(name: &str, body: &str, text: &str) -> Outcome {
        let render = Render {
            body,
            got: Ok(text.to_owned()),
        };
        judge(&filter(name), &[render])
    }

    #[test]
    fn exact_output_and_nothing_else() {
        let money = filter("money");
        assert_eq!(judged("money", &money.body, "$9.50").status, Status::Pass);
        for wrong in ["$9.5", "9.50", "$9.50 ", "€9.50", ""] {
            let outcome = judged("money", &money.body, wrong);
            assert_eq!(outcome.reason, Some(Reason::BodyMismatch), "{wrong}");
        }
        let grouped = r#"{{ 1234567.89 | money: "USD" }}"#;
        assert_eq!(judged("money", grouped, "$1,234,567.89").status, Status::Pass);
        assert_eq!(judged("money", grouped, "$1234567.89").status, Status::Fail);
    }

    #[test]
    fn short_links_only_need_their_path() {
        let body = filter("shortlink").body;
        assert_eq!(
            judged("shortlink", &body, "https://sms.example/s/aB3").status,
            Status::Pass
        );
        assert_eq!(
            judged("shortlink", &body, "https://example.com/products/tee").status,
            Status::Fail
        );
    }

    #[test]
    fn a_refused_template_keeps_its_reason_and_names_itself() {
        let got =
            rendered(&answer(500, json!({"error": "internal_error"})), 1).map(|mut texts| texts.remove(0));
        let outcome = judge(
            &filter("upper"),
            &[Render {
                body: "{{ nil | upper }}",
                got,
            }],
        );
        assert_eq!(outcome.reason, Some(Reason::StatusUnexpected));
        assert!(
            outcome.summary.contains("{{ nil | upper }}"),
            "{}",
            outcome.summary
        );
        assert!(rendered(&answer(200, json!({"ok": true, "text": "golive ~ a ~ end"})), 1).is_ok());
        assert!(rendered(&answer(200, json!({"ok": true, "text": "a"})), 1).is_err());
    }

    #[test]
    fn every_filter_of_the_contract_has_edge_cases() {
        for filter in Contract::default().template_filters {
            assert!(!edge_cases(&filter.name).is_empty(), "{}", filter.name);
            assert_eq!(wanted(&filter, &filter.body), None);
        }
    }
}
