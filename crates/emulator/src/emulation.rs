//! What every origin of one emulator has in common.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::fault::script::Script;
use crate::fault::{Fault, ScriptedFault};
use crate::log::Log;
use crate::state::world::World;
use crate::step::Step;

/// What every origin of one emulator has in common.
pub(crate) struct Emulation {
    pub(crate) clock: Clock,
    pub(crate) log: Log,
    world: Mutex<World>,
    script: Mutex<Script>,
    /// Pages may PUT to the upload host, since there is an open router.
    open: AtomicBool,
}

impl Emulation {
    pub(crate) fn new(world: World, open: bool) -> Self {
        Self {
            clock: Clock::start(),
            log: Log::default(),
            world: Mutex::new(world),
            script: Mutex::default(),
            open: AtomicBool::new(open),
        }
    }

    /// Locked for one decision at a time, never across an await.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn inject(&self, fault: ScriptedFault) {
        self.script().add(fault);
    }

    pub(crate) fn faults(&self) -> Vec<ScriptedFault> {
        self.script().pending()
    }

    pub(crate) fn clear_faults(&self) {
        self.script().clear();
    }

    pub(crate) fn next_fault(&self, step: Step) -> Option<Fault> {
        self.script().next(step)
    }

    pub(crate) fn reset(&self) {
        self.clock.reset();
        self.world().reset();
        self.clear_faults();
        self.log.clear();
    }

    pub(crate) fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::SeqCst)
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
