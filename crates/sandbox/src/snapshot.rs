//! What the stores hold, so that a run can be shown to have left nothing behind.

use std::collections::BTreeMap;

use redis::aio::ConnectionManager;
use redis::{RedisError, Value};
use sqlx::AssertSqlSafe;

use crate::crypto::sha256_hex;
use crate::db::DbError;
use crate::redis_db::RedisDbError;
use crate::start_error::StartError;
use crate::state::State;

/// Every table and every lasting key, with a digest of its content, and the messages sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Table to `<rows> rows, <digest>`.
    pub tables: BTreeMap<String, String>,
    /// Key to `<type> <digest>`; caches, rate counters, event streams, id counters, markers and what expires are left out.
    pub keys: BTreeMap<String, String>,
    /// How many messages the SMS provider was handed.
    pub messages_sent: usize,
}

impl Snapshot {
    pub(crate) async fn take(state: &State) -> Result<Self, StartError> {
        Ok(Self {
            tables: tables(state).await.map_err(DbError::from)?,
            keys: keys(state.redis()).await.map_err(RedisDbError::from)?,
            messages_sent: state.mitto.sent().len(),
        })
    }

    /// What differs from an earlier snapshot, one line a thing; empty when nothing does.
    pub fn changes_since(&self, earlier: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        for (kind, before, after) in [
            ("table", &earlier.tables, &self.tables),
            ("key", &earlier.keys, &self.keys),
        ] {
            let names: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
            for name in names {
                let show =
                    |map: &BTreeMap<String, String>| map.get(name).map_or("absent", |text| text).to_owned();
                if before.get(name) != after.get(name) {
                    changes.push(format!("{kind} {name}: {} -> {}", show(before), show(after)));
                }
            }
        }
        if self.messages_sent != earlier.messages_sent {
            changes.push(format!(
                "messages sent: {} -> {}",
                earlier.messages_sent, self.messages_sent
            ));
        }
        changes
    }
}

async fn tables(state: &State) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let names: Vec<String> =
        sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
            .fetch_all(&state.pg)
            .await?;
    let mut tables = BTreeMap::new();
    for name in names {
        let statement = format!(
            r#"SELECT count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM "{name}" AS t"#
        );
        let (rows, digest): (i64, String) = sqlx::query_as(AssertSqlSafe(statement))
            .fetch_one(&state.pg)
            .await?;
        tables.insert(name, format!("{rows} rows, {digest}"));
    }
    Ok(tables)
}

async fn keys(mut redis: ConnectionManager) -> Result<BTreeMap<String, String>, RedisError> {
    let mut keys = BTreeMap::new();
    let mut cursor = 0_u64;
    loop {
        let (next, found): (u64, Vec<String>) = redis::cmd("SCAN")
            .arg(cursor)
            .arg("COUNT")
            .arg(500)
            .query_async(&mut redis)
            .await?;
        for key in found {
            if let Some(content) = content(&mut redis, &key).await? {
                keys.insert(key, content);
            }
        }
        cursor = next;
        if cursor == 0 {
            return Ok(keys);
        }
    }
}

/// The key's type and a digest of what it holds; nothing for what passes by itself.
async fn content(redis: &mut ConnectionManager, key: &str) -> Result<Option<String>, RedisError> {
    let part = key.rsplit(':').next().unwrap_or_default();
    if matches!(part, "id" | "marker" | "stalled" | "stalled-check" | "pc") {
        return Ok(None);
    }
    let (kind, ttl): (String, i64) = redis::pipe()
        .cmd("TYPE")
        .arg(key)
        .cmd("PTTL")
        .arg(key)
        .query_async(redis)
        .await?;
    if ttl != -1 || kind == "stream" {
        return Ok(None);
    }
    let mut read = match kind.as_str() {
        "string" => redis::cmd("GET"),
        "list" => redis::cmd("LRANGE"),
        "hash" => redis::cmd("HGETALL"),
        "set" => redis::cmd("SMEMBERS"),
        "zset" => redis::cmd("ZRANGE"),
        _ => return Ok(Some(kind)),
    };
    read.arg(key);
    match kind.as_str() {
        "list" => read.arg(0).arg(-1),
        "zset" => read.arg(0).arg(-1).arg("WITHSCORES"),
        _ => &mut read,
    };
    let value: Value = read.query_async(redis).await?;
    Ok(Some(format!(
        "{kind} {}",
        &sha256_hex(canonical(&kind, &value).as_bytes())[..16]
    )))
}

/// The same text for the same content, in whatever order Redis keeps it.
fn canonical(kind: &str, value: &Value) -> String {
    let Value::Array(items) = value else {
        return format!("{value:?}");
    };
    let pairs = if kind == "hash" { 2 } else { 1 };
    let mut parts: Vec<String> = items.chunks(pairs).map(|part| format!("{part:?}")).collect();
    if matches!(kind, "hash" | "set") {
        parts.sort();
    }
    parts.concat()
}
