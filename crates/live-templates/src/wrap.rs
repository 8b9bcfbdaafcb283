//! Several expressions in one template, wrapped in fixed text so that each value can be told apart
//! in what comes back, whatever the target puts around it.

const SEPARATOR: &str = " ~ ";

/// The template: fixed text, the expressions, fixed text.
pub(crate) fn wrap<S: AsRef<str>>(expressions: impl IntoIterator<Item = S>) -> String {
    let mut body = String::from("golive");
    for expression in expressions {
        body.push_str(SEPARATOR);
        body.push_str(expression.as_ref());
    }
    body + SEPARATOR + "end"
}

/// The same with these variables.
pub(crate) fn wrap_variables<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    wrap(
        names
            .into_iter()
            .map(|name| format!("{{{{ {} }}}}", name.as_ref())),
    )
}

/// The values in what a wrapped template was rendered to; `None` when the fixed text is not there.
pub(crate) fn values(text: &str, count: usize) -> Option<Vec<&str>> {
    // An empty value may have lost the blanks around it: split on the bare sign.
    let parts: Vec<&str> = text.split(SEPARATOR.trim()).map(str::trim).collect();
    let fixed =
        parts.len() == count + 2 && parts[0].ends_with("golive") && parts[count + 1].starts_with("end");
    fixed.then(|| parts[1..=count].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_wrapped_is_found_again() {
        assert_eq!(wrap(["{{ a }}", "{{ b }}"]), "golive ~ {{ a }} ~ {{ b }} ~ end");
        assert_eq!(wrap_variables(["a", "b"]), wrap(["{{ a }}", "{{ b }}"]));
        assert_eq!(values("golive ~ 1 ~  ~ end Reply STOP", 2), Some(vec!["1", ""]));
        for lost in ["1 2", "golive ~ 1 ~ end", "golive ~ 1 ~ 2 ~ 3 ~ end", ""] {
            assert_eq!(values(lost, 2), None, "{lost}");
        }
    }
}
