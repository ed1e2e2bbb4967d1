//! Connections without a byte, during a drain.
//!
//! hyper closes such a connection as soon as a drain begins. Its client may have sent a request that is
//! still on its way, and would get a reset.

use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::sleep;

/// How long a drain waits for the first byte of a connection.
const DRAIN_GRACE: Duration = Duration::from_secs(1);

/// Waits until a new connection has a byte to read. Returns early if none has come when a drain has
/// waited for it.
pub(super) async fn first_byte(stream: &TcpStream, shutdown: &mut watch::Receiver<bool>) {
    let drain = async {
        // An error means that the gateway was dropped.
        let _ = shutdown.wait_for(|shutdown| *shutdown).await;
        sleep(DRAIN_GRACE).await;
    };
    let mut byte = [0];
    tokio::select! {
        // Not `readable`, which tokio assumes of a new stream. An error comes again when hyper reads.
        _ = stream.peek(&mut byte) => {}
        () = drain => {}
    }
}
