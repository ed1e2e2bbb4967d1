//! 128 connections from four addresses with 400 requests each, whose answers are never read. Each answer has
//! half a kilobyte or more, so they fill the socket's buffers. One more request a second shows when the
//! gateway has closed the connection; then there is another.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::time::{sleep, timeout};

use super::{Tally, repeat};
use crate::gateway::Target;
use crate::wire;

const CONNECTIONS: u32 = 128;
const ADDRESSES: u32 = 4;
const REQUESTS: usize = 400;
const ONE_MORE_EVERY: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_secs(1);

pub async fn attack(target: Arc<Target>, tally: Tally) {
    repeat(CONNECTIONS, PAUSE, &tally, move |number| {
        ask_and_never_read(Arc::clone(&target), number)
    })
    .await;
}

async fn ask_and_never_read(target: Arc<Target>, number: u32) -> io::Result<()> {
    let source = Ipv4Addr::new(127, 1, 2, (number % ADDRESSES + 1) as u8);
    let mut stream = wire::connect_narrow(source, target.gateway).await?;
    let request = wire::head("GET", "/v1/nothing", &[]);
    let many = request.repeat(REQUESTS);
    // Where the buffers are full already, the rest is not needed.
    if let Ok(written) = timeout(ONE_MORE_EVERY, stream.write_all(many.as_bytes())).await {
        written?;
    }
    loop {
        sleep(ONE_MORE_EVERY).await;
        match stream.try_write(request.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            _ => {}
        }
    }
}
