//! Another origin, which takes down whatever it is sent.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::read_head;

/// The heads of the requests that reached it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stranger(Arc<Mutex<Vec<String>>>);

impl Stranger {
    /// Every request head so far, as it came.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Starts listening; answers its origin.
    pub(super) async fn listen(
        &self,
        tasks: &TaskTracker,
        stopping: &CancellationToken,
    ) -> io::Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let this = self.clone();
        tasks.spawn(stopping.clone().run_until_cancelled_owned(async move {
            while let Ok((client, _)) = listener.accept().await {
                this.take(client).await.ok();
            }
        }));
        Ok(origin)
    }

    /// Answers as if all were well, so that whoever came here stays.
    async fn take(&self, mut client: TcpStream) -> io::Result<()> {
        let head = String::from_utf8_lossy(&read_head(&mut client).await?).into_owned();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(head);
        let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\nconnection: close\r\n\r\n{\"ok\":true}";
        client.write_all(answer.as_bytes()).await
    }
}
