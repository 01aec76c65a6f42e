//! The HTTP server as a library: scenario tests start it as the program does. It accepts, wraps in TLS, answers, and
//! stops in an orderly way. It starts no log readers and no jobs; that is the engine's, and its owner's.

use axum::Router;
use axum::body::Body;
use engine::Engine;
use futures_util::FutureExt;
use http::{HeaderValue, Version, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

use crate::app::App;
use crate::body::Patience;
use crate::config::{Settings, TlsMode, host_of};
use crate::doors;
use crate::http::{House, Peer, Trusted};
use crate::metrics::Counted;
use crate::net::Net;
use crate::outbound::OutboundOptions;
use crate::plain;
use crate::previews::Previews;
use crate::stall::Stall;
use crate::tls::{ACME_TLS, Tls, TlsOptions};

/// How long requests under way may still take when the server stops.
const DRAIN: Duration = Duration::from_secs(8);
/// How long is waited for the request of a connection that was taken at the last moment.
const LAST: Duration = Duration::from_secs(1);
/// How long a client may take for the lines before a body.
const HEADER: Duration = Duration::from_secs(20);
/// The most bytes of those lines.
const MAX_HEADERS: usize = 64 * 1024;

/// The folder for keys and certificates of the server's own, in the data folder.
pub(crate) const KEYS: &str = "tls";

/// What a server is started with.
pub struct ServerOptions {
    /// The workspace.
    pub engine: Engine,
    /// What people see in their browser.
    pub app: App,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How clients reach it; `None`: as each request says.
    pub url: Option<String>,
    /// Where the certificate comes from; `None`: plain http.
    pub tls: Option<TlsMode>,
    /// The folder for keys and certificates that the server makes or orders itself.
    pub keys: PathBuf,
    /// What makes previews of pictures.
    pub previews: Arc<Previews>,
    /// Where requests of the server's own may go.
    pub outbound: OutboundOptions,
    /// Proxies that are believed.
    pub trust_proxy: Vec<Net>,
    /// Who may read the figures without a token, besides this machine.
    pub metrics_from: Vec<Net>,
    /// How long clients may take.
    pub patience: Patience,
    /// What the checks of the server look at; `None`: there are none.
    pub settings: Option<Settings>,
}

impl ServerOptions {
    /// On a free port of this machine, without TLS.
    pub fn new(engine: Engine, previews: Arc<Previews>) -> ServerOptions {
        ServerOptions {
            engine,
            app: App::built_in(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            url: None,
            tls: None,
            keys: PathBuf::from("data").join(KEYS),
            previews,
            outbound: OutboundOptions::default(),
            trust_proxy: Vec::new(),
            metrics_from: Vec::new(),
            patience: Patience::default(),
            settings: None,
        }
    }
}

/// A running server.
pub struct Server {
    addr: SocketAddr,
    url: String,
    house: Arc<House>,
    tls: Option<Arc<Tls>>,
    connections: TaskTracker,
    cut: CancellationToken,
}

impl Server {
    /// Listens and answers until it is stopped.
    pub async fn start(options: ServerOptions) -> anyhow::Result<Server> {
        let listener =
            TcpListener::bind(options.listen).await.map_err(|error| cannot_listen(options.listen, &error))?;
        let addr = listener.local_addr()?;
        let tls = options.tls.map(|mode| {
            let (folder, outbound) = (options.keys, options.outbound);
            let host = options.url.as_deref().and_then(host_of);
            Tls::open(TlsOptions { mode, folder, host, outbound, clock: options.engine.clock().clone() })
        });
        let tls = tls.transpose()?.map(Arc::new);
        let secure = options.url.as_deref().map_or(tls.is_some(), |url| url.starts_with("https://"));
        let url = options.url.clone().unwrap_or_else(|| {
            let host = if addr.ip().is_unspecified() { SocketAddr::from(([127, 0, 0, 1], addr.port())) } else { addr };
            format!("{}://{host}", if secure { "https" } else { "http" })
        });
        let (engine, previews) = (options.engine, options.previews);
        let mut house = House::new(engine, previews, options.app, options.url, secure, options.patience);
        house.authority = tls
            .as_ref()
            .and_then(|tls| tls.authority())
            .map(|authority| Trusted { pem: authority.pem.clone(), fingerprint: authority.fingerprint.clone() });
        house.trust_proxy = options.trust_proxy;
        house.metrics_from = options.metrics_from;
        house.settings = options.settings.map(|settings| Settings { listen: addr, ..settings });
        let house = Arc::new(house);
        let (connections, cut) = (TaskTracker::new(), CancellationToken::new());
        let acceptor = Acceptor {
            router: doors::router(house.clone()),
            house: house.clone(),
            tls: tls.clone(),
            connections: connections.clone(),
            cut: cut.clone(),
            builder: Arc::new(builder()),
            last: false,
        };
        connections.spawn(acceptor.run(listener));
        if let Some(tls) = tls.clone() {
            let stopping = house.stopping.clone();
            connections.spawn(async move { tls.keep(stopping).await });
        }
        Ok(Server { addr, url, house, tls, connections, cut })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// How it is reached, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// SHA-256 of the server's own authority, if it has one, to be compared by eye.
    pub fn fingerprint(&self) -> Option<&str> {
        self.house.authority.as_ref().map(|authority| authority.fingerprint.as_str())
    }

    /// Waits until a certificate is in use that is not `known`, and gives it, in DER; `None` without TLS.
    pub async fn certificate(&self, known: &[u8]) -> Option<Vec<u8>> {
        self.tls.as_ref()?.other_than(known).await
    }

    /// Reads the certificate anew; connections that are open keep the old one.
    pub fn reload_tls(&self) -> anyhow::Result<()> {
        self.tls.as_ref().map_or(Ok(()), |tls| tls.reload())
    }

    /// Says at `/readyz` that it leaves, and serves on, so that a proxy in front can turn to another server.
    pub fn leave(&self) {
        self.house.leaving.cancel();
    }

    /// Takes no more requests, ends the event streams, waits for what is under way, and cuts off what takes too long.
    pub async fn stop(self) {
        self.leave();
        self.house.stopping.cancel();
        self.connections.close();
        if tokio::time::timeout(DRAIN, self.connections.wait()).await.is_err() {
            tracing::warn!(connections = self.connections.len(), "cut off what was still under way");
            self.cut.cancel();
            self.connections.wait().await;
        }
    }
}

fn cannot_listen(listen: SocketAddr, error: &std::io::Error) -> anyhow::Error {
    let what = match error.kind() {
        std::io::ErrorKind::AddrInUse => "another program listens there; stop it, or take another port with --listen",
        std::io::ErrorKind::PermissionDenied => "ports below 1024 are for root; take a higher one with --listen",
        std::io::ErrorKind::AddrNotAvailable => "this machine has no such address; see --listen",
        _ => "see --listen",
    };
    anyhow::anyhow!("can't listen on {listen}: {error}; {what}")
}

#[derive(Clone)]
struct Acceptor {
    router: Router,
    house: Arc<House>,
    tls: Option<Arc<Tls>>,
    connections: TaskTracker,
    cut: CancellationToken,
    builder: Arc<auto::Builder<TokioExecutor>>,
    /// Those who came at the last moment have one request.
    last: bool,
}

impl Acceptor {
    async fn run(self, listener: TcpListener) {
        loop {
            let accepted = tokio::select! {
                () = self.house.stopping.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => self.take(stream, peer),
                Err(error) => {
                    // Out of files, mostly: those that end make room.
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
        // Who was let in by the system before the end has asked already, and can't know that nobody listens.
        let last = Acceptor { last: true, ..self };
        while let Some(Ok((stream, peer))) = listener.accept().now_or_never() {
            last.take(stream, peer);
        }
    }

    fn take(&self, stream: TcpStream, peer: SocketAddr) {
        // Small answers should not wait for more; where that can't be said, they do.
        let _ = stream.set_nodelay(true);
        let this = self.clone();
        self.connections.spawn(async move {
            let cut = this.cut.clone();
            tokio::select! {
                () = cut.cancelled() => {}
                () = this.connection(stream, Peer(peer)) => {}
            }
        });
    }

    async fn connection(self, stream: TcpStream, peer: Peer) {
        let _counted = Counted::new(&self.house, |metrics| &metrics.connections);
        // In boxes, so that a connection without TLS needs no room for it, and thousands of them can wait.
        let stall = self.house.patience.stall.saturating_mul(2);
        let Some(tls) = self.tls.clone() else {
            return Box::pin(self.http(Stall::new(stream, stall), peer, false)).await;
        };
        let mut first = [0];
        let Ok(Ok(1)) = tokio::time::timeout(HEADER, stream.peek(&mut first)).await else { return };
        let stream = Stall::new(stream, stall);
        if first[0] != plain::HANDSHAKE {
            return Box::pin(self.http(stream, peer, true)).await;
        }
        if let Some(stream) = Box::pin(handshake(&tls, stream)).await {
            Box::pin(self.http(stream, peer, false)).await;
        }
    }

    /// `plain`: in plain http where TLS is spoken.
    async fn http<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(self, stream: S, peer: Peer, plain: bool) {
        let (router, house) = (self.router, self.house.clone());
        let leaving = self.house.leaving.clone();
        let ending = Ending { stopping: self.house.stopping.clone(), last: self.last };
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(peer);
            let instead = if plain { plain::instead(&house, &request) } else { None };
            let (mut router, leaving) = (router.clone(), leaving.clone());
            async move {
                let older = request.version() <= Version::HTTP_11;
                let mut answer = match instead {
                    Some(answer) => answer,
                    None => router.call(request).await?,
                };
                if older && leaving.is_cancelled() {
                    answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(answer)
            }
        });
        let mut serving = pin!(self.builder.serve_connection(TokioIo::new(stream), service));
        let ended = tokio::select! {
            ended = serving.as_mut() => ended,
            () = ending.comes() => {
                serving.as_mut().graceful_shutdown();
                serving.await
            }
        };
        if let Err(error) = ended {
            // Clients go away in the middle of things every day.
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

/// When a connection is told to end.
struct Ending {
    stopping: CancellationToken,
    last: bool,
}

impl Ending {
    /// Waits until a connection on which nothing is under way is closed.
    async fn comes(self) {
        self.stopping.cancelled().await;
        if self.last {
            tokio::time::sleep(LAST).await;
        }
    }
}

async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(tls: &Tls, stream: S) -> Option<TlsStream<S>> {
    let acceptor = tokio_rustls::TlsAcceptor::from(tls.config());
    match tokio::time::timeout(HEADER, acceptor.accept(stream)).await {
        // A validation looks at the certificate and says nothing (RFC 8737 3).
        Ok(Ok(stream)) => Some(stream).filter(|stream| stream.get_ref().1.alpn_protocol() != Some(ACME_TLS)),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a TLS handshake failed");
            None
        }
        Err(_) => {
            tracing::debug!("a TLS handshake took too long");
            None
        }
    }
}

fn builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER).max_buf_size(MAX_HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(MAX_HEADERS as u32)
        .max_concurrent_streams(100)
        .keep_alive_interval(Duration::from_secs(60))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}
