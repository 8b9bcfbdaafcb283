//! A message of more than one SMS part warns with the number of parts, counted on the rendered text.

mod parts;
mod warning;

use golive_core::contract::Sms;
use golive_core::prelude::*;

use self::parts::{Length, Size, measure};
use crate::answer::{Answer, Preview};
use crate::client;
use crate::said::shortened;

pub(crate) struct Segments;

/// A template whose length is at an edge.
#[derive(Debug)]
struct Case {
    what: String,
    body: String,
}

#[async_trait]
impl Probe for Segments {
    fn facts(&self) -> Facts {
        Facts::new("templates.segments", "a message of several SMS parts warns with their number")
            .why("every part is billed: a wrong count makes estimates and bills disagree")
            .asks("previews texts at every edge of GSM-7 (160, 161, 306, 307) and UCS-2 (70, 71, 134, 135), with the extension characters that count two, accents, emoji, and templates much shorter or longer than their text")
            .fails_when("(WARN) a text of several parts has no warning with their number, or a text of one part has one")
            .needs(&["templates.triggers"])
            .remedy("Count GSM-7 septets or UTF-16 units of the rendered text, with one function for preview, estimate and sending, and put the number of parts into the warning")
            .runbook("sms-segments")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let working = client::working(cx).await?;
        let sms = &cx.contract().sms;
        let cases = cases(sms);
        let answers = client::each(&cases, |case| {
            client::preview(cx, &working.trigger.name, &case.body)
        })
        .await?;
        let mut assertions = Assertions::new();
        for (case, answer) in cases.iter().zip(&answers) {
            assertions.absorb(judge(&case.what, answer, sms));
        }
        Ok(assertions.conclude(format!(
            "{} texts of GSM-7 and UCS-2: those of several parts warn with the number, the others don't",
            cases.len()
        )))
    }
}

fn cases(sms: &Sms) -> Vec<Case> {
    let case = |what: &str, body: String| Case {
        what: what.to_owned(),
        body,
    };
    let mut cases = Vec::new();
    for (single, part, letter, name) in [
        (sms.gsm7_single, sms.gsm7_part, "a", "GSM-7"),
        (sms.ucs2_single, sms.ucs2_part, "я", "UCS-2"),
    ] {
        for length in [single, single + 1, 2 * part, 2 * part + 1] {
            cases.push(case(
                &format!("{length} characters of {name}"),
                letter.repeat(length),
            ));
        }
    }
    let (single, part) = (sms.gsm7_single, sms.gsm7_part);
    // One of each: if a single one counted one, 161 septets would be 160.
    let extension = "€[]{}^~|\\";
    let plain = single.saturating_sub(2 * extension.chars().count());
    cases.push(case(
        "all nine extension characters, one septet too many",
        format!("{}{extension}", "a".repeat(plain + 1)),
    ));
    cases.push(case("80 euro signs", "€".repeat(single / 2)));
    cases.push(case(
        "a euro sign that does not fit into the first part",
        format!("{0}€{0}", "a".repeat(part.saturating_sub(1))),
    ));
    cases.push(case("accented letters of GSM-7", "é".repeat(single)));
    cases.push(case(
        "a backtick, which GSM-7 has not",
        format!("`{}", "a".repeat(sms.ucs2_single)),
    ));
    cases.push(case("emoji that just fit", "😀".repeat(sms.ucs2_single / 2)));
    cases.push(case("one emoji too many", "😀".repeat(sms.ucs2_single / 2 + 1)));
    cases.push(case(
        "a short text of a long template",
        format!("{{% comment %}}{}{{% endcomment %}}Hello", "a".repeat(single)),
    ));
    cases.push(case(
        "a long text of a short template",
        format!(
            "{{% assign golive = \"{}\" %}}{}",
            "a".repeat(single / 4),
            "{{ golive }}".repeat(6)
        ),
    ));
    cases
}

fn judge(what: &str, answer: &Answer, sms: &Sms) -> Outcome {
    let preview = match Preview::read(answer) {
        Ok(preview) => preview,
        // The route works for this trigger: what is refused here is this text.
        Err(problem) => {
            return Outcome::warn(
                problem.reason.unwrap_or(Reason::BodyMismatch),
                format!("{what}: {}", problem.summary),
            )
            .expected("the preview of a long text is a preview with a warning");
        }
    };
    let Size { length, parts } = measure(&preview.text, sms);
    let counted = match length {
        Length::Gsm7(septets) => format!("{septets} septets of GSM-7"),
        Length::Ucs2(units) => format!("{units} units of UCS-2"),
    };
    let said = match preview.warnings.as_slice() {
        [] => "there is no warning".to_owned(),
        warnings => format!("the warnings say: {}", shortened(&warnings.join("; "))),
    };
    let mut assertions = Assertions::new();
    if parts > 1 {
        assertions.advise(
            preview.warnings.iter().any(|text| warning::states(text, parts)),
            Reason::BodyMismatch,
            format!("a warning that says {parts} parts for {counted}"),
            format!("{what}: {counted} are {parts} parts, {said}"),
        );
    } else {
        assertions.advise(
            !preview
                .warnings
                .iter()
                .any(|text| warning::speaks_of_several(text)),
            Reason::BodyMismatch,
            format!("no warning of several parts for {counted}"),
            format!("{what}: {counted} are one part, {said}"),
        );
    }
    assertions.conclude("the warning fits the length")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::answer::answer;

    #[test]
    fn the_warning_must_fit_the_rendered_text() {
        let two = "the message is sent in 2 SMS parts (161 units of GSM-7)";
        for (text, warnings, passes) in [
            ("a".repeat(160), json!([]), true),
            (
                "a".repeat(160),
                json!(["required variable not used: checkout_id"]),
                true,
            ),
            ("a".repeat(160), json!([two]), false),
            ("a".repeat(161), json!([two]), true),
            (
                "a".repeat(161),
                json!([{"code": "too_long", "segments": 2}]),
                true,
            ),
            ("a".repeat(161), json!([]), false),
            ("a".repeat(161), json!(["the message is long"]), false),
            ("a".repeat(307), json!([two]), false),
            (
                "я".repeat(71),
                json!(["UCS-2: will be split into two messages"]),
                true,
            ),
            ("я".repeat(71), json!(["sent as 1 part of UCS-2"]), false),
        ] {
            let body = json!({"ok": true, "text": text, "warnings": warnings});
            let outcome = judge("x", &answer(200, body), &Sms::default());
            let wanted = if passes { Status::Pass } else { Status::Warn };
            assert_eq!(outcome.status, wanted, "{warnings}: {}", outcome.summary);
        }
        assert_eq!(
            judge("x", &answer(422, json!({})), &Sms::default()).status,
            Status::Warn
        );
    }

    #[test]
    fn the_cases_lie_at_the_edges() {
        let sms = Sms::default();
        let literal: Vec<(usize, usize)> = cases(&sms)
            .iter()
            .filter(|case| !case.body.contains("{%"))
            .map(|case| {
                let size = measure(&case.body, &sms);
                let (Length::Gsm7(units) | Length::Ucs2(units)) = size.length;
                (units, size.parts)
            })
            .collect();
        let expected = [
            (160, 1),
            (161, 2),
            (306, 2),
            (307, 3),
            (70, 1),
            (71, 2),
            (134, 2),
            (135, 3),
            (161, 2),
            (160, 1),
            (306, 3),
            (160, 1),
            (71, 2),
            (70, 1),
            (72, 2),
        ];
        assert_eq!(literal, expected);
    }
}
