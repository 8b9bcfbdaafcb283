//! The SMS provider's stub: it accepts every message and counts it.

use std::sync::Mutex;

/// A message handed to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sms {
    pub(crate) to: String,
    pub(crate) text: String,
}

/// What the provider has been handed so far.
#[derive(Debug, Default)]
pub(crate) struct Mitto {
    sent: Mutex<Vec<Sms>>,
}

impl Mitto {
    /// Hands over a message; answers the provider's id for it.
    pub(crate) fn send(&self, to: &str, text: &str) -> String {
        let sms = Sms {
            to: to.to_owned(),
            text: text.to_owned(),
        };
        self.sent.lock().expect("no holder panics").push(sms);
        format!("mitto-{}", crate::ids::token())
    }

    /// Everything handed over.
    pub(crate) fn sent(&self) -> Vec<Sms> {
        self.sent.lock().expect("no holder panics").clone()
    }
}
