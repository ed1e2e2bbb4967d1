//! The PUTs of all instances: how many a visitor has at once, and which one of several to one upload goes on.
//!
//! A PUT has its slot for a lease, and renews it while it runs. An instance that dies leaves leases behind, which
//! end by themselves. The turns of an upload are counted until its URL expires: a PUT that finds another turn
//! than its own, when it renews its lease, has been superseded. `--max-uploads` is about one instance's memory, so
//! each instance counts that alone.
//!
//! Where the store is away, an upload goes on by what its own instance knows.

use std::sync::Arc;
use std::time::Duration;

use futures_channel::oneshot;
use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};

use super::{ATTEMPTS, StoreAway, StoreChange, visitor_tag};
use crate::admit::caller::Visitor;
use crate::core::Core;
use crate::refusal::Refusal;
use crate::rules::upload_puts::{NoTurn, PUTS_MAX, PutNumber, UploadHash};
use crate::step::{Ended, Outside, Pause, Steps};

/// How long a slot is kept without being renewed. The clocks of the instances may differ by most of it.
const LEASE_MS: u64 = 30_000;

const RENEW_EVERY: Duration = Duration::from_secs(10);

/// A PUT that other instances know of.
#[derive(Clone)]
struct SharedPut {
    upload: UploadHash,
    slots_key: String,
    /// Tells this PUT from all others.
    holder: u64,
}

/// Keeps a PUT's slot. Dropping it gives the slot back, in a task of its own.
pub(crate) struct KeptSlot {
    put: SharedPut,
    _ended: oneshot::Sender<()>,
}

impl KeptSlot {
    /// Gives the slot back before the response is sent: a platform may suspend an instance after it, with the
    /// tasks that are left.
    pub(crate) async fn give_back(self, outside: &Outside) {
        self.put.give_slot_back(outside).await;
    }
}

/// Takes a slot of the visitor's and the next turn at the upload, and keeps both in a task of its own.
///
/// # Errors
/// The inner error says why the PUT must not begin.
pub(crate) async fn take(
    core: &Arc<Core>,
    outside: &Outside,
    (upload, number): (UploadHash, PutNumber),
    visitor: &Visitor,
    url_ttl: Duration,
) -> Result<Result<KeptSlot, NoTurn>, StoreAway> {
    let put = SharedPut {
        upload,
        slots_key: format!("slots:{{{}}}", visitor_tag(&core.config.sealing, visitor)),
        holder: rand::random(),
    };
    let max = core.config.limits.max_uploads_per_subject as usize;
    if let Err(no_slot) = put.take_slot(outside, max).await? {
        return Ok(Err(no_slot));
    }
    // From here on, the task gives the slot back.
    let (sender, receiver) = oneshot::channel();
    let kept = KeptSlot {
        put: put.clone(),
        _ended: sender,
    };
    let turn = put.take_turn(outside, url_ttl).await;
    let known_turn = match &turn {
        Ok(Ok(turn)) => Some(*turn),
        Ok(Err(_)) | Err(StoreAway) => None,
    };
    let core = Arc::clone(core);
    let ended = receiver.shared();
    let task = Steps::new(outside.now(), |outside| async move {
        put.keep(&core, number, known_turn, &ended, &outside).await;
        // Nobody reads the reply.
        Err(Refusal::client_gone())
    });
    outside.detach(task).await;
    Ok(turn?.map(|_turn| kept))
}

impl SharedPut {
    /// Renews the lease until the PUT has ended, and gives the slot back then. Ends the PUT where another one has
    /// taken the next turn.
    async fn keep(
        &self,
        core: &Core,
        number: PutNumber,
        turn: Option<u32>,
        ended: &Ended,
        outside: &Outside,
    ) {
        loop {
            outside
                .pause(Pause {
                    time: RENEW_EVERY,
                    ended: Some(ended.clone()),
                })
                .await;
            if ended.clone().now_or_never().is_some() {
                break;
            }
            let latest = read_turn(outside, self.upload).await;
            if let (Ok(Some(latest)), Some(turn)) = (latest, turn)
                && latest > turn
            {
                core.upload_puts().end(self.upload, number);
                break;
            }
            // Where the store is away, the lease is renewed when it is back.
            let _ = self.take_slot(outside, usize::MAX).await;
        }
        self.give_slot_back(outside).await;
    }

    async fn give_slot_back(&self, outside: &Outside) {
        // Where the store is away, the lease ends by itself.
        let _ = change(outside, &self.slots_key, LEASE_MS, |held, _| {
            Ok::<_, NoTurn>(Leases::read(held).without(self.holder).write())
        })
        .await;
    }

    /// Takes a slot, or renews its lease.
    async fn take_slot(
        &self,
        outside: &Outside,
        max: usize,
    ) -> Result<Result<(), NoTurn>, StoreAway> {
        let upload = self.upload.to_string();
        change(outside, &self.slots_key, LEASE_MS, |held, now_ms| {
            let leases = Leases::read(held);
            let leases = leases.with(&upload, self.holder, max, now_ms);
            Ok(leases.ok_or(NoTurn::NoSlot)?.write())
        })
        .await
        .map(|taken| taken.map(|_| ()))
    }

