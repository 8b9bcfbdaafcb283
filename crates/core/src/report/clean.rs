//! A value as it may leave the process: every string in it has passed the redactor.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::redact::Redactor;

impl Redactor {
    /// A redacted copy of any report type.
    pub fn clean_as<T: Serialize + DeserializeOwned>(&self, value: &T) -> T {
        let mut json = serde_json::to_value(value).expect("report types have string keys only");
        self.clean_value(&mut json);
        serde_json::from_value(json).expect("redaction changes strings, never the shape")
    }
}
