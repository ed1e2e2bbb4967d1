//! What every call needs to know of its caller.

use std::ops::RangeInclusive;

use aurous_contract::character::Attributes;
use aurous_contract::limits::CHARACTER_NAME_MAX_CHARS;

use crate::state::character::{Character, State};

/// Who calls, and when.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) team: &'a str,
    pub(super) version: &'a str,
    pub(super) now_ms: u64,
}

/// Longest name of a character, as the messages and the contract have it.
pub(super) const NAME_CHARS: RangeInclusive<usize> = 1..=CHARACTER_NAME_MAX_CHARS;

impl Context<'_> {
    pub(super) fn character(self, id: String, name: String, attributes: Attributes) -> Character {
        Character {
            id,
            team: self.team.to_owned(),
            name,
            attributes,
            pictures: Vec::new(),
            created_ms: self.now_ms,
            updated_ms: self.now_ms,
            version: self.version.to_owned(),
            state: State::Ready,
        }
    }
}
