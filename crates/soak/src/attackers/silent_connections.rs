//! 256 connections from one address, which is as many as one may have. Half send nothing; half send a whole
//! request and half the head of another. When the gateway closes one, there is another.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use super::{Tally, repeat};
use crate::gateway::Target;
use crate::wire;

const CONNECTIONS: u32 = 256;
const SOURCE: Ipv4Addr = Ipv4Addr::new(127, 1, 3, 1);
const PAUSE: Duration = Duration::from_millis(250);
const HALF_A_HEAD: &str = "POST /aurous/v1/cha";

pub async fn attack(target: Arc<Target>, tally: Tally) {
    repeat(CONNECTIONS, PAUSE, &tally, move |number| {
        be_silent(Arc::clone(&target), number)
    })
    .await;
}

async fn be_silent(target: Arc<Target>, number: u32) -> io::Result<()> {
    let mut stream = wire::connect(SOURCE, target.gateway).await?;
    if number.is_multiple_of(2) {
        let bytes = wire::head("GET", "/v1/nothing", &[]) + HALF_A_HEAD;
        stream.write_all(bytes.as_bytes()).await?;
    }
    wire::read_to_end(&mut stream).await;
    Ok(())
}
