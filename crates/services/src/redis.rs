//! A private Redis (or Valkey): one random password, set up as a queue's Redis has to be.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::account;
use crate::error::{Doing, Error};
use crate::find::Binaries;
use crate::home::{Home, random_hex};
use crate::process::{Guarded, Stop, on_a_free_port};
use crate::wire;

/// An append-only file, nothing evicted, a database for every test that wants its own.
const SETTINGS: &str = "bind 127.0.0.1\nprotected-mode yes\ndaemonize no\nsave \"\"\nappendonly yes\n\
                        maxmemory-policy noeviction\ndatabases 4096\n";

const PATIENCE: Duration = Duration::from_secs(30);

/// A running Redis of our own; dropping it stops it and removes its data.
pub struct RedisServer {
    process: Guarded,
    port: u16,
    password: String,
}

impl RedisServer {
    /// Starts one in a directory of its own; `arguments` such as `["--maxmemory", "4mb"]` go on top of our settings.
    pub fn start(binaries: &Binaries, arguments: &[&str]) -> Result<Self, Error> {
        Self::start_in(&Home::create()?, binaries, arguments)
    }

    pub(crate) fn start_in(home: &Arc<Home>, binaries: &Binaries, arguments: &[&str]) -> Result<Self, Error> {
        let directory = home.directory("redis")?;
        let password = random_hex(16)?;
        // In a file: the command line is everybody's to read.
        let file = directory.join("redis.conf");
        let settings = format!("{SETTINGS}dir {}\nrequirepass {password}\n", directory.display());
        fs::write(&file, settings)
            .and_then(|()| fs::set_permissions(&file, fs::Permissions::from_mode(0o600)))
            .doing(|| format!("cannot write {}", file.display()))?;
        account::give(&file)?;

        on_a_free_port(|port| {
            let mut words = vec![file.display().to_string(), "--port".to_owned(), port.to_string()];
            words.extend(arguments.iter().map(ToString::to_string));
            let process = Guarded::spawn(home, &directory, binaries.redis_server(), words, Stop::Terminate)?;
            let mut server = Self {
                process,
                port,
                password: password.clone(),
            };
            server.become_ready().map(|()| server)
        })
    }

    /// Ours and ready is who takes our password and then says PONG.
    fn become_ready(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let last = match self.command(&["PING"]) {
                Ok(reply) if reply == "+PONG" => return Ok(()),
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

    /// Sends one command with the password. The reply as text: `+OK`, `:3`, `-ERR …`, a bulk string's content, an
    /// array's elements a line each.
    pub fn command(&self, words: &[&str]) -> Result<String, Error> {
        let run = || {
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
            let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            match wire::redis(&stream, &["AUTH", &self.password])? {
                reply if reply == "+OK" => wire::redis(&stream, words),
                reply => Err(std::io::Error::other(reply)),
            }
        };
        run().doing(|| "Redis does not answer".to_owned())
    }

    /// `redis://:<password>@127.0.0.1:<port>/0`.
    pub fn url(&self) -> String {
        format!("redis://:{}@127.0.0.1:{}/0", self.password, self.port)
    }

    /// The TCP port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The password of the default user.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Makes it hang: connections open, nothing answers, until [`RedisServer::resume`].
    pub fn pause(&mut self) {
        self.process.signal(Signal::STOP);
    }

    /// Lets a paused one go on.
    pub fn resume(&mut self) {
        self.process.signal(Signal::CONT);
    }

    /// Stops it now: connections end, new ones are refused.
    pub fn stop(&mut self) {
        self.process.signal(Signal::CONT);
        self.process.stop();
    }
}
