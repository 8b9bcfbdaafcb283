//! The login roles that golive is given: one that reads, one that may delete.

use crate::ids;

pub(super) struct Role {
    pub(super) name: String,
    pub(super) password: String,
}

impl Role {
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            password: ids::token(),
        }
    }

    /// The statements that make it, with those privileges on every table.
    pub(super) fn creation(&self, database: &str, privileges: &str) -> String {
        let Self { name, password } = self;
        format!(
            r#"CREATE ROLE {name} LOGIN PASSWORD '{password}' NOSUPERUSER NOCREATEDB NOCREATEROLE;
            GRANT CONNECT ON DATABASE "{database}" TO {name};
            GRANT USAGE ON SCHEMA public TO {name};
            GRANT {privileges} ON ALL TABLES IN SCHEMA public TO {name};"#
        )
    }
}
