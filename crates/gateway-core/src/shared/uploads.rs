//! The PUTs of all instances: how many a visitor has at once, and which one of several to one upload goes on.
//!
//! No upload waits for the store: a PUT begins by what its own instance knows, and is ended where the store then
//! says that it must not go on.
//!
//! A PUT has its slot for a lease, and renews it while it runs. An instance that dies leaves leases behind, which
//! end by themselves. The turns of an upload are counted until its URL expires: a PUT that finds another turn
//! than its own, when it renews its lease, has been superseded. `--max-uploads` is about one instance's memory, so
//! each instance counts that alone.
//!
//! Where the store is away, an upload goes on by what its own instance knows.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_channel::oneshot;
use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};

use super::{ATTEMPTS, Sharing, StoreAway, StoreChange, visitor_tag};
use crate::admit::caller::Visitor;
use crate::clock::milliseconds;
use crate::core::Core;
use crate::put::RunningPut;
use crate::refusal::Refusal;
use crate::rules::upload_puts::{NoTurn, PUTS_MAX, PutNumber, UploadHash};
use crate::step::{Ended, Outside, Pause, Steps};

/// How long a slot is kept without being renewed. The clocks of the instances may differ by most of it.
const LEASE_MS: u64 = 30_000;

const RENEW_EVERY: Duration = Duration::from_secs(10);

/// A PUT that other instances know of.
#[derive(Clone)]
struct SharedPut {
    upload: String,
    /// The leases of the visitor's PUTs.
    slots_key: String,
    /// The number of the PUTs to the upload so far.
    turns_key: String,
    /// Tells this PUT from all others.
    holder: u64,
    url_ttl_ms: u64,
}

/// Tells the other instances of a PUT, in a task of its own: no upload waits for the store. The task takes a slot of
/// the visitor's and the next turn at the upload, and keeps the slot while the PUT runs. It ends the PUT where it may
/// not go on. Nothing where this instance is alone.
pub(crate) async fn share(
    core: &Arc<Core>,
    outside: &Outside,
    (upload, number): (UploadHash, PutNumber),
    visitor: &Visitor,
    url_ttl: Duration,
) -> Option<KeptSlot> {
    if core.sharing == Sharing::Process {
        return None;
    }
    let visitor = visitor_tag(&core.config.sealing, visitor);
    let put = SharedPut {
        upload: upload.to_string(),
        slots_key: format!("slots:{{uploads}}:{visitor}"),
        turns_key: format!("turns:{{uploads}}:{upload}"),
        holder: rand::random(),
        url_ttl_ms: milliseconds(url_ttl).max(1),
    };
    let (sender, receiver) = oneshot::channel();
    let kept = KeptSlot {
        put: put.clone(),
        leases: Arc::default(),
        ended: sender,
    };
    let (core, leases) = (Arc::clone(core), Arc::clone(&kept.leases));
    let ended = receiver.shared();
    let task = Steps::new(outside.now(), |outside| async move {
        let is_running = || core.upload_puts().is_running(upload, number);
        let max = core.config.limits.max_uploads_per_subject as usize;
        let end = match put.begin(max, is_running, &outside).await {
            Ok(Ok((turn, taken))) => {
                *leases.lock().unwrap_or_else(PoisonError::into_inner) = Some(taken);
                put.keep(turn, &ended, &outside).await
            }
            Ok(Err(no_turn)) => Err(no_turn),
            // What this instance knows decides.
            Err(StoreAway) => Ok(()),
        };
        if let Err(no_turn) = end {
            RunningPut::end(&core, (upload, number), no_turn);
        }
        // Nobody reads the reply.
        Err(Refusal::client_gone())
    });
    outside.detach(task).await;
    Some(kept)
}

/// Keeps a PUT's slot. Dropping it gives the slot back, in the task.
pub(crate) struct KeptSlot {
    put: SharedPut,
    /// The leases as this PUT wrote them, once it has.
    leases: Arc<Mutex<Option<Leases>>>,
    ended: oneshot::Sender<()>,
}

impl KeptSlot {
    /// Gives the slot back before the response is sent: a platform may suspend an instance after it, with the
    /// tasks that are left.
    pub(crate) async fn give_back(self, outside: &Outside) {
        let Self { put, leases, ended } = self;
        // First: what is under way in the task must not take the slot again.
        let _ = ended.send(());
        let known = leases.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A slot that was not taken yet, the task gives back.
        if known.is_some() {
            put.give_back(known, outside).await;
        }
    }
}

