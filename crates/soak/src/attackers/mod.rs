//! The attackers. Each has addresses of its own, and takes as many of the gateway's places as it can with
//! little work: the attack is on the gateway's limits, not on the machine.
//!
//! | file | attack |
//! |---|---|
//! | [`refused_posts`] | POSTs that are refused, and whose bodies never come |
//! | [`unread_answers`] | pipelined requests whose answers are never read |
//! | [`silent_connections`] | connections without a head, or with half a head |
//! | [`forged_addresses`] | one visitor that looks like many, by `X-Forwarded-For` and by IPv6 |
//! | [`leaked_url`] | PUTs to upload URLs that leaked, from many addresses |
//!
//! The slow reader of the log is in [`crate::gateway`].

mod forged_addresses;
mod leaked_url;
mod refused_posts;
mod silent_connections;
mod unread_answers;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::ValueEnum;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};

use crate::gateway::Target;

/// How long attackers go on after the last visitor came, at most: as long as a visitor may stay.
const LAST_VISIT: Duration = Duration::from_secs(600);

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Attacker {
    /// 200 POSTs a second that are refused and whose bodies never come
    RefusedPosts,
    /// 128 connections with requests whose answers are never read
    UnreadAnswers,
    /// 256 connections with no head, or half a head
    SilentConnections,
    /// 336 PUTs at once of two visitors that look like hundreds
    ForgedAddresses,
    /// 257 PUTs at once to upload URLs that leaked
    LeakedUrl,
    /// A reader of the log that takes 16 KB a second
    SlowLogReader,
}

/// The attackers at work. Dropping it ends them.
pub struct Attack {
    at_work: JoinSet<()>,
    tallies: Vec<(Attacker, Tally)>,
}

/// What an attacker did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deeds {
    pub attacker: Attacker,
    /// How often it began.
    pub attempts: u64,
    /// How long an attempt lasted at most, up to the end of the attack.
    pub longest: Duration,
}

/// Counts and times an attacker's attempts.
#[derive(Clone, Default)]
struct Tally(Arc<Count>);

#[derive(Default)]
struct Count {
    attempts: AtomicU64,
    longest_ms: AtomicU64,
}

/// An attempt under way. Dropping it ends it.
struct Attempt {
    tally: Tally,
    start: Instant,
}

impl Attack {
    pub fn start(attackers: &[Attacker], target: &Arc<Target>) -> Self {
        let mut attack = Self {
            at_work: JoinSet::new(),
            tallies: Vec::new(),
        };
        for attacker in attackers {
            attack.add(*attacker, Arc::clone(target));
        }
        attack
    }

    fn add(&mut self, attacker: Attacker, target: Arc<Target>) {
        let tally = Tally::default();
        let counted = tally.clone();
        let end = target.until + LAST_VISIT;
        self.at_work.spawn(async move {
            let attack = async move {
                match attacker {
                    Attacker::RefusedPosts => refused_posts::attack(target, counted).await,
                    Attacker::UnreadAnswers => unread_answers::attack(target, counted).await,
                    Attacker::SilentConnections => {
                        silent_connections::attack(target, counted).await;
                    }
                    Attacker::ForgedAddresses => forged_addresses::attack(target, counted).await,
                    Attacker::LeakedUrl => leaked_url::attack(target, counted).await,
                    // It works where the log is read.
                    Attacker::SlowLogReader => drop(counted.begin()),
                }
            };
            // Ends by itself, in case the visitors do not.
            let _ = timeout_at(end, attack).await;
        });
        self.tallies.push((attacker, tally));
    }

    /// Ends the attackers, and closes their connections.
    pub fn end(&mut self) {
        self.at_work.abort_all();
    }

    /// Returns what each attacker did.
    pub fn deeds(&self) -> Vec<Deeds> {
        let deeds = |(attacker, Tally(count)): &(Attacker, Tally)| Deeds {
            attacker: *attacker,
            attempts: count.attempts.load(Ordering::Relaxed),
            longest: Duration::from_millis(count.longest_ms.load(Ordering::Relaxed)),
        };
        self.tallies.iter().map(deeds).collect()
    }
}

impl Tally {
    fn begin(&self) -> Attempt {
        self.0.attempts.fetch_add(1, Ordering::Relaxed);
        Attempt {
            tally: self.clone(),
            start: Instant::now(),
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let lasted = self.start.elapsed().as_millis() as u64;
        let longest = &self.tally.0.longest_ms;
        longest.fetch_max(lasted, Ordering::Relaxed);
    }
}

/// Makes `count` attempts at once. Each begins again, after a pause, when it has ended.
async fn repeat<F: Future + Send>(
    count: u32,
    pause: Duration,
    tally: &Tally,
    attempt: impl Fn(u32) -> F + Clone + Send + 'static,
) where
    F::Output: Send,
{
    let mut all = JoinSet::new();
    for number in 0..count {
        let (attempt, tally) = (attempt.clone(), tally.clone());
        all.spawn(async move {
            loop {
                let under_way = tally.begin();
                // An attempt that fails is as good as one that ends.
                let _ = attempt(number).await;
                drop(under_way);
                sleep(pause).await;
            }
        });
    }
    all.join_all().await;
}
