//! The caller and the time of a call.

use std::ops::RangeInclusive;

use aurous_contract::character::Attributes;
use aurous_contract::limits::CHARACTER_NAME_MAX_CHARS;

use crate::state::characters::{CharacterState, StoredCharacter};

/// The lengths of a character's name.
pub(super) const NAME_CHARS: RangeInclusive<usize> = 1..=CHARACTER_NAME_MAX_CHARS;

#[derive(Clone, Copy)]
pub(super) struct CallContext<'a> {
    pub(super) team: &'a str,
    pub(super) version: &'a str,
    pub(super) now_ms: u64,
}

impl CallContext<'_> {
    /// Makes a character of the caller's, without images.
    pub(super) fn new_character(
        self,
        id: String,
        name: String,
        attributes: Attributes,
        client_reference_id: Option<String>,
    ) -> StoredCharacter {
        StoredCharacter {
            id,
            team: self.team.to_owned(),
            name,
            attributes,
            client_reference_id,
            images: Vec::new(),
            created_ms: self.now_ms,
            updated_ms: self.now_ms,
            version: self.version.to_owned(),
            state: CharacterState::Ready,
        }
    }
}
