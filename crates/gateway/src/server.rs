//! Accepts connections, as many as the limits allow.
//!
//! | module | what it holds |
//! |---|---|
//! | [`connection`] | one connection, with the limits that `axum::serve` cannot set on it |
//! | [`connection_state`] | what a connection waits for, and for how long it may |
//! | [`noted_stream`], [`supervisor`] | what happens on a connection, and the end of its time |
//! | [`closing`] | why the gateway closes a connection |
//! | [`places`] | the places that connections have, and who makes room for whom |
//! | [`address_slots`] | how many connections one address may have |

mod address_slots;
mod closing;
mod connection;
mod connection_state;
mod noted_stream;
mod places;
mod supervisor;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::task::TaskTracker;

use crate::config::ResourceLimits;
use crate::http::state::GatewayState;
use address_slots::AddressSlots;
use closing::Closing;
use connection::Connection;
use connection_state::WaitLimits;
use places::Places;

/// The pause after an accept that failed, most likely for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// The most connections of the admin address: several probes and collectors, with some to spare.
const MAX_ADMIN_CONNECTIONS: usize = 32;

/// Accepts visitors' connections until `shutdown` is true, then waits for those that are open to end.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    state: Arc<GatewayState>,
    mut shutdown: watch::Receiver<bool>,
) {
    let limits = &state.config.limits;
    let connections = TaskTracker::new();
    let places = Places::new(limits.max_connections as usize);
    let connection = Connection {
        router,
        limits: WaitLimits::new(limits),
        room_wanted: places.room_wanted(),
        shutdown: shutdown.clone(),
    };
    tokio::select! {
        _ = shutdown.wait_for(|shutdown| *shutdown) => {}
        () = accept_visitors(&listener, &connection, &places, &state, &connections) => {}
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

async fn accept_visitors(
    listener: &TcpListener,
    connection: &Connection,
    places: &Places,
    state: &Arc<GatewayState>,
    connections: &TaskTracker,
) {
    let addresses = AddressSlots::new(&state.config);
    loop {
        let (stream, peer) = accept(listener).await;
        let Some(slot) = addresses.take(peer.ip()) else {
            // The rest of this address must not wait in the listener's queue, where others wait.
            state.metrics.count_refused_connection();
            continue;
        };
        // Until there is a place, everybody else waits in the listener's queue.
        let Ok(place) = places.take().await else {
            return;
        };
        let (connection, state) = (connection.clone(), Arc::clone(state));
        let counted = state.metrics.count_connection();
        connections.spawn(async move {
            if let Some(closing) = connection.serve(stream, peer).await {
                record(closing, &state);
            }
            drop((place, slot, counted));
        });
    }
}

/// Accepts connections to the admin address, for ever.
pub(crate) async fn serve_admin(listener: TcpListener, router: Router, limits: ResourceLimits) {
    let places = Places::new(MAX_ADMIN_CONNECTIONS);
    // It serves until the process ends, also during a drain.
    let (_never, shutdown) = watch::channel(false);
    let connection = Connection {
        router,
        limits: WaitLimits::new(&limits),
        room_wanted: places.room_wanted(),
        shutdown,
    };
    loop {
        let (stream, peer) = accept(&listener).await;
        let Ok(place) = places.take().await else {
            return;
        };
        let connection = connection.clone();
        tokio::spawn(async move {
            connection.serve(stream, peer).await;
            drop(place);
        });
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn record(closing: Closing, state: &GatewayState) {
    let reason = closing.as_str();
    state.metrics.count_closed_connection(reason);
    if matches!(closing, Closing::BadHead | Closing::HeadTooLarge) {
        tracing::info!(reason, "the head of a request was refused");
    }
}