impl SharedPut {
    /// Takes a slot and the next turn. Returns the number of the turn, and the leases with this PUT's.
    async fn begin(
        &self,
        max: usize,
        is_running: impl Fn() -> bool,
        outside: &Outside,
    ) -> Result<Result<(u32, Leases), NoTurn>, StoreAway> {
        for _ in 0..ATTEMPTS {
            let (slots, turns) = self.read(outside).await?;
            // A PUT that a later one of this instance has superseded must not take the turn after that one's.
            if !is_running() {
                return Ok(Err(NoTurn::Superseded));
            }
            let turn = parse_turn(turns.as_deref()) + 1;
            if turn > PUTS_MAX {
                return Ok(Err(NoTurn::UsedUp));
            }
            let now_ms = outside.now().epoch_ms;
            let leases = Leases::read(slots.as_deref());
            let Some(leases) = leases.with(&self.upload, self.holder, max, now_ms) else {
                return Ok(Err(NoTurn::NoSlot));
            };
            let changes = vec![
                self.slots_change(slots, &leases),
                StoreChange {
                    key: self.turns_key.clone(),
                    expected: turns,
                    value: Some(turn.to_string()),
                    ttl_ms: self.url_ttl_ms,
                },
            ];
            if outside.write_store(changes).await? {
                return Ok(Ok((turn, leases)));
            }
        }
        Err(StoreAway)
    }

    /// Renews the lease until the PUT has ended, and gives the slot back then.
    ///
    /// # Errors
    /// The PUT must not go on.
    async fn keep(&self, turn: u32, ended: &Ended, outside: &Outside) -> Result<(), NoTurn> {
        loop {
            outside
                .pause(Pause {
                    time: RENEW_EVERY,
                    ended: Some(ended.clone()),
                })
                .await;
            if ended.clone().now_or_never().is_some() {
                self.give_back(None, outside).await;
                return Ok(());
            }
            // Where the store is away, the lease is renewed when it is back.
            self.renew(turn, ended, outside).await.unwrap_or(Ok(()))?;
        }
    }

    /// Renews the lease once, unless the PUT has ended.
    async fn renew(
        &self,
        turn: u32,
        ended: &Ended,
        outside: &Outside,
    ) -> Result<Result<(), NoTurn>, StoreAway> {
        for _ in 0..ATTEMPTS {
            let (slots, turns) = self.read(outside).await?;
            if ended.clone().now_or_never().is_some() {
                break;
            }
            if parse_turn(turns.as_deref()) > turn {
                return Ok(Err(NoTurn::Superseded));
            }
            let now_ms = outside.now().epoch_ms;
            let leases = Leases::read(slots.as_deref());
            let leases = leases.renewed(&self.upload, self.holder, now_ms);
            let change = self.slots_change(slots, &leases);
            if outside.write_store(vec![change]).await? {
                break;
            }
        }
        Ok(Ok(()))
    }

    /// Gives the slot back. `known` are the leases as they most likely still are.
    async fn give_back(&self, known: Option<Leases>, outside: &Outside) {
        let mut held = known.and_then(|it| it.write());
        for _ in 0..ATTEMPTS {
            let leases = Leases::read(held.as_deref());
            if leases.has(self.holder) {
                let change = self.slots_change(held, &leases.without(self.holder));
                match outside.write_store(vec![change]).await {
                    Ok(true) => return,
                    Ok(false) => {}
                    // The lease ends by itself.
                    Err(StoreAway) => return,
                }
            }
            held = match self.read(outside).await {
                Ok((Some(slots), _)) if Leases::read(Some(&slots)).has(self.holder) => Some(slots),
                // Another PUT has taken the slot over, or the lease has ended, or will.
                Ok(_) | Err(StoreAway) => return,
            };
        }
    }

    /// Returns the texts of the leases and of the turns.
    async fn read(&self, outside: &Outside) -> Result<(Option<String>, Option<String>), StoreAway> {
        let keys = vec![self.slots_key.clone(), self.turns_key.clone()];
        let mut entries = outside.read_store(keys).await?.into_iter();
        Ok((entries.next().flatten(), entries.next().flatten()))
    }

    fn slots_change(&self, held: Option<String>, leases: &Leases) -> StoreChange {
        StoreChange {
            key: self.slots_key.clone(),
            expected: held,
            value: leases.write(),
            ttl_ms: LEASE_MS,
        }
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

    /// Gives a PUT its slot. `None` where the visitor would have more than `max`.
    fn with(self, upload: &str, holder: u64, max: usize, now_ms: u64) -> Option<Self> {
        let leases = self.renewed(upload, holder, now_ms);
        (leases.0.len() <= max).then_some(leases)
    }

    /// Renews the lease of a PUT's slot, which all PUTs to one upload have together.
    fn renewed(mut self, upload: &str, holder: u64, now_ms: u64) -> Self {
        self.0
            .retain(|it| now_ms < it.until_ms && it.upload != upload);
        self.0.push(Lease {
            upload: upload.to_owned(),
            holder,
            until_ms: now_ms.saturating_add(LEASE_MS),
        });
        self
    }

    fn has(&self, holder: u64) -> bool {
        self.0.iter().any(|it| it.holder == holder)
    }

    /// Takes a PUT's slot away, unless another PUT to its upload has taken it over.
    fn without(mut self, holder: u64) -> Self {
        self.0.retain(|it| it.holder != holder);
        self
    }
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
        let renewed = leases.clone().renewed("a", 1, 10_000);
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
