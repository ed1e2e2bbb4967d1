//! One connection, with the limits that only the program can set: `axum::serve` can limit neither a
//! connection's buffers nor its silence.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_util::io::{InspectReader, InspectWriter};

use super::connection_timer::{ConnectionTimer, Event, SilenceLimits};
use super::first_byte::first_byte;
use crate::upstream::BUFFER_BYTES;

pub(super) struct Connection {
    pub(super) router: Router,
    pub(super) silence: SilenceLimits,
    pub(super) shutdown: watch::Receiver<bool>,
    pub(super) peer: SocketAddr,
}

impl Connection {
    pub(super) async fn serve(mut self, stream: TcpStream) {
        // Small responses must not wait for one another.
        let _ = stream.set_nodelay(true);
        let timer = Arc::new(ConnectionTimer::start());
        tokio::select! {
            () = first_byte(&stream, &mut self.shutdown) => {}
            () = timer.wait_until_overdue(self.silence) => return,
        }
        let service = TowerToHyperService::new(self.router);
        let (notes, peer) = (Arc::clone(&timer), self.peer);
        let service = service_fn(move |mut request: Request<Incoming>| {
            notes.note(Event::HeadComplete);
            request.extensions_mut().insert(ConnectInfo(peer));
            let (response, notes) = (service.call(request), Arc::clone(&notes));
            async move {
                let response = response.await.unwrap_or_else(|never| match never {});
                notes.note(Event::ResponseReady);
                Ok::<_, Infallible>(response)
            }
        });
        let (reads, writes) = (Arc::clone(&timer), Arc::clone(&timer));
        let stream = InspectReader::new(stream, move |bytes| {
            if !bytes.is_empty() {
                reads.note(Event::BytesRead);
            }
        });
        let stream = InspectWriter::new(stream, move |_| writes.note(Event::BytesWritten));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // The timer here replaces it.
            .header_read_timeout(None)
            .max_buf_size(BUFFER_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        let mut is_shutting_down = false;
        loop {
            tokio::select! {
                // In this order: bytes that are there count before the time that is over.
                biased;
                // An error here means that the client has gone.
                _ = &mut connection => return,
                _ = self.shutdown.wait_for(|shutdown| *shutdown), if !is_shutting_down => {
                    is_shutting_down = true;
                    connection.as_mut().graceful_shutdown();
                }
                () = timer.wait_until_overdue(self.silence) => return,
            }
        }
    }
}
