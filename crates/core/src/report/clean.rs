//! A value as it may leave the process: every string in it has passed the redactor.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Report;
use crate::redact::Redactor;

impl Redactor {
    /// A redacted report, cleaned one check at a time: as JSON, a whole one takes many times its size.
    pub(crate) fn clean_report(&self, mut report: Report) -> Report {
        let checks = std::mem::take(&mut report.checks);
        Report {
            checks: checks.into_iter().map(|check| self.clean_as(&check)).collect(),
            ..self.clean_as(&report)
        }
    }

    /// A redacted copy of any report type.
    pub fn clean_as<T: Serialize + DeserializeOwned>(&self, value: &T) -> T {
        let mut json = serde_json::to_value(value).expect("report types have string keys only");
        self.clean_value(&mut json);
        serde_json::from_value(json).expect("redaction changes strings, never the shape")
    }
}
