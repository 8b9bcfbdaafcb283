//! Reading keys, always bounded: counts by LLEN, ZCARD and XLEN, ranges with an end, SCAN with a budget.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use golive_core::error::Error;

use super::{Redis, int, list, map, text};

/// Keys that a SCAN found within its budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The keys, sorted, each once.
    pub keys: Vec<String>,
    /// Whether the whole keyspace was looked at; otherwise there may be more.
    pub complete: bool,
}

/// All answer [`Error::Unreachable`] when the connection is lost or silent, [`Error::Query`] in the server's words
/// (WRONGTYPE, NOPERM).
impl Redis {
    /// LLEN; 0 for a missing key.
    pub async fn llen(&self, key: &str) -> Result<u64, Error> {
        self.size("LLEN", key).await
    }

    /// ZCARD; 0 for a missing key.
    pub async fn zcard(&self, key: &str) -> Result<u64, Error> {
        self.size("ZCARD", key).await
    }

    /// XLEN; 0 for a missing key.
    pub async fn xlen(&self, key: &str) -> Result<u64, Error> {
        self.size("XLEN", key).await
    }

    /// DBSIZE: keys in the selected database.
    pub async fn dbsize(&self) -> Result<u64, Error> {
        let size = int(self.ask(redis::cmd("DBSIZE"), "DBSIZE").await?);
        Ok(u64::try_from(size).unwrap_or(0))
    }

    /// EXISTS.
    pub async fn exists(&self, key: &str) -> Result<bool, Error> {
        Ok(self.size("EXISTS", key).await? > 0)
    }

    /// GET; bytes that are no UTF-8 become U+FFFD.
    pub async fn get(&self, key: &str) -> Result<Option<String>, Error> {
        self.on_key("GET", key).await.map(text)
    }

    /// PTTL; `None` for a missing key and for one without expiry (ask [`Redis::exists`]).
    pub async fn ttl(&self, key: &str) -> Result<Option<Duration>, Error> {
        let millis = int(self.on_key("PTTL", key).await?);
        Ok(u64::try_from(millis).ok().map(Duration::from_millis))
    }

    /// TYPE: `string`, `hash`, `list`, `zset`, `stream`, `set`; `None` for a missing key.
    pub async fn key_type(&self, key: &str) -> Result<Option<String>, Error> {
        let kind = text(self.on_key("TYPE", key).await?);
        Ok(kind.filter(|kind| kind != "none"))
    }

    /// HGETALL; empty for a missing key.
    pub async fn hgetall(&self, key: &str) -> Result<BTreeMap<String, String>, Error> {
        self.on_key("HGETALL", key).await.map(map)
    }

    /// HGET.
    pub async fn hget(&self, key: &str, field: &str) -> Result<Option<String>, Error> {
        let mut cmd = redis::cmd("HGET");
        cmd.arg(key).arg(field);
        self.ask(cmd, &format!("HGET {key} {field}")).await.map(text)
    }

    /// The first `count` elements of a list.
    pub async fn lrange(&self, key: &str, count: u32) -> Result<Vec<String>, Error> {
        self.range("LRANGE", key, count).await
    }

    /// The `count` members of lowest score.
    pub async fn zrange(&self, key: &str, count: u32) -> Result<Vec<String>, Error> {
        self.range("ZRANGE", key, count).await
    }

    /// The `count` members of highest score, highest first.
    pub async fn zrevrange(&self, key: &str, count: u32) -> Result<Vec<String>, Error> {
        self.range("ZREVRANGE", key, count).await
    }

    /// SCAN MATCH `pattern` until `max_keys` are found or `within` is over. Never KEYS.
    pub async fn scan(&self, pattern: &str, max_keys: usize, within: Duration) -> Result<Scan, Error> {
        let began = Instant::now();
        let mut keys = BTreeSet::new();
        let mut cursor = "0".to_owned();
        let mut calls = 0_u32;
        let complete = loop {
            let mut cmd = redis::cmd("SCAN");
            cmd.arg(&cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(1_000);
            let mut reply = list(self.silently(&cmd).await?).into_iter();
            calls += 1;
            cursor = reply.next().and_then(text).unwrap_or_else(|| "0".into());
            keys.extend(
                reply
                    .next()
                    .map(list)
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(text),
            );
            if cursor == "0" {
                break keys.len() <= max_keys;
            }
            if keys.len() >= max_keys || began.elapsed() >= within {
                break false;
            }
        };
        let keys: Vec<String> = keys.into_iter().take(max_keys).collect();
        let extent = if complete { "whole keyspace" } else { "cut short" };
        self.record(
            &format!("SCAN MATCH {pattern}"),
            began,
            &format!("{} keys, {calls} calls, {extent}", keys.len()),
        );
        Ok(Scan { keys, complete })
    }

    async fn range(&self, command: &str, key: &str, count: u32) -> Result<Vec<String>, Error> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let last = count - 1;
        let mut cmd = redis::cmd(command);
        cmd.arg(key).arg(0).arg(last);
        let reply = self.ask(cmd, &format!("{command} {key} 0 {last}")).await?;
        Ok(list(reply).into_iter().filter_map(text).collect())
    }

    async fn size(&self, command: &str, key: &str) -> Result<u64, Error> {
        let size = int(self.on_key(command, key).await?);
        Ok(u64::try_from(size).unwrap_or(0))
    }

    async fn on_key(&self, command: &str, key: &str) -> Result<redis::Value, Error> {
        let mut cmd = redis::cmd(command);
        cmd.arg(key);
        self.ask(cmd, &format!("{command} {key}")).await
    }
}
