//! CLIENT LIST, one line a connection; addresses are left out.

use std::collections::BTreeMap;

/// One connection of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// CLIENT SETNAME; empty when not set.
    pub name: String,
    /// Selected database.
    pub db: i64,
    /// Last command, lower case: `bzpopmin` for an idle worker.
    pub cmd: String,
    /// ACL user; empty before Redis 6.
    pub user: String,
    /// Seconds since its last command.
    pub idle_s: u64,
}

/// Form: <https://redis.io/docs/latest/commands/client-list/>.
pub(super) fn parse(text: &str) -> Vec<Client> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(client)
        .collect()
}

fn client(line: &str) -> Client {
    let fields: BTreeMap<&str, &str> = line
        .split_whitespace()
        .filter_map(|field| field.split_once('='))
        .collect();
    let field = |name: &str| (*fields.get(name).unwrap_or(&"")).to_owned();
    Client {
        name: field("name"),
        db: field("db").parse().unwrap_or(0),
        cmd: field("cmd").to_lowercase(),
        user: field("user"),
        idle_s: field("idle").parse().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let text = "id=3 addr=10.0.0.9:1 laddr=10.0.0.1:6379 fd=8 name=bull:ZXZlbnRz:w:a=b age=5 idle=2 flags=b db=1 cmd=bzpopmin user=default\n\
                    id=4 addr=10.0.0.9:2 fd=9 name= age=5 idle=0 flags=N db=0 cmd=client|list user=default\n\n";
        let clients = parse(text);
        assert_eq!(clients.len(), 2);
        assert_eq!(
            (clients[0].name.as_str(), clients[0].db, clients[0].idle_s),
            ("bull:ZXZlbnRz:w:a=b", 1, 2)
        );
        assert_eq!(
            (clients[1].name.as_str(), clients[1].cmd.as_str()),
            ("", "client|list")
        );
    }
}
