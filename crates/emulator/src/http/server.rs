//! The accept loop. It is our own because a fault has to reach the socket under a request: neither
//! `axum::serve` nor hyper let a handler reset the connection it answers on.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How long requests may go on once the server is told to stop. Short: one that hangs on purpose
/// would hang for ever.
const GRACE: Duration = Duration::from_millis(500);
/// How long to wait after a failed accept (out of file descriptors, most likely).
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Serves a router over HTTP/1.1 until `stop` ends, as `axum::serve` does, and lets the faults of
/// an open router in it reset connections, which `axum::serve` does not: there they end without an
/// answer, but in an orderly way.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let (closing, closed) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone(), closed.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    drop(closing);
    let ended = async { while connections.join_next().await.is_some() {} };
    if timeout(GRACE, ended).await.is_err() {
        connections.shutdown().await;
    }
}

async fn connection(stream: TcpStream, router: Router, mut closed: watch::Receiver<()>) {
    // Small answers are not to wait for one another.
    let _ = stream.set_nodelay(true);
    let resetter = Resetter::default();
    let socket = Socket {
        stream,
        resetter: resetter.clone(),
    };
    let service = TowerToHyperService::new(router);
    let handle = resetter.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(handle.clone());
        let answer = service.call(request);
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service);
    let mut connection = std::pin::pin!(connection);
    let mut told = false;
    loop {
        tokio::select! {
            // An error here is the client's going away, or a fault's doing.
            _ = &mut connection => return,
            // Returning drops the socket, which resets.
            () = resetter.asked() => return,
            _ = closed.changed(), if !told => {
                told = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Resets the connection that a request came on. In the extensions of every request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resetter(Arc<Reset>);

#[derive(Debug, Default)]
struct Reset {
    wanted: AtomicBool,
    asked: Notify,
}

impl Resetter {
    /// The connection is reset as soon as its task runs again; the caller has nothing more to do.
    pub(crate) fn reset(&self) {
        self.0.wanted.store(true, Ordering::SeqCst);
        self.0.asked.notify_one();
    }

    async fn asked(&self) {
        self.0.asked.notified().await;
    }
}

/// A TCP stream that ends in a reset (RST) where one was asked for.
struct Socket {
    stream: TcpStream,
    resetter: Resetter,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.resetter.0.wanted.load(Ordering::SeqCst) {
            // A socket closed with nothing to linger for sends RST instead of FIN.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
