//! The accept loop. The emulator has its own because a fault must reach the socket below a request:
//! neither `axum::serve` nor hyper lets a handler reset its connection.

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

/// How long requests may go on after the server has begun to stop. Short, since a request that hangs on
/// purpose never ends.
const GRACE: Duration = Duration::from_millis(500);
/// The pause after an accept that failed, most likely for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Serves a router over HTTP/1.1 until `stop` ends, as `axum::serve` does. In addition, the faults of an
/// open router can reset connections here; under `axum::serve` such a connection ends without a
/// response, but is closed in an orderly way.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let (closing, closed) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve_connection(stream, router.clone(), closed.clone()));
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

async fn serve_connection(stream: TcpStream, router: Router, mut closed: watch::Receiver<()>) {
    // Small responses must not wait for one another.
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
        let response = service.call(request);
        async move { Ok::<_, Infallible>(response.await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service);
    let mut connection = std::pin::pin!(connection);
    let mut is_shutting_down = false;
    loop {
        tokio::select! {
            // An error here means that the client has gone, or that a fault broke the response.
            _ = &mut connection => return,
            // Returning drops the socket, which resets the connection.
            () = resetter.requested() => return,
            _ = closed.changed(), if !is_shutting_down => {
                is_shutting_down = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Resets the connection that a request came on. Every request has it among its extensions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resetter(Arc<ResetRequest>);

#[derive(Debug, Default)]
struct ResetRequest {
    is_requested: AtomicBool,
    notify: Notify,
}

impl Resetter {
    /// Resets the connection as soon as its task runs again.
    pub(crate) fn reset(&self) {
        self.0.is_requested.store(true, Ordering::SeqCst);
        self.0.notify.notify_one();
    }

    async fn requested(&self) {
        self.0.notify.notified().await;
    }
}

/// A TCP stream that ends in a reset (RST) if one was requested.
struct Socket {
    stream: TcpStream,
    resetter: Resetter,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.resetter.0.is_requested.load(Ordering::SeqCst) {
            // A socket that is closed with a linger time of zero sends RST instead of FIN.
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
