//! 200 POSTs a second that announce a body and never send it. Half have a session token that is none, half
//! ask for a route that is none. A gateway that delays a refusal until the body is there, as browsers need
//! it, holds each connection for as long as it waits. They come from eight addresses, so that none has more
//! connections than one may have.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};

use super::Tally;
use crate::gateway::Target;
use crate::requests::INIT_PATH;
use crate::wire;

const EVERY: Duration = Duration::from_millis(5);
const ADDRESSES: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];
const PATHS: [&str; 2] = [INIT_PATH, "/v1/nothing"];
/// How long each waits for its answer.
const WAITS: Duration = Duration::from_secs(15);

pub async fn attack(target: Arc<Target>, tally: Tally) {
    let mut posts = JoinSet::new();
    let mut due = interval(EVERY);
    let sources = ADDRESSES.map(|host| Ipv4Addr::new(127, 1, 1, host));
    // From each address to each path.
    let variants = PATHS.map(|path| sources.map(|source| (source, path)));
    for (source, path) in variants.into_iter().flatten().cycle() {
        due.tick().await;
        let (target, under_way) = (Arc::clone(&target), tally.begin());
        posts.spawn(async move {
            // An attempt that fails is as good as one that ends.
            let _ = timeout(WAITS, post(target, source, path)).await;
            drop(under_way);
        });
        while posts.try_join_next().is_some() {}
    }
}

async fn post(target: Arc<Target>, source: Ipv4Addr, path: &str) -> io::Result<()> {
    let mut stream = wire::connect(source, target.gateway).await?;
    let headers = [
        ("Authorization", "Bearer nonsense"),
        ("Content-Type", "application/json"),
        ("Content-Length", "50000"),
    ];
    let head = wire::head("POST", path, &headers);
    stream.write_all(head.as_bytes()).await?;
    wire::read_to_end(&mut stream).await;
    Ok(())
}
