//! A private PostgreSQL: one cluster, one random password, SCRAM on loopback TCP.

use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{Doing, Error};
use crate::find::Binaries;
use crate::home::{Home, random_hex};
use crate::process::{Guarded, Stop, on_a_free_port};
use crate::wire::{self, Greeting};
use crate::{account, template};

/// Durability is not wanted of a cluster that lives for minutes.
const SETTINGS: &[(&str, &str)] = &[
    ("listen_addresses", "127.0.0.1"),
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("synchronous_commit", "off"),
    ("max_connections", "300"),
    ("shared_buffers", "32MB"),
    ("password_encryption", "scram-sha-256"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("logging_collector", "off"),
];

/// Only who can enter the 0700 directory comes in without a password.
const ACCESS: &str =
    "local all postgres trust\nlocal all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n";

/// How long a start may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running PostgreSQL of our own; dropping it stops it and removes its data.
pub struct PostgresServer {
    process: Guarded,
    directory: PathBuf,
    port: u16,
    password: String,
}

impl PostgresServer {
    /// Starts one in a directory of its own; `settings` go on top of ours, as in postgresql.conf.
    pub fn start(binaries: &Binaries, settings: &[(&str, &str)]) -> Result<Self, Error> {
        Self::start_in(&Home::create()?, binaries, settings)
    }

    pub(crate) fn start_in(
        home: &Arc<Home>,
        binaries: &Binaries,
        settings: &[(&str, &str)],
    ) -> Result<Self, Error> {
        let directory = home.directory("pg")?;
        let data = template::cluster(home, &directory, &binaries.postgres)?;
        let access = data.join("pg_hba.conf");
        fs::write(&access, ACCESS).doing(|| format!("cannot write {}", access.display()))?;
        account::give(&access)?;

        let password = random_hex(16)?;
        let socket = directory.display().to_string();
        on_a_free_port(|port| {
            let mut arguments = vec![
                "-D".to_owned(),
                data.display().to_string(),
                "-p".to_owned(),
                port.to_string(),
            ];
            let sockets = [("unix_socket_directories", socket.as_str())];
            for (name, value) in SETTINGS.iter().chain(&sockets).chain(settings) {
                arguments.extend(["-c".to_owned(), format!("{name}={value}")]);
            }
            let program = binaries.postgres_bindir().join("postgres");
            let process = Guarded::spawn(home, &directory, &program, arguments, Stop::Interrupt)?;
            let mut server = Self {
                process,
                directory: directory.clone(),
                port,
                password: password.clone(),
            };
            server.become_ready().map(|()| server)
        })
    }

    /// Sets the password through the socket, which only we can reach, and sees that TCP asks for it.
    fn become_ready(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        let sql = format!("ALTER ROLE postgres PASSWORD '{}'", self.password);
        let mut last = loop {
            match self.execute(&sql) {
                Ok(()) => break String::new(),
                Err(error) if Instant::now() > deadline => break error.to_string(),
                Err(_) => {}
            }
            if let Some(status) = self.process.ended() {
                return Err(self.process.failure(&status.to_string()));
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        if last.is_empty() {
            last = match self.greeting() {
                Ok(Greeting::Asks(10)) => return Ok(()),
                other => format!("on TCP it should ask for a SCRAM password, not {other:?}"),
            };
        }
        Err(self.process.failure(&last))
    }

    fn greeting(&self) -> std::io::Result<Greeting> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        wire::greet(&mut stream, "postgres")
    }

    /// Runs SQL as superuser in the database `postgres`, past the password; results are thrown away.
    pub fn execute(&self, sql: &str) -> Result<(), Error> {
        let run = || {
            let mut stream = UnixStream::connect(self.directory.join(format!(".s.PGSQL.{}", self.port)))?;
            stream.set_read_timeout(Some(PATIENCE))?;
            match wire::greet(&mut stream, "postgres")? {
                Greeting::Open => wire::execute(&mut stream, sql),
                other => Err(std::io::Error::new(
                    ErrorKind::PermissionDenied,
                    format!("{other:?}"),
                )),
            }
        };
        run().doing(|| "PostgreSQL does not do it".to_owned())
    }

    /// `postgres://postgres:<password>@127.0.0.1:<port>/postgres`: the superuser, over TCP.
    pub fn url(&self) -> String {
        format!(
            "postgres://postgres:{}@127.0.0.1:{}/postgres",
            self.password, self.port
        )
    }

    /// The TCP port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The superuser's password.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The postmaster's process id.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Stops it now ("fast" shutdown): connections end. The data stay until drop.
    pub fn stop(&mut self) {
        self.process.stop();
    }
}
