//! What the campaigns check must find.

use super::Fault;

pub(super) const FAULTS: &[Fault] = &[];
