//! What stands between golive and the backend when a fault wants it: a proxy that spoils answers on their way, as a
//! balancer without a backend, a captive portal or an attacker would.

mod answer;
mod stranger;

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::faults::Faults;
use answer::Answer;
pub(crate) use stranger::Stranger;

/// The longest request head that is read.
const HEAD_CAP: usize = 64 * 1024;

/// Which answers are spoilt.
#[derive(Debug, Clone, Copy)]
enum Which {
    /// All.
    Every,
    /// All on every other connection, as a balancer deals them out.
    EveryOtherConnection,
    /// The successful ones to requests for that path: whoever is refused learns nothing.
    Successes(&'static str),
}

/// Where golive is told that the backend is; another origin takes down what it is sent.
pub(crate) async fn front(
    faults: &Faults,
    base_url: String,
    tasks: &TaskTracker,
    stopping: &CancellationToken,
) -> io::Result<(String, Stranger)> {
    let stranger = Stranger::default();
    let Some((which, answer)) = spoilt(faults) else {
        return Ok((base_url, stranger));
    };
    let elsewhere = stranger.listen(tasks, stopping).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let front = Front {
        which,
        answer,
        behind: base_url.trim_start_matches("http://").to_owned(),
        elsewhere,
    };
    tasks.spawn(stopping.clone().run_until_cancelled_owned(front.serve(listener)));
    Ok((url, stranger))
}

/// The first fault of this kind that is on.
#[rustfmt::skip] // a table: a fault a line
fn spoilt(faults: &Faults) -> Option<(Which, Answer)> {
    use Which::{Every, EveryOtherConnection, Successes};
    let table = [
        (faults.on("contract.hostile-drips"), Every, Answer::Drips),
        (faults.on("contract.hostile-head-drips"), Every, Answer::HeadDrips),
        (faults.on("contract.hostile-endless-body"), Every, Answer::Endless),
        (faults.on("contract.hostile-large-body"), Every, Answer::Large),
        (faults.on("contract.hostile-gzip-bomb"), Every, Answer::GzipBomb),
        (faults.on("contract.hostile-redirects"), Every, Answer::Redirect),
        (faults.on("contract.hostile-resets"), Every, Answer::Reset),
        (faults.on("contract.hostile-not-utf8"), Every, Answer::NotUtf8),
        (faults.on("contract.hostile-deep-json"), Every, Answer::DeepJson),
        (faults.on("contract.hostile-endless-header"), Every, Answer::EndlessHeader),
        (faults.on("contract.hostile-length-too-long"), Every, Answer::LengthTooLong),
        (faults.on("contract.hostile-length-too-short"), Every, Answer::LengthTooShort),
        (faults.on("contract.hostile-noise"), Every, Answer::Noise),
        (faults.on("contract.balancer-page"), Every, Answer::Page),
        (faults.on("contract.balancer-503"), Every, Answer::Unavailable),
        (faults.on("contract.balancer-ok"), Every, Answer::StatusOk),
        (faults.on("contract.instance-dead"), EveryOtherConnection, Answer::BadGateway),
        (faults.on("queues.metrics-endless"), Successes("/queue/metrics"), Answer::Endless),
        (faults.on("templates.triggers-hang"), Successes("/templates/triggers"), Answer::Silence),
        (faults.on("reports.automations-redirects"), Successes("/reports/automations"), Answer::Redirect),
        (faults.on("metrics.endpoint-gzip-bomb"), Successes("/metrics"), Answer::GzipBomb),
    ];
    let on = table.into_iter().find(|(on, ..)| *on);
    on.map(|(_, which, answer)| (which, answer))
}

#[derive(Clone)]
struct Front {
    which: Which,
    answer: Answer,
    /// Host and port of the backend.
    behind: String,
    /// The other origin.
    elsewhere: String,
}

impl Front {
    /// Until it is dropped, and its connections with it.
    async fn serve(self, listener: TcpListener) {
        let mut connections = JoinSet::new();
        let mut taken: usize = 0;
        while let Ok((client, _)) = listener.accept().await {
            while connections.try_join_next().is_some() {}
            taken += 1;
            let (front, odd) = (self.clone(), taken % 2 == 1);
            connections.spawn(async move { front.connection(client, odd).await.ok() });
        }
    }

    async fn connection(self, mut client: TcpStream, odd: bool) -> io::Result<()> {
        if matches!(self.which, Which::EveryOtherConnection) && odd {
            let mut server = TcpStream::connect(&self.behind).await?;
            return tokio::io::copy_bidirectional(&mut client, &mut server)
                .await
                .map(drop);
        }
        let head = read_head(&mut client).await?;
        match self.which {
            Which::Successes(path) => self.forward(client, &head, path).await,
            Which::Every | Which::EveryOtherConnection => self.spoil(client).await,
        }
    }

    /// One request a connection: the backend is told to close it.
    async fn forward(&self, client: TcpStream, head: &[u8], path: &str) -> io::Result<()> {
        let target = head.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
        let asked = target.split(|byte| *byte == b'?').next() == Some(path.as_bytes());
        let (mut from_server, mut to_server) = TcpStream::connect(&self.behind).await?.into_split();
        let (mut from_client, mut to_client) = client.into_split();
        to_server.write_all(&head[..head.len() - 2]).await?;
        to_server.write_all(b"connection: close\r\n\r\n").await?;
        let there = async { tokio::io::copy(&mut from_client, &mut to_server).await.map(drop) };
        let back = async {
            let mut first = [0; 12];
            from_server.read_exact(&mut first).await?;
            if asked && first[9] == b'2' {
                return Ok(true);
            }
            to_client.write_all(&first).await?;
            tokio::io::copy(&mut from_server, &mut to_client).await?;
            to_client.shutdown().await?;
            io::Result::Ok(false)
        };
        let spoil = tokio::select! {
            ended = there => return ended,
            ended = back => ended?,
        };
        match from_client.reunite(to_client) {
            Ok(client) if spoil => self.spoil(client).await,
            _ => Ok(()),
        }
    }

    async fn spoil(&self, mut client: TcpStream) -> io::Result<()> {
        self.answer.send(&mut client, &self.elsewhere).await?;
        client.shutdown().await
    }
}

/// A request's head, with the empty line.
async fn read_head(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= HEAD_CAP {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        head.push(client.read_u8().await?);
    }
    Ok(head)
}
