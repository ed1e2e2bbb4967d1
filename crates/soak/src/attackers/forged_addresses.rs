//! Two visitors without a session token, behind the trusted proxy, each of whom has as many slow PUTs as one
//! address may have, if its addresses are seen as one. The first writes other entries before the address that
//! the proxy adds, which some gateways would take for the visitor's. The second has addresses in every /64
//! of an IPv6 /56, which is what a provider gives to one line. 16 and 320 PUTs at once.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::{Tally, repeat};
use crate::client::{Client, Source};
use crate::gateway::Target;
use crate::wire;

const FORGED: u32 = 16;
const IN_ONE_PREFIX: u32 = 320;
const NETWORKS: u32 = 256;
/// The token buckets must not be what stops this attacker.
const PAUSE: Duration = Duration::from_secs(10);

pub async fn attack(target: Arc<Target>, tally: Tally) {
    repeat(FORGED + IN_ONE_PREFIX, PAUSE, &tally, move |number| {
        upload_slowly(Arc::clone(&target), number)
    })
    .await;
}

async fn upload_slowly(target: Arc<Target>, number: u32) -> Result<()> {
    let source = Source::proxied(forwarded(number));
    let client = Client::new(target.gateway, source.clone());
    let upload_url = client.mint(None).await?;
    wire::put_slowly(&source, target.gateway, &upload_url).await?;
    Ok(())
}

fn forwarded(number: u32) -> String {
    if number < FORGED {
        format!("192.0.2.{number}, unknown, \"_{number}, 203.0.113.7")
    } else {
        let network = number % NETWORKS;
        format!("2001:db8:0:{network:x}::7")
    }
}
