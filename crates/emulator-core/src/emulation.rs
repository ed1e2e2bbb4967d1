//! The state of one emulator, which its origins share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aurous_contract::image::ContentType;
use bytes::Bytes;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::exchange::{Exchange, RequestHead};
use crate::fault::script::Script;
use crate::fault::{Fault, ScriptedFault};
use crate::log::{Log, LoggedRequest};
use crate::operation::Operation;
use crate::settings::RuntimeSettings;
use crate::state::signature::SigningKey;
use crate::state::team::{ApiKey, KeyChange};
use crate::state::world::{CharacterSnapshot, Foundation, Urls, World, new_api_key};

/// An emulator without connections.
///
/// It has no clock of its own: methods take the real time, in milliseconds since the epoch. The
/// emulator's time is ahead of it by as much as it has been [advanced](Self::advance). Everything that
/// expires, refills or ends by itself follows the emulator's time and uses no timer.
pub struct Emulation {
    pub(crate) log: Log,
    api_key: String,
    ahead_ms: AtomicU64,
    world: Mutex<World>,
    script: Mutex<Script>,
    /// Whether pages may PUT to the upload host: they may once the API is open.
    is_open: AtomicBool,
}

/// What an emulator starts with.
#[derive(Clone, Debug)]
pub struct Setup {
    pub urls: Urls,
    /// The keys that are valid from the start, all of one team. Empty makes one (`al_live_` and 64 hex
    /// digits).
    pub api_keys: Vec<String>,
    pub settings: RuntimeSettings,
    /// Keys, signatures and the random half of each id follow from it.
    pub seed: u64,
}

impl Emulation {
    pub fn new(setup: Setup) -> Self {
        let mut random = StdRng::seed_from_u64(setup.seed);
        let mut api_keys = setup.api_keys;
        if api_keys.is_empty() {
            api_keys.push(new_api_key(random.random()));
        }
        Self {
            log: Log::default(),
            api_key: api_keys.first().cloned().unwrap_or_default(),
            ahead_ms: AtomicU64::default(),
            world: Mutex::new(World::new(Foundation {
                urls: setup.urls,
                signing_key: SigningKey::new(random.random()),
                settings: setup.settings,
                api_keys,
                seed: random.random(),
            })),
            script: Mutex::default(),
            is_open: AtomicBool::new(false),
        }
    }

    /// Begins a request, whose headers have arrived.
    pub fn begin(self: &Arc<Self>, head: &RequestHead, real_ms: u64) -> Exchange {
        Exchange::begin(self, head, real_ms)
    }

    /// Returns the first of the keys that the emulator was started with.
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// Returns the emulator's time, in milliseconds since the epoch.
    pub fn now_ms(&self, real_ms: u64) -> u64 {
        real_ms.saturating_add(self.ahead_ms())
    }

    /// Returns how far ahead of real time the emulator's is, in milliseconds.
    pub fn ahead_ms(&self) -> u64 {
        self.ahead_ms.load(Ordering::SeqCst)
    }

    /// Advances the emulator's time. Everything that expires or ends in between has done so when this
    /// returns.
    pub fn advance(&self, ms: u64) {
        let add = |ahead: u64| Some(ahead.saturating_add(ms));
        // Never fails, since the closure always returns a value.
        let _ = self
            .ahead_ms
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, add);
    }

    /// Returns every request so far, in order of arrival.
    pub fn log(&self) -> Vec<LoggedRequest> {
        self.log.requests()
    }

    /// Forgets the requests so far.
    pub fn clear_log(&self) {
        self.log.clear();
    }

    /// Adds a fault to those that are still to come.
    ///
    /// # Errors
    /// Says why a made-up response cannot be sent: its status is not from 200 to 599, or its code or a
    /// header is invalid.
    pub fn inject(&self, fault: ScriptedFault) -> Result<(), String> {
        fault.fault.check()?;
        self.script().add(fault);
        Ok(())
    }

    /// Returns the faults that are still to come.
    pub fn faults(&self) -> Vec<ScriptedFault> {
        self.script().pending()
    }

    /// Forgets the faults that are still to come.
    pub fn clear_faults(&self) {
        self.script().clear();
    }

    /// Returns the current settings.
    pub fn settings(&self) -> RuntimeSettings {
        self.world().settings().clone()
    }

    /// Replaces the settings.
    pub fn change_settings(&self, settings: RuntimeSettings) {
        self.world().change_settings(settings);
    }

    /// Returns every key.
    pub fn keys(&self) -> Vec<ApiKey> {
        self.world().keys().to_vec()
    }

    /// Makes a key, for another team if need be, or changes one: revokes it, or changes its scopes.
    pub fn change_key(&self, change: KeyChange) -> ApiKey {
        self.world().change_key(change)
    }

    /// Returns the bytes that were PUT for an upload, until a create consumes them.
    pub fn stored_upload(&self, id: &str) -> Option<(ContentType, Bytes)> {
        self.world().stored_upload(id)
    }

    /// Returns every character of all teams that was made and not deleted, the oldest first.
    pub fn characters(&self) -> Vec<CharacterSnapshot> {
        self.world().character_snapshots()
    }

    /// Resets the emulator to its start: no uploads, no characters, full buckets, no faults, an empty
    /// log, real time, and the settings and keys of the start. No id is made a second time.
    pub fn reset(&self) {
        self.ahead_ms.store(0, Ordering::SeqCst);
        self.world().reset();
        self.clear_faults();
        self.clear_log();
    }

    /// Lets pages PUT to the upload host from now on.
    pub fn open(&self) {
        self.is_open.store(true, Ordering::SeqCst);
    }

    /// Whether pages may PUT to the upload host.
    pub fn is_open(&self) -> bool {
        self.is_open.load(Ordering::SeqCst)
    }

    /// Returns the fault for the next request of an operation, and counts that request.
    pub(crate) fn next_fault(&self, operation: Operation) -> Option<Fault> {
        self.script().next(operation)
    }

    /// Locks the world, for one decision.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
