//! What INFO says: fields, and whether this server is one that golive can read.

use std::collections::BTreeMap;

/// `name:value` lines; section titles and empty lines left out.
pub(super) fn parse(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.trim_end().split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Why this server cannot be verified; `None` for a stand-alone server (or a replica, or Valkey).
pub(super) fn unsupported(info: &BTreeMap<String, String>) -> Option<&'static str> {
    let mode = info
        .get("redis_mode")
        .or_else(|| info.get("server_mode"))
        .map(String::as_str);
    match mode {
        Some("cluster") => Some(CLUSTER),
        Some("sentinel") => Some(SENTINEL),
        _ => None,
    }
}

pub(super) const CLUSTER: &str = "Redis Cluster is not supported by golive: REDIS_URL names one of its nodes, and golive reads the queues of one server; give the address of a Redis that is no cluster";
pub(super) const SENTINEL: &str = "REDIS_URL points at a Redis Sentinel, which holds no queues; point it at the master that the Sentinel names";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        let info = parse("# Server\r\nredis_version:7.0.15\r\nos:Linux 6.1 x:y\r\n\r\n# Clients\r\n");
        assert_eq!(
            (info.len(), info["redis_version"].as_str(), info["os"].as_str()),
            (2, "7.0.15", "Linux 6.1 x:y")
        );
    }

    #[test]
    fn clusters_and_sentinels_are_refused_in_words() {
        let of = |mode: &str| unsupported(&parse(&format!("redis_mode:{mode}\r\n")));
        assert!(of("cluster").is_some_and(|words| words.starts_with("Redis Cluster is not supported")));
        assert!(of("sentinel").is_some_and(|words| words.contains("Sentinel")));
        assert_eq!((of("standalone"), unsupported(&BTreeMap::new())), (None, None));
        assert!(
            unsupported(&parse("server_mode:cluster")).is_some(),
            "Valkey's name for it"
        );
    }
}
