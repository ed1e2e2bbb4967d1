//! PUTs to two upload URLs that leaked: one of a visitor without a session token, one of the owner, who goes
//! on uploading as a good visitor. From 32 addresses at once, each with eight slow PUTs, half to each URL;
//! and, from one more, 50 small ones a second to the owner's, one after the other. Other URLs of the two leak
//! every ten seconds.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use tokio::sync::watch;
use tokio::time::{interval, sleep};

use super::{Tally, repeat};
use crate::client::{Client, Source};
use crate::gateway::Target;
use crate::requests;
use crate::visitors::OWNER;
use crate::wire;

const ADDRESSES: u32 = 32;
const SLOW_PUTS: u32 = ADDRESSES * 8;
const PAUSE: Duration = Duration::from_secs(5);
const ANOTHER_LEAK_EVERY: Duration = Duration::from_secs(10);

const SMALL_PUT_EVERY: Duration = Duration::from_millis(20);
const SMALL_PUT_BYTES: usize = 4096;

/// The addresses of the one who repeats small PUTs, and of those whose URLs leak.
const REPEATER: [u8; 4] = [127, 1, 4, 101];
const LEAKING: [u8; 4] = [127, 1, 4, 102];

/// The upload URLs that leaked last; empty before the first.
#[derive(Clone, Debug, Default)]
struct Leak {
    anonymous: String,
    owners: String,
}

pub async fn attack(target: Arc<Target>, tally: Tally) {
    let (leaks, leaked) = watch::channel(Leak::default());
    let (leaking, from_many) = (Arc::clone(&target), Arc::clone(&target));
    let of_many = leaked.clone();
    tokio::join!(
        leak(leaking, leaks),
        repeat_small_puts(&target, leaked, &tally),
        repeat(SLOW_PUTS, PAUSE, &tally, move |number| {
            put_slowly(Arc::clone(&from_many), of_many.clone(), number)
        }),
    );
}

async fn leak(target: Arc<Target>, leaks: watch::Sender<Leak>) {
    let client = Client::new(target.gateway, Source::direct(LEAKING));
    let owner = target.session_token(OWNER);
    let mut due = interval(ANOTHER_LEAK_EVERY);
    loop {
        due.tick().await;
        if let (Ok(anonymous), Ok(owners)) =
            (client.mint(None).await, client.mint(Some(&owner)).await)
        {
            leaks.send_replace(Leak { anonymous, owners });
        }
    }
}

async fn put_slowly(
    target: Arc<Target>,
    mut leaked: watch::Receiver<Leak>,
    number: u32,
) -> Result<()> {
    let leak = leaked.wait_for(|it| !it.owners.is_empty()).await?.clone();
    let source = Source::direct([127, 1, 4, (number % ADDRESSES + 1) as u8]);
    // The first half of the slow PUTs of each address.
    let upload_url = if number < SLOW_PUTS / 2 {
        leak.anonymous
    } else {
        leak.owners
    };
    wire::put_slowly(&source, target.gateway, &upload_url).await?;
    Ok(())
}

async fn repeat_small_puts(target: &Target, mut leaked: watch::Receiver<Leak>, tally: &Tally) {
    let client = Client::new(target.gateway, Source::direct(REPEATER));
    let bytes = Bytes::from_static(&[0xa5; SMALL_PUT_BYTES]);
    loop {
        let upload_url = match leaked.wait_for(|it| !it.owners.is_empty()).await {
            Ok(leak) => leak.owners.clone(),
            Err(_) => return,
        };
        let under_way = tally.begin();
        // An attempt that fails is as good as one that ends.
        let _ = client
            .send(&requests::put(&upload_url, bytes.clone()))
            .await;
        drop(under_way);
        sleep(SMALL_PUT_EVERY).await;
    }
}
