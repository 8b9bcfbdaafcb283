//! A private PgBouncer in transaction mode, as managed databases put one in front of PostgreSQL.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::account;
use crate::error::{Doing, Error};
use crate::home::Home;
use crate::places::path_files;
use crate::process::{Guarded, Stop, on_a_free_port};
use crate::wire::{self, Greeting};

/// Few server connections: whoever relies on keeping one is found out.
const SETTINGS: &str = "[pgbouncer]\nlisten_addr = 127.0.0.1\nunix_socket_dir =\npool_mode = transaction\n\
                        auth_type = scram-sha-256\nmax_client_conn = 100\ndefault_pool_size = 3\n";

const PATIENCE: Duration = Duration::from_secs(30);

/// A running PgBouncer of our own; dropping it stops it.
pub struct PgBouncer {
    process: Guarded,
    port: u16,
}

impl PgBouncer {
    /// Where the program is: on the `PATH`, or where Debian keeps it. It is never installed.
    pub fn program() -> Option<PathBuf> {
        let system = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"].map(Path::new);
        let elsewhere = system.map(|directory| directory.join("pgbouncer"));
        path_files("pgbouncer")
            .into_iter()
            .chain(elsewhere.into_iter().filter(|file| file.is_file()))
            .next()
    }

    /// Starts one before the PostgreSQL on that loopback port, for these users and their passwords.
    pub fn start(program: &Path, postgres_port: u16, users: &[(&str, &str)]) -> Result<Self, Error> {
        let home = Home::create()?;
        let directory = home.directory("pgbouncer")?;
        let list = directory.join("users.txt");
        let quoted = |word: &str| format!("\"{}\"", word.replace('"', "\"\""));
        let lines = users
            .iter()
            .map(|(name, password)| format!("{} {}\n", quoted(name), quoted(password)));
        write(&list, &lines.collect::<String>())?;
        on_a_free_port(|port| {
            let file = directory.join("pgbouncer.ini");
            let settings = format!(
                "[databases]\n* = host=127.0.0.1 port={postgres_port}\n{SETTINGS}listen_port = {port}\nauth_file = {}\n",
                list.display()
            );
            write(&file, &settings)?;
            let process = Guarded::spawn(&home, &directory, program, [&file], Stop::Interrupt)?;
            let mut pooler = Self { process, port };
            pooler.become_ready().map(|()| pooler)
        })
    }

    /// Ready is who asks for a SCRAM password.
    fn become_ready(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let last = match self.greeting() {
                Ok(Greeting::Asks(10)) => return Ok(()),
                other => format!("{other:?}"),
            };
            if let Some(status) = self.process.ended() {
                return Err(self.process.failure(&status.to_string()));
            }
            if Instant::now() > deadline {
                return Err(self.process.failure(&last));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn greeting(&self) -> std::io::Result<Greeting> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        wire::greet(&mut stream, "nobody")
    }

    /// The TCP port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// For the server's eyes only.
fn write(file: &Path, text: &str) -> Result<(), Error> {
    fs::write(file, text)
        .and_then(|()| fs::set_permissions(file, fs::Permissions::from_mode(0o600)))
        .doing(|| format!("cannot write {}", file.display()))?;
    account::give(file)
}
