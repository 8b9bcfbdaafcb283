//! What an author is told: unknown variables, left-out required ones, messages of several parts.

use serde_json::{Map, Value};

use super::catalogue::Trigger;
use super::scan::{Scan, head};
use crate::api::sms::{self, Bent};
use crate::faults::Faults;

/// A warning for each path that has no value.
pub(super) fn unknown_in_preview(scan: &Scan, values: &Map<String, Value>, faults: &Faults) -> Vec<String> {
    let mut unknown = unknown(scan, values);
    if faults.on("templates.unknown-variable-silent-in-preview") {
        unknown.clear();
    }
    if faults.on("templates.unknown-variable-behind-filter-silent") {
        unknown.retain(|path| !scan.filtered.contains(path));
    }
    if faults.on("templates.unknown-variable-unnamed-in-preview") && !unknown.is_empty() {
        return vec!["the template has unknown variables".to_owned()];
    }
    unknown
        .iter()
        .map(|path| format!("unknown variable: {path}"))
        .collect()
}

/// An error for each path that has no value.
pub(super) fn unknown_in_validate(
    body: &str,
    scan: &Scan,
    values: &Map<String, Value>,
    faults: &Faults,
) -> Vec<String> {
    let mut unknown = unknown(scan, values);
    if faults.on("templates.unknown-variable-passes") {
        unknown.clear();
    }
    if faults.on("templates.unknown-variable-behind-filter-passes") {
        unknown.retain(|path| !scan.filtered.contains(path));
    }
    if faults.on("templates.unknown-variable-in-condition-passes") {
        unknown.retain(|path| !scan.conditional.contains(path));
    }
    if faults.on("templates.unknown-variable-between-dashes-passes") {
        unknown.retain(|path| !body.contains(&format!("{{{{- {path}")));
    }
    if faults.on("templates.unknown-variable-as-argument-passes") {
        unknown.retain(|path| !body.contains(&format!(": {path}")));
    }
    if faults.on("templates.unknown-variable-near-known-passes") {
        unknown.retain(|path| !values.keys().any(|known| known.starts_with(path.as_str())));
    }
    unknown
        .iter()
        .map(|path| format!("unknown variable: {path}"))
        .collect()
}

/// A warning for each required variable that the template does not use.
pub(super) fn left_out(body: &str, trigger: &Trigger, scan: &Scan, faults: &Faults) -> Vec<String> {
    let unused = |name: &&&str| !scan.used.iter().any(|path| head(path) == **name);
    let mut names: Vec<_> = trigger.required.iter().filter(unused).collect();
    if faults.on("templates.required-not-named") {
        names.clear();
    }
    if faults.on("templates.required-only-first-named") {
        names.truncate(1);
    }
    if faults.on("templates.required-words-count") {
        names.retain(|name| !body.contains(**name));
    }
    if faults.on("templates.required-one-trigger-not-named") && trigger.name == "order_paid" {
        names.clear();
    }
    names
        .iter()
        .map(|name| format!("required variable not used: {name}"))
        .collect()
}

/// A warning when the rendered text needs more than one part.
pub(super) fn length(body: &str, text: &str, faults: &Faults) -> Option<String> {
    let counted = if faults.on("templates.segments-counted-on-template") {
        body
    } else {
        text
    };
    let measure = sms::measure_bent(counted, Bent::by(faults));
    if measure.parts < 2 {
        return None;
    }
    if faults.on("templates.segments-number-missing") {
        return Some("the message is long and will be sent in several parts".to_owned());
    }
    let sms::Measure {
        encoding,
        units,
        parts,
    } = measure;
    Some(format!(
        "the message is sent in {parts} SMS parts ({units} units of {})",
        encoding.name()
    ))
}

fn unknown(scan: &Scan, values: &Map<String, Value>) -> Vec<String> {
    scan.used
        .iter()
        .filter(|path| !resolves(values, path))
        .cloned()
        .collect()
}

fn resolves(values: &Map<String, Value>, path: &str) -> bool {
    let mut names = path.split('.');
    let Some(mut value) = names.next().and_then(|name| values.get(name)) else {
        return false;
    };
    for name in names {
        value = match value {
            Value::Object(fields) => match fields.get(name) {
                Some(field) => field,
                None => return name == "size",
            },
            Value::Array(items) if matches!(name, "first" | "last") => items.first().unwrap_or(value),
            Value::Array(_) | Value::String(_) => return name == "size",
            _ => return false,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::catalogue;
    use super::super::scan::scan;
    use super::*;

    #[test]
    fn paths_resolve_in_objects_and_texts() {
        let Value::Object(values) = json!({"name": "Jane", "customer": {"city": null}, "items": [1]}) else {
            unreachable!()
        };
        for (path, expected) in [
            ("name", true),
            ("name.size", true),
            ("name.constructor", false),
            ("customer.city", true),
            ("customer.zip", false),
            ("items.first", true),
            ("nope", false),
            ("nope.deep", false),
        ] {
            assert_eq!(resolves(&values, path), expected, "{path}");
        }
    }

    #[test]
    fn names_every_required_variable_left_out() {
        let trigger = catalogue::find("order_paid").expect("known");
        let warnings = left_out("", trigger, &scan("{{ order_number }}"), &Faults::default());
        assert_eq!(warnings, ["required variable not used: order_total"]);
    }

    #[test]
    fn states_the_number_of_parts_of_the_rendered_text() {
        let faults = Faults::default();
        assert_eq!(length("{{ x }}", &"a".repeat(160), &faults), None);
        let warning = length("{{ x }}", &"a".repeat(161), &faults).expect("two parts");
        assert_eq!(warning, "the message is sent in 2 SMS parts (161 units of GSM-7)");
    }
}
