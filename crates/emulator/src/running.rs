//! What the origins of a running emulator share.

use std::sync::Arc;

use aurous_emulator_core::Emulation;

use crate::clock::Clock;

#[derive(Clone)]
pub(crate) struct Running {
    pub(crate) emulation: Arc<Emulation>,
    pub(crate) clock: Clock,
}
