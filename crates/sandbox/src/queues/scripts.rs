//! Our own Lua for the moves that must be atomic; what they store is what BullMQ 5 stores.
//!
//! Each takes one key, `<prefix>:<queue>:`, and derives the rest: a sandbox's Redis is no cluster.

use std::sync::LazyLock;

use redis::Script;

/// name, data, opts, now → id.
pub(super) static ADD: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/add.lua")));

/// now, token, lock ms → `{id, fields…}`, or the time of the next delayed job, or nothing.
pub(super) static TAKE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/take.lua")));

/// id, token, now, `completed` or `failed`, value, keep count, keep age ms → 1, or 0 when the lock is lost.
pub(super) static FINISH: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/finish.lua")));

/// id, token, now, reason, delay ms → 1, or 0 when the lock is lost.
pub(super) static RETRY: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/retry.lua")));

/// id, token, lock ms → 1, or 0 when the lock is lost.
pub(super) static RENEW: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/renew.lua")));

/// now, interval ms → how many jobs went back to wait.
pub(super) static STALLED: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/stalled.lua")));
