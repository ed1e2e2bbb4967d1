//! Accepts connections, as many as the limits allow.
//!
//! | module | what it holds |
//! |---|---|
//! | [`connection`] | one connection, with the limits that `axum::serve` cannot set on it |
//! | [`connection_timer`] | how long a connection may be silent |
//! | [`listener`] | the listener and, during a drain, the clients that wait in its queue |
//! | [`first_byte`] | connections without a byte, during a drain |
//! | [`address_slots`] | how many connections one address may have |

mod address_slots;
mod connection;
mod connection_timer;
mod first_byte;
mod listener;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::sync::{Semaphore, watch};
use tokio::time::sleep;
use tokio_util::task::TaskTracker;

use crate::http::state::GatewayState;
use address_slots::AddressSlots;
use connection::Connection;
use connection_timer::SilenceLimits;
pub(crate) use listener::Listener;

/// The pause after an accept that failed, most likely for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Accepts connections until `shutdown` is true. Then accepts those that wait in the listener's queue,
/// and returns when all have ended, or after the drain timeout.
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
        sleep(state.config.limits.drain_timeout).await;
    };
    tokio::select! {
        () = serve_all(listener, router, &state, shutdown) => {}
        () = drain_timeout => state.log_cut_off(),
    }
}

async fn serve_all(
    mut listener: Listener,
    router: Router,
    state: &GatewayState,
    shutdown: watch::Receiver<bool>,
) {
    let limits = &state.config.limits;
    let connections = TaskTracker::new();
    let permits = Arc::new(Semaphore::new(limits.max_connections as usize));
    let addresses = AddressSlots::new(&state.config);
    loop {
        // A client without a permit waits in the listener's queue.
        let permit = Arc::clone(&permits).acquire_owned().await;
        let Some(accepted) = listener.accept().await else {
            break;
        };
        match accepted {
            Ok((stream, peer)) => {
                let Some(slot) = addresses.take(peer.ip()) else {
                    // The rest of this address must not wait in the listener's queue, where others wait.
                    state.metrics.count_refused_connection();
                    continue;
                };
                let connection = Connection {
                    router: router.clone(),
                    silence: SilenceLimits::new(limits),
                    shutdown: shutdown.clone(),
                    peer,
                };
                let counted = state.metrics.count_connection();
                connections.spawn(async move {
                    connection.serve(stream).await;
                    drop((permit, slot, counted));
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
    connections.wait().await;
    state.detached_tasks.wait().await;
}
