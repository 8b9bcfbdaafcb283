//! Database & migrations: is the database reachable, migrated, shaped as the backend expects, and is personal data encrypted in it?

mod connect;
mod headroom;
mod migrations;
mod pii;
mod role;
mod schema;
mod tls;

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

    fn probes(&self, contract: &Contract) -> Vec<Box<dyn Probe>> {
        let mut probes: Vec<Box<dyn Probe>> = vec![
            Box::new(connect::Connect),
            Box::new(role::ReadOnlyRole),
            Box::new(tls::Encrypted),
        ];
        probes.extend(migrations::probes());
        probes.extend(schema::probes(contract));
        probes.extend(pii::probes());
        probes.push(Box::new(headroom::Headroom));
        probes
    }
}

/// Notes what was read once for several probes, for those that did not send the statement themselves.
fn cite(cx: &Context, source: &str, found: &str) {
    if cx.evidence().is_empty() {
        cx.note(format!("read once a run, for several probes: {source}: {found}"));
    }
}
