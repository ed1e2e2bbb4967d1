//! Accepts connections, as many as the limits allow.
//!
//! | module | what it holds |
//! |---|---|
//! | [`connection`] | one connection, with the limits that `axum::serve` cannot set on it |
//! | [`connection_timer`] | how long a connection may be silent |
//! | [`address_slots`] | how many connections one address may have |

mod address_slots;
mod connection;
mod connection_timer;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_util::task::TaskTracker;

use crate::http::state::GatewayState;
use address_slots::AddressSlots;
use connection::Connection;
use connection_timer::SilenceLimits;

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
    let addresses = AddressSlots::new(&state.config);
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
    let ended = async {
        connections.wait().await;
        state.detached_tasks.wait().await;
    };
    if timeout(limits.drain_timeout, ended).await.is_err() {
        let left = connections.len() + state.detached_tasks.len();
        tracing::warn!(left, "stopped before everything was done");
    }
}
