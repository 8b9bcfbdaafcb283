//! One PostgreSQL database a sandbox, copied from a template that has the whole schema and seed.

mod blocked;
mod contacts;
mod fault_sql;
pub(crate) mod migrations;
mod people;
mod roles;
mod seed;
mod shops;
mod template;

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgPool};
use url::Url;

pub(crate) use seed::{ENCRYPTION_KEY, OTHER_SHOP, PEPPER, SHOP};

use crate::crypto::Layout;
use crate::deployment::Deployment;
use crate::faults::Faults;
use crate::ids;
use roles::Role;

/// What the contract does not know, and does not mind.
const ADDITIONS: &str = include_str!("additions.sql");

/// A database and two roles that exist for one sandbox only.
pub(crate) struct Database {
    admin: PgConnectOptions,
    admin_url: Url,
    name: String,
    reader: Role,
    cleaner: Role,
    /// Connections as a role that may do everything.
    pub(crate) pool: PgPool,
    /// The blocked session of a fault.
    blocked: Option<tokio::task::JoinHandle<()>>,
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(task) = self.blocked.take() {
            task.abort();
        }
    }
}

impl Database {
    /// Copies the template, makes the roles, brings the seed up to date and breaks what `faults` say.
    pub(crate) async fn create(
        admin_url: &str,
        faults: &Faults,
        deployment: &Deployment,
        layout: Layout,
    ) -> Result<Self, DbError> {
        let admin = quiet(PgConnectOptions::from_str(admin_url)?);
        let admin_url = Url::parse(admin_url)?;
        let mut connection = admin.connect().await?;
        let template = template::ensure(&admin, &mut connection, layout).await?;
        let suffix = &ids::token()[..12];
        let name = format!("golive_sandbox_{suffix}");
        let reader = Role::new(format!("golive_reader_{suffix}"));
        let cleaner = Role::new(format!("golive_cleaner_{suffix}"));
        connection
            .execute(AssertSqlSafe(format!(
                r#"CREATE DATABASE "{name}" TEMPLATE "{template}""#
            )))
            .await?;
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .connect_with(admin.clone().database(&name).options([("timezone", "UTC")]))
            .await?;
        let mut database = Self {
            admin,
            admin_url,
            name,
            reader,
            cleaner,
            pool,
            blocked: None,
        };
        let prepared = database.prepare(faults, deployment, layout).await;
        if faults.on("database.blocked-session") {
            database.blocked = Some(blocked::hold(database.admin.clone().database(&database.name)).await?);
        }
        connection.close().await.ok();
        match prepared {
            Ok(()) => Ok(database),
            Err(error) => {
                database.remove().await.ok();
                Err(error.into())
            }
        }
    }

    async fn prepare(
        &self,
        faults: &Faults,
        deployment: &Deployment,
        layout: Layout,
    ) -> Result<(), sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        seed::freshen(&mut connection).await?;
        if deployment.additions {
            connection.execute(ADDITIONS).await?;
        }
        if let Some(wanted) = deployment.contacts {
            contacts::make(&mut connection, wanted, layout).await?;
        }
        let setup = format!(
            r#"ALTER DATABASE "{}" SET timezone = 'UTC';{}{}"#,
            self.name,
            self.reader.creation(&self.name, "SELECT"),
            self.cleaner.creation(&self.name, "SELECT, DELETE"),
        );
        connection.execute(AssertSqlSafe(setup)).await?;
        if deployment.monitor_role {
            let grant = format!("GRANT pg_monitor TO {}", self.reader.name);
            connection.execute(AssertSqlSafe(grant)).await?;
        }
        fault_sql::apply(&mut connection, faults, &self.reader.name, layout).await
    }

    /// What `DATABASE_URL` says: the read-only role, as Prisma writes it.
    pub(crate) fn reader_url(&self) -> String {
        self.url_of(&self.reader)
    }

    /// What `CLEANUP_DATABASE_URL` says: a role that may delete rows too.
    pub(crate) fn cleaner_url(&self) -> String {
        self.url_of(&self.cleaner)
    }

    fn url_of(&self, role: &Role) -> String {
        let mut url = self.admin_url.clone();
        url.set_scheme("postgresql").ok();
        url.set_username(&role.name).ok();
        url.set_password(Some(&role.password)).ok();
        url.set_path(&self.name);
        url.set_query(Some("schema=public"));
        url.into()
    }

    /// Drops the database and its roles.
    pub(crate) async fn remove(&self) -> Result<(), sqlx::Error> {
        // the pool may belong to a runtime that has stopped: FORCE ends its sessions
        let mut connection = self.admin.connect().await?;
        let drops = [
            format!(r#"DROP DATABASE IF EXISTS "{}" WITH (FORCE)"#, self.name),
            format!("DROP ROLE IF EXISTS {}", self.reader.name),
            format!("DROP ROLE IF EXISTS {}", self.cleaner.name),
        ];
        for drop in drops {
            connection.execute(AssertSqlSafe(drop)).await?;
        }
        connection.close().await
    }
}

fn quiet(options: PgConnectOptions) -> PgConnectOptions {
    options
        .disable_statement_logging()
        .application_name("golive-sandbox")
}

/// Why there is no database for a sandbox.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// PostgreSQL refused, or could not be reached.
    #[error("postgres")]
    Postgres(#[from] sqlx::Error),
    /// The URL is none.
    #[error("the database url is malformed")]
    Url(#[from] url::ParseError),
}