    /// Takes the next turn at the upload, and returns its number.
    async fn take_turn(
        &self,
        outside: &Outside,
        url_ttl: Duration,
    ) -> Result<Result<u32, NoTurn>, StoreAway> {
        let ttl_ms = url_ttl.as_millis().try_into().unwrap_or(u64::MAX).max(1);
        let key = turns_key(self.upload);
        let taken = change(outside, &key, ttl_ms, |held, _| {
            let next = parse_turn(held) + 1;
            if next > PUTS_MAX {
                return Err(NoTurn::UsedUp);
            }
            Ok(Some(next.to_string()))
        });
        Ok(taken.await?.map(|turn| parse_turn(turn.as_deref())))
    }
}

/// The PUTs of one visitor that have a slot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Leases(Vec<Lease>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Lease {
    upload: String,
    holder: u64,
    until_ms: u64,
}

impl Leases {
    /// What cannot be read holds no lease.
    fn read(held: Option<&str>) -> Self {
        let leases = held.and_then(|text| serde_json::from_str(text).ok());
        leases.unwrap_or_default()
    }

    fn write(&self) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        serde_json::to_string(self).ok()
    }

    /// Gives a PUT its slot. All PUTs to one upload have one together. `None` where the others take `max`.
    fn with(mut self, upload: &str, holder: u64, max: usize, now_ms: u64) -> Option<Self> {
        self.0
            .retain(|it| now_ms < it.until_ms && it.upload != upload);
        if self.0.len() >= max {
            return None;
        }
        self.0.push(Lease {
            upload: upload.to_owned(),
            holder,
            until_ms: now_ms.saturating_add(LEASE_MS),
        });
        Some(self)
    }

    /// Takes a PUT's slot away, unless another PUT to its upload has taken it over.
    fn without(mut self, holder: u64) -> Self {
        self.0.retain(|it| it.holder != holder);
        self
    }
}

/// Changes an entry by a rule, again where another instance was faster, and returns what it holds then.
async fn change<E>(
    outside: &Outside,
    key: &str,
    ttl_ms: u64,
    rule: impl Fn(Option<&str>, u64) -> Result<Option<String>, E>,
) -> Result<Result<Option<String>, E>, StoreAway> {
    for _ in 0..ATTEMPTS {
        let held = read(outside, key).await?;
        let value = match rule(held.as_deref(), outside.now().epoch_ms) {
            Ok(value) => value,
            Err(refused) => return Ok(Err(refused)),
        };
        if value == held {
            return Ok(Ok(value));
        }
        let change = StoreChange {
            key: key.to_owned(),
            expected: held,
            value: value.clone(),
            ttl_ms,
        };
        if outside.write_store(vec![change]).await? {
            return Ok(Ok(value));
        }
    }
    Err(StoreAway)
}

async fn read(outside: &Outside, key: &str) -> Result<Option<String>, StoreAway> {
    let entries = outside.read_store(vec![key.to_owned()]).await?;
    Ok(entries.into_iter().next().flatten())
}

async fn read_turn(outside: &Outside, upload: UploadHash) -> Result<Option<u32>, StoreAway> {
    let held = read(outside, &turns_key(upload)).await?;
    Ok(held.map(|held| parse_turn(Some(&held))))
}

fn turns_key(upload: UploadHash) -> String {
    format!("turns:{{{upload}}}")
}

fn parse_turn(held: Option<&str>) -> u32 {
    held.and_then(|it| it.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leases(max: usize, now_ms: u64, puts: &[(&str, u64)]) -> Option<Leases> {
        puts.iter()
            .try_fold(Leases::default(), |leases, (upload, holder)| {
                leases.with(upload, *holder, max, now_ms)
            })
    }

    #[test]
    fn a_visitor_has_as_many_slots_as_allowed() {
        assert!(leases(2, 0, &[("a", 1), ("b", 2)]).is_some());
        assert!(leases(2, 0, &[("a", 1), ("b", 2), ("c", 3)]).is_none());
    }

    #[test]
    fn all_puts_to_one_upload_have_one_slot_which_the_last_one_gives_back() {
        let leases = leases(1, 0, &[("a", 1), ("a", 2)]).unwrap();
        assert_eq!(leases.clone().without(1), leases);
        assert_eq!(leases.without(2), Leases::default());
    }

    #[test]
    fn a_lease_that_is_not_renewed_ends() {
        let leases = leases(1, 0, &[("a", 1)]).unwrap();
        assert!(leases.clone().with("b", 2, 1, LEASE_MS - 1).is_none());
        let renewed = leases.clone().with("a", 1, usize::MAX, 10_000).unwrap();
        assert!(renewed.with("b", 2, 1, LEASE_MS).is_none());
        assert!(leases.with("b", 2, 1, LEASE_MS).is_some());
    }

    #[test]
    fn leases_that_were_written_are_read_again() {
        let leases = leases(3, 5, &[("a", u64::MAX), ("b", 2)]).unwrap();
        let text = leases.write();
        assert_eq!(Leases::read(text.as_deref()), leases);
        assert_eq!(Leases::read(Some("not leases")), Leases::default());
        assert_eq!(Leases::default().write(), None);
    }
}
