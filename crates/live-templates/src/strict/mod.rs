//! Strict mode, three ways: unknown variables, left-out required ones, malformed templates and requests.

mod malformed;
mod required;
mod unknown_variable;

pub(crate) use malformed::Malformed;
pub(crate) use required::Required;
pub(crate) use unknown_variable::UnknownVariable;
