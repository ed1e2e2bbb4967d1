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
//! | [`listener`] | the listener and, during a drain, the clients that wait in its queue |
//! | [`first_byte`] | connections without a byte, during a drain |

mod address_slots;
mod closing;
mod connection;
mod connection_state;
mod first_byte;
mod listener;
mod noted_stream;
mod places;
mod supervisor;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::task::TaskTracker;

use crate::http::state::GatewayState;
use address_slots::AddressSlots;
use closing::Closing;
use connection::Connection;
pub(crate) use connection_state::WaitLimits;
pub(crate) use listener::Listener;
use places::Places;

/// The pause after an accept that failed, most likely for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// The most connections of the admin address: several probes and collectors, with some to spare.
const MAX_ADMIN_CONNECTIONS: usize = 32;

/// Accepts visitors' connections until `shutdown` is true. Then accepts those that wait in the listener's
/// queue, and returns when all have ended, or after the drain timeout.
pub(crate) async fn serve(
    listener: Listener,
    router: Router,
    state: Arc<GatewayState>,
    shutdown: watch::Receiver<bool>,
) {
    let mut begin = shutdown.clone();
    let drain_timeout = async {
        // An error means that the gateway was dropped, and this task with it.
        let _ = begin.wait_for(|shutdown| *shutdown).await;
        sleep(state.limits.drain_timeout).await;
    };
    tokio::select! {
        () = serve_all(listener, router, &state, shutdown) => {}
        () = drain_timeout => state.log_cut_off(),
    }
}

async fn serve_all(
    mut listener: Listener,
    router: Router,
    state: &Arc<GatewayState>,
    shutdown: watch::Receiver<bool>,
) {
    let (limits, config) = (&state.limits, state.core.config());
    let connections = TaskTracker::new();
    let addresses = AddressSlots::new(limits, config);
    let places = Places::new(limits.max_connections as usize);
    let connection = Connection {
        router,
        limits: WaitLimits::new(limits, config.limits()),
        room_wanted: places.room_wanted(),
        shutdown,
    };
    while let Some(accepted) = listener.accept().await {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause_after(&error).await;
                continue;
            }
        };
        let Some(slot) = addresses.take(peer.ip()) else {
            // The rest of this address must not wait in the listener's queue, where others wait.
            state.metrics.count_refused_connection();
            continue;
        };
        // Until there is a place, everybody else waits in the listener's queue.
        let Ok(place) = places.take().await else {
            break;
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
    drop(listener);
    connections.close();
    state.detached_tasks.close();
    connections.wait().await;
    state.detached_tasks.wait().await;
}

/// Accepts connections to the admin address, for ever.
pub(crate) async fn serve_admin(listener: TcpListener, router: Router, limits: WaitLimits) {
    let places = Places::new(MAX_ADMIN_CONNECTIONS);
    // It serves until the process ends, also during a drain.
    let (_never, shutdown) = watch::channel(false);
    let connection = Connection {
        router,
        limits,
        room_wanted: places.room_wanted(),
        shutdown,
    };
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                pause_after(&error).await;
                continue;
            }
        };
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

async fn pause_after(error: &io::Error) {
    tracing::warn!(%error, "a connection could not be accepted");
    sleep(ACCEPT_PAUSE).await;
}

fn record(closing: Closing, state: &GatewayState) {
    let reason = closing.as_str();
    state.metrics.count_closed_connection(reason);
    if matches!(closing, Closing::BadHead | Closing::HeadTooLarge) {
        tracing::info!(reason, "the head of a request was refused");
    }
}
