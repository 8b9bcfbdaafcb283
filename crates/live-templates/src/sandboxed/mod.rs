//! What a template may reach: its variables, and not the server.

mod loops;
mod reach;
mod rounds;

pub(crate) use loops::Loops;
pub(crate) use reach::Sandboxed;
