//! The commands that read files only, driven as a user would: the built binary, a directory of its own.

mod config;
mod diff;
mod files;
mod generate;
mod history;
mod hostile;
mod judge;
mod plan;
mod rollback_plan;
