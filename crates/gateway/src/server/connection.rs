//! One connection, with the limits that only the program can set: `axum::serve` can limit neither a
//! connection's buffers nor its silence.

use std::convert::Infallible;
use std::net::SocketAddr;

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

use super::closing::Closing;
use super::connection_state::{Event, WaitLimits};
use super::first_byte::first_byte;
use super::noted_stream::NotedStream;
use super::places::RoomWanted;
use super::supervisor::Supervisor;
use crate::upstream::BUFFER_BYTES;

/// The things that all connections to one address share.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) router: Router,
    pub(super) limits: WaitLimits,
    pub(super) room_wanted: RoomWanted,
    pub(super) shutdown: watch::Receiver<bool>,
}

impl Connection {
    /// Serves a connection until its end. Returns the reason where the gateway closed it.
    pub(super) async fn serve(mut self, stream: TcpStream, peer: SocketAddr) -> Option<Closing> {
        // Small responses must not wait for one another.
        let _ = stream.set_nodelay(true);
        let mut supervisor = Supervisor::new(self.limits, self.room_wanted);
        tokio::select! {
            // In this order: a client whose first byte is there is not idle.
            biased;
            () = first_byte(&stream, &mut self.shutdown) => {}
            closing = supervisor.closing() => return Some(closing),
        }
        let service = TowerToHyperService::new(self.router);
        let events = supervisor.events();
        let service = service_fn(move |mut request: Request<Incoming>| {
            events.note(Event::HeadComplete);
            request.extensions_mut().insert(ConnectInfo(peer));
            let (response, events) = (service.call(request), events.clone());
            async move {
                let response = response.await.unwrap_or_else(|never| match never {});
                events.note(Event::ResponseReady);
                Ok::<_, Infallible>(response)
            }
        });
        let stream = NotedStream::new(stream, supervisor.events());
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // The supervisor replaces it.
            .header_read_timeout(None)
            .max_buf_size(BUFFER_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        let mut is_shutting_down = false;
        loop {
            tokio::select! {
                // In this order: bytes that are there count before the time that is over.
                biased;
                // Most errors mean that the client has gone.
                result = &mut connection => return Closing::from_error(&result.err()?),
                _ = self.shutdown.wait_for(|shutdown| *shutdown), if !is_shutting_down => {
                    is_shutting_down = true;
                    connection.as_mut().graceful_shutdown();
                }
                closing = supervisor.closing() => return Some(closing),
            }
        }
    }
}
