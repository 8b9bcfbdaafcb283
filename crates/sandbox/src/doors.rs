//! Where a sandbox listens: the backend's own door and, where there is one, the proxy's before it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::front::{self, Front};
use crate::options::Options;

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// Bound sockets, and the address under which golive is to find them.
pub(crate) struct Doors {
    backend: TcpListener,
    front: Option<(TcpListener, Front)>,
    pub(crate) base_url: String,
}

impl Doors {
    pub(crate) async fn open(options: &Options) -> io::Result<Self> {
        let public = TcpListener::bind(options.listen).await?;
        let address = public.local_addr()?;
        let tls = |front: &Front| front.tls.is_some();
        let base_url = if options.deployment.front.as_ref().is_some_and(tls) {
            format!("https://localhost:{}", address.port())
        } else {
            format!("http://{address}")
        };
        let (backend, front) = match options.deployment.front.clone() {
            None => (public, None),
            Some(front) => (
                TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?,
                Some((public, front)),
            ),
        };
        Ok(Self {
            backend,
            front,
            base_url,
        })
    }

    /// Serves until `stopping`.
    pub(crate) fn serve(
        self,
        app: Router,
        tasks: &TaskTracker,
        stopping: &CancellationToken,
    ) -> io::Result<()> {
        if let Some((listener, front)) = self.front {
            let tls = front.tls.clone();
            let proxy = front::app(front, self.backend.local_addr()?);
            let proxy = proxy.into_make_service_with_connect_info::<Peer>();
            if let Some(config) = tls {
                let listener = TlsListener::new(listener, config.into(), tasks, stopping)?;
                until(axum::serve(listener, proxy), tasks, stopping);
            } else {
                until(axum::serve(listener, proxy), tasks, stopping);
            }
        }
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        until(axum::serve(self.backend, app), tasks, stopping);
        Ok(())
    }
}

/// Requests that hang on purpose must not keep a stopping sandbox alive.
fn until(
    serving: impl IntoFuture<IntoFuture: Send + 'static>,
    tasks: &TaskTracker,
    stopping: &CancellationToken,
) {
    let serving = serving.into_future();
    tasks.spawn(stopping.clone().run_until_cancelled_owned(async move {
        serving.await;
    }));
}

/// Who is connected to the proxy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

impl Connected<IncomingStream<'_, TcpListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// Connections whose handshake is done; one that dawdles holds up no other.
struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl TlsListener {
    fn new(
        listener: TcpListener,
        acceptor: TlsAcceptor,
        tasks: &TaskTracker,
        stopping: &CancellationToken,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (done, ready) = mpsc::channel(16);
        let accept = async move {
            while let Ok((stream, peer)) = listener.accept().await {
                let (acceptor, done) = (acceptor.clone(), done.clone());
                tokio::spawn(async move {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                        done.send((stream, peer)).await.ok();
                    }
                });
            }
        };
        tasks.spawn(stopping.clone().run_until_cancelled_owned(accept));
        Ok(Self { ready, address })
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
