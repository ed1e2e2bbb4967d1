//! Connections, and the limits that only the program can set on them: `axum::serve` can limit
//! neither a connection's buffers nor the time for its headers.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::io::InspectReader;
use tokio_util::task::TaskTracker;

use crate::http::state::GatewayState;
use crate::upstream::BUFFER_BYTES;

/// How long a connection may wait for its next request. Longer than nginx keeps one to a server
/// behind it (60 s): the proxy must be the one that hangs up, or it sends a request into a connection
/// that has just been closed.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// The pause after an accept that failed, most likely for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Accepts connections until `shutdown` is true, then waits for those that are open to end.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    state: Arc<GatewayState>,
    mut shutdown: watch::Receiver<bool>,
) {
    let limits = &state.config.limits;
    let connections = TaskTracker::new();
    let permits = Arc::new(Semaphore::new(limits.max_connections as usize));
    loop {
        let accepted = async {
            // A client without a permit waits in the listener's queue.
            let permit = Arc::clone(&permits).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            _ = shutdown.wait_for(|shutdown| *shutdown) => break,
            accepted = accepted => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = Connection {
                    router: router.clone(),
                    header_timeout: limits.header_timeout,
                    shutdown: shutdown.clone(),
                    peer,
                };
                let counted = state.metrics.count_connection();
                connections.spawn(async move {
                    connection.serve(stream).await;
                    drop((permit, counted));
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    state.detached_tasks.close();
    let ended = async {
        connections.wait().await;
        state.detached_tasks.wait().await;
    };
    if timeout(limits.drain_timeout, ended).await.is_err() {
        let left = connections.len() + state.detached_tasks.len();
        tracing::warn!(left, "stopped before everything was done");
    }
}

struct Connection {
    router: Router,
    header_timeout: Duration,
    shutdown: watch::Receiver<bool>,
    peer: SocketAddr,
}

impl Connection {
    async fn serve(mut self, stream: TcpStream) {
        // Small responses must not wait for one another.
        let _ = stream.set_nodelay(true);
        let head = Arc::new(HeadTimer::new());
        let service = TowerToHyperService::new(self.router);
        let (timer, peer) = (Arc::clone(&head), self.peer);
        let service = service_fn(move |mut request: Request<Incoming>| {
            timer.stop_at_head();
            request.extensions_mut().insert(ConnectInfo(peer));
            let (response, timer) = (service.call(request), Arc::clone(&timer));
            async move {
                let response = response.await.unwrap_or_else(|never| match never {});
                timer.allow_next_head();
                Ok::<_, Infallible>(response)
            }
        });
        let timer = Arc::clone(&head);
        let stream = InspectReader::new(stream, move |bytes| {
            if !bytes.is_empty() {
                timer.start_at_first_byte();
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(KEEP_ALIVE)
            .max_buf_size(BUFFER_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        let mut is_shutting_down = false;
        loop {
            tokio::select! {
                // An error here means that the client has gone.
                _ = &mut connection => return,
                () = head.wait_until_overdue(self.header_timeout) => return,
                _ = self.shutdown.wait_for(|shutdown| *shutdown), if !is_shutting_down => {
                    is_shutting_down = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

/// Measures how long a request's head has been coming. hyper's own timer for that also runs while a
/// kept-alive connection waits.
struct HeadTimer {
    start: Instant,
    /// The milliseconds from `start` to the head's first byte, plus one; 0 while no head is coming.
    began: AtomicU64,
    is_in_request: AtomicBool,
}

impl HeadTimer {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            began: AtomicU64::new(0),
            is_in_request: AtomicBool::new(false),
        }
    }

    fn start_at_first_byte(&self) {
        if !self.is_in_request.load(Ordering::Relaxed) {
            let now = self.start.elapsed().as_millis() as u64 + 1;
            let _ = self
                .began
                .compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    fn stop_at_head(&self) {
        self.is_in_request.store(true, Ordering::Relaxed);
        self.began.store(0, Ordering::Relaxed);
    }

    fn allow_next_head(&self) {
        self.is_in_request.store(false, Ordering::Relaxed);
    }

    /// Returns once a head has been coming for longer than `limit`.
    async fn wait_until_overdue(&self, limit: Duration) {
        loop {
            let began = self.began.load(Ordering::Relaxed);
            let coming = match began {
                0 => Duration::ZERO,
                began => self
                    .start
                    .elapsed()
                    .saturating_sub(Duration::from_millis(began)),
            };
            if coming >= limit {
                return;
            }
            sleep(limit - coming).await;
        }
    }
}
