//! How a deployment may differ from the canonical one and be just as healthy.

use crate::front::Front;
use crate::queues::QUEUES;

/// What a deployment chose differently; the default chose nothing.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent choices")]
pub struct Deployment {
    /// `QUEUE_PREFIX`, where it is set.
    pub queue_prefix: Option<&'static str>,
    /// The queues there are; those golive and the sandbox use themselves must be among them.
    pub queues: &'static [&'static str],
    /// How many contacts there are, over all shops; without, as many as the seed has.
    pub contacts: Option<u32>,
    /// Tables, columns, indexes and metrics that the contract does not know.
    pub additions: bool,
    /// Whether golive's role sees other sessions (`pg_monitor`); a managed PostgreSQL may not offer it.
    pub monitor_role: bool,
    /// Whether golive reaches PostgreSQL through a PgBouncer in transaction mode.
    pub pooler: bool,
    /// What golive's Redis user may do, as `ACL SETUSER` takes it; without, it is the default user. Users are the
    /// whole server's: this needs one of the sandbox's own.
    pub redis_rights: Option<&'static str>,
    /// Whether every usual report was asked for before golive comes.
    pub warm_reports: bool,
    /// A reverse proxy between golive and the backend.
    pub front: Option<Front>,
}

impl Default for Deployment {
    fn default() -> Self {
        Self {
            queue_prefix: None,
            queues: &QUEUES,
            contacts: None,
            additions: false,
            monitor_role: true,
            pooler: false,
            redis_rights: None,
            warm_reports: false,
            front: None,
        }
    }
}
