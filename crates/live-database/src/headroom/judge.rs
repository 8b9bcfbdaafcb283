//! How many connections, long transactions and blocked sessions are too many.

use golive_core::prelude::*;

use super::OPEN_MINUTES;

/// Percent of the allowed connections in use: a warning from here on.
const CONNECTIONS_PERCENT: f64 = 80.0;

pub(super) struct Connections {
    pub(super) of: &'static str,
    pub(super) used: i64,
    pub(super) allowed: i64,
}

pub(super) struct Open {
    pub(super) pid: i64,
    pub(super) seconds: f64,
    pub(super) state: String,
}

#[derive(PartialEq, Eq)]
pub(super) struct Blocked {
    pub(super) pid: i64,
    /// The pids that keep the lock.
    pub(super) behind: String,
}

pub(super) struct Sessions {
    pub(super) connections: Vec<Connections>,
    pub(super) open: Vec<Open>,
    pub(super) blocked: Vec<Blocked>,
    /// Without pg_monitor other roles' transactions are invisible.
    pub(super) sees_all: bool,
}

pub(super) fn judge(sessions: &Sessions) -> Outcome {
    let mut assertions = Assertions::new();
    let mut figures = Vec::new();
    for Connections { of, used, allowed } in &sessions.connections {
        let percent = 100.0 * *used as f64 / (*allowed).max(1) as f64;
        assertions.advise(
            percent < CONNECTIONS_PERCENT,
            Reason::Threshold,
            format!("fewer than {CONNECTIONS_PERCENT} % of the connections of {of} in use"),
            format!("{used} of {allowed} connections of {of} in use"),
        );
        let name = format!("connections of {of}");
        assertions
            .measure(Measurement::new(name, percent, "%").threshold(format!("< {CONNECTIONS_PERCENT}")));
        figures.push(format!("{used} of {allowed} connections of {of} in use"));
    }
    let longest = sessions.open.first();
    assertions.advise(
        longest.is_none(),
        Reason::Threshold,
        format!("no transaction open for {OPEN_MINUTES} min"),
        longest.map_or_else(String::new, |Open { pid, seconds, state }| {
            let (count, minutes) = (sessions.open.len(), seconds / 60.0);
            format!(
                "{count} transactions open for long, that of session {pid} ({state}) for {minutes:.0} min"
            )
        }),
    );
    let waiting = sessions.blocked.first();
    assertions.advise(
        waiting.is_none(),
        Reason::Threshold,
        "no session waits for a lock for long",
        waiting.map_or_else(String::new, |Blocked { pid, behind }| {
            let count = sessions.blocked.len();
            format!("{count} sessions wait for locks, {pid} for one that {behind} keeps")
        }),
    );
    let unseen = if sessions.sees_all {
        ""
    } else {
        " of this role (others are invisible without pg_monitor)"
    };
    assertions.conclude(format!(
        "{}; no long transaction{unseen}, nobody blocked",
        figures.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions() -> Sessions {
        let connections = vec![Connections {
            of: "the server",
            used: 12,
            allowed: 97,
        }];
        Sessions {
            connections,
            open: vec![],
            blocked: vec![],
            sees_all: true,
        }
    }

    #[test]
    fn limits() {
        let full = |used| {
            vec![Connections {
                of: "this database",
                used,
                allowed: 20,
            }]
        };
        let open = || {
            vec![Open {
                pid: 7,
                seconds: 600.0,
                state: "idle in transaction".into(),
            }]
        };
        let blocked = || {
            vec![Blocked {
                pid: 8,
                behind: "7".into(),
            }]
        };
        for (sessions, status, words) in [
            (sessions(), Status::Pass, "12 of 97 connections"),
            (
                Sessions {
                    sees_all: false,
                    ..sessions()
                },
                Status::Pass,
                "invisible without pg_monitor",
            ),
            (
                Sessions {
                    connections: full(15),
                    ..sessions()
                },
                Status::Pass,
                "15 of 20",
            ),
            (
                Sessions {
                    connections: full(16),
                    ..sessions()
                },
                Status::Warn,
                "16 of 20",
            ),
            (
                Sessions {
                    open: open(),
                    ..sessions()
                },
                Status::Warn,
                "for 10 min",
            ),
            (
                Sessions {
                    blocked: blocked(),
                    ..sessions()
                },
                Status::Warn,
                "that 7 keeps",
            ),
        ] {
            let outcome = judge(&sessions);
            assert_eq!(outcome.status, status, "{}", outcome.summary);
            assert!(outcome.summary.contains(words), "{}", outcome.summary);
        }
    }
}
