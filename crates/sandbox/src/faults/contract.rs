//! What the contract check must find.

use super::Fault;

pub(super) const FAULTS: &[Fault] = &[];
