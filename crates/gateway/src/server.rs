//! Connections: what only the program can limit. `axum::serve` can set neither a connection's
//! buffers nor a time for its headers.

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

use crate::http::shared::Shared;
use crate::upstream::BUFFER_BYTES;

/// How long a connection may wait for its next request. Longer than nginx (60 s) keeps one to a
/// server behind it: it must be the proxy that hangs up, or a request meets a closed door.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long to wait after a failed accept (out of file descriptors, most likely).
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Accepts until `stop` is set, then lets what runs come to its end.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    shared: Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) {
    let connections = TaskTracker::new();
    let places = Arc::new(Semaphore::new(
        shared.config.limits.max_connections as usize,
    ));
    loop {
        let accepted = async {
            // Who finds no place waits in the listener's queue.
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            accepted = accepted => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = Connection {
                    router: router.clone(),
                    header_timeout: shared.config.limits.header_timeout,
                    stop: stop.clone(),
                    peer,
                };
                let counted = shared.metrics.connection();
                connections.spawn(async move {
                    connection.serve(stream).await;
                    drop((place, counted));
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
    shared.detached.close();
    let ended = async {
        connections.wait().await;
        shared.detached.wait().await;
    };
    let limit = shared.config.limits.drain_timeout;
    if timeout(limit, ended).await.is_err() {
        let left = connections.len() + shared.detached.len();
        tracing::warn!(left, "stopped before everything was done");
    }
}

struct Connection {
    router: Router,
    header_timeout: Duration,
    stop: watch::Receiver<bool>,
    peer: SocketAddr,
}

impl Connection {
    async fn serve(mut self, stream: TcpStream) {
        // Small answers are not to wait for one another.
        let _ = stream.set_nodelay(true);
        let head = Arc::new(HeadClock::new());
        let service = TowerToHyperService::new(self.router);
        let (clock, peer) = (Arc::clone(&head), self.peer);
        let service = service_fn(move |mut request: Request<Incoming>| {
            clock.read();
            request.extensions_mut().insert(ConnectInfo(peer));
            let (answer, clock) = (service.call(request), Arc::clone(&clock));
            async move {
                let answer = answer.await.unwrap_or_else(|never| match never {});
                clock.answered();
                Ok::<_, Infallible>(answer)
            }
        });
        let clock = Arc::clone(&head);
        let stream = InspectReader::new(stream, move |bytes| {
            if !bytes.is_empty() {
                clock.bytes_came();
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(KEEP_ALIVE)
            .max_buf_size(BUFFER_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        let mut told = false;
        loop {
            tokio::select! {
                // An error here is the client's going away.
                _ = &mut connection => return,
                () = head.overdue(self.header_timeout) => return,
                _ = self.stop.wait_for(|stop| *stop), if !told => {
                    told = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

/// When a request's first byte came, while its head is still coming: hyper's own clock for that
/// also runs while a kept-alive connection waits.
struct HeadClock {
    start: Instant,
    /// Milliseconds after `start`, plus one; 0 while no head is coming.
    began: AtomicU64,
    in_request: AtomicBool,
}

impl HeadClock {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            began: AtomicU64::new(0),
            in_request: AtomicBool::new(false),
        }
    }

    fn bytes_came(&self) {
        if !self.in_request.load(Ordering::Relaxed) {
            let now = self.start.elapsed().as_millis() as u64 + 1;
            let _ = self
                .began
                .compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    fn read(&self) {
        self.in_request.store(true, Ordering::Relaxed);
        self.began.store(0, Ordering::Relaxed);
    }

    fn answered(&self) {
        self.in_request.store(false, Ordering::Relaxed);
    }

    /// Ends when a head has been coming for longer than `limit`.
    async fn overdue(&self, limit: Duration) {
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
