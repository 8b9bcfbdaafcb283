//! Database & migrations: is the database reachable, migrated, shaped as the backend expects, and is personal data encrypted in it?

use golive_core::contract::Contract;
use golive_core::prelude::*;

/// Database & migrations.
#[derive(Debug)]
pub struct LiveDatabase;

impl Check for LiveDatabase {
    fn id(&self) -> &'static str {
        "database"
    }

    fn title(&self) -> &'static str {
        "Database & migrations"
    }

    fn question(&self) -> &'static str {
        "Is the database reachable, migrated, shaped as the backend expects, and is personal data encrypted in it?"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["db", "migrations"]
    }

    fn probes(&self, _contract: &Contract) -> Vec<Box<dyn Probe>> {
        Vec::new()
    }
}
