//! What a campaign may be made of.

use serde_json::{Map, Value};

use crate::error::ApiError;

/// The writable fields of a campaign; absent ones stay as they are.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Draft {
    pub(super) name: Option<String>,
    pub(super) body_text: Option<String>,
    pub(super) batch_size: Option<i32>,
    pub(super) utm: Option<Value>,
    pub(super) segment_id: Option<String>,
}

impl Draft {
    /// Reads and checks the fields that are there; `null` counts as absent.
    pub(super) fn read(body: &Value) -> Result<Self, ApiError> {
        let Value::Object(fields) = body else {
            return Err(invalid("the body must be an object"));
        };
        let batch_size = match present(fields, "batchSize") {
            None => None,
            Some(value) => Some(
                value
                    .as_i64()
                    .and_then(|size| i32::try_from(size).ok())
                    .filter(|size| (1..=10_000).contains(size))
                    .ok_or_else(|| invalid("batchSize must be a whole number from 1 to 10000"))?,
            ),
        };
        let utm = match present(fields, "utmJson") {
            None => None,
            Some(value) => Some(utm(value)?),
        };
        Ok(Self {
            name: text(fields, "name", 255)?,
            body_text: text(fields, "bodyText", 5_000)?,
            batch_size,
            utm,
            segment_id: text(fields, "segmentId", 255)?,
        })
    }

    /// A new campaign needs a name and a text.
    pub(super) fn complete(self) -> Result<Self, ApiError> {
        match (&self.name, &self.body_text) {
            (None, _) => Err(invalid("name is required")),
            (_, None) => Err(invalid("bodyText is required")),
            _ => Ok(self),
        }
    }
}

/// An object of `utm_*` texts.
pub(super) fn utm(value: &Value) -> Result<Value, ApiError> {
    let fine = |(name, value): (&String, &Value)| {
        name.starts_with("utm_")
            && value
                .as_str()
                .is_some_and(|text| !text.is_empty() && text.len() <= 255)
    };
    match value {
        Value::Object(fields) if fields.iter().all(fine) => Ok(value.clone()),
        _ => Err(invalid("UTM parameters must be texts named utm_*")),
    }
}

fn present<'f>(fields: &'f Map<String, Value>, name: &str) -> Option<&'f Value> {
    fields.get(name).filter(|value| !value.is_null())
}

fn text(fields: &Map<String, Value>, name: &str, longest: usize) -> Result<Option<String>, ApiError> {
    let Some(value) = present(fields, name) else {
        return Ok(None);
    };
    let text = value
        .as_str()
        .filter(|text| !text.trim().is_empty() && text.chars().count() <= longest);
    text.map(|text| Some(text.to_owned()))
        .ok_or_else(|| invalid(format!("{name} must be a text of 1 to {longest} characters")))
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> ApiError {
    ApiError::unprocessable("validation_failed", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn refuses_what_is_no_campaign() {
        let bodies = [
            json!(null),
            json!([]),
            json!({"bodyText": "x"}),
            json!({"name": "x"}),
            json!({"name": "", "bodyText": "x"}),
            json!({"name": "  ", "bodyText": "x"}),
            json!({"name": 5, "bodyText": "x"}),
            json!({"name": "x", "bodyText": "x", "batchSize": 0}),
            json!({"name": "x", "bodyText": "x", "batchSize": "many"}),
            json!({"name": "x", "bodyText": "x", "utmJson": []}),
            json!({"name": "x", "bodyText": "x", "utmJson": {"source": "sms"}}),
            json!({"name": "x", "bodyText": "x", "utmJson": {"utm_source": 1}}),
        ];
        for body in bodies {
            assert!(Draft::read(&body).and_then(Draft::complete).is_err(), "{body}");
        }
    }

    #[test]
    fn keeps_what_is_given() {
        let body = json!({"name": "n", "bodyText": "b", "batchSize": 10, "utmJson": {"utm_source": "sms"}});
        let draft = Draft::read(&body).and_then(Draft::complete).expect("valid");
        assert_eq!(draft.batch_size, Some(10));
        assert_eq!(draft.utm, Some(json!({"utm_source": "sms"})));
        assert_eq!(
            Draft::read(&json!({})).expect("nothing to change"),
            Draft::default()
        );
    }
}
