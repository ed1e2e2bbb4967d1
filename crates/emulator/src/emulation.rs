//! The state of one emulator, which its origins share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::fault::script::Script;
use crate::fault::{Fault, ScriptedFault};
use crate::log::Log;
use crate::operation::Operation;
use crate::state::world::World;

pub(crate) struct Emulation {
    pub(crate) clock: Clock,
    pub(crate) log: Log,
    world: Mutex<World>,
    script: Mutex<Script>,
    /// Whether pages may PUT to the upload host: they may once there is an open router.
    is_open: AtomicBool,
}

impl Emulation {
    pub(crate) fn new(world: World, is_open: bool) -> Self {
        Self {
            clock: Clock::start(),
            log: Log::default(),
            world: Mutex::new(world),
            script: Mutex::default(),
            is_open: AtomicBool::new(is_open),
        }
    }

    /// Locks the world, for one decision at a time and never across an await.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add_fault(&self, fault: ScriptedFault) {
        self.script().add(fault);
    }

    /// Returns the faults that are still to come.
    pub(crate) fn pending_faults(&self) -> Vec<ScriptedFault> {
        self.script().pending()
    }

    pub(crate) fn clear_faults(&self) {
        self.script().clear();
    }

    /// Returns the fault for the next request of an operation, and counts that request.
    pub(crate) fn next_fault(&self, operation: Operation) -> Option<Fault> {
        self.script().next(operation)
    }

    pub(crate) fn reset(&self) {
        self.clock.reset();
        self.world().reset();
        self.clear_faults();
        self.log.clear();
    }

    /// Lets pages PUT to the upload host from now on.
    pub(crate) fn open(&self) {
        self.is_open.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::SeqCst)
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
