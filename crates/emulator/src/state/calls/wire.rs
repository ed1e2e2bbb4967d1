//! What the calls answer, in the contract's types.

use aurous_contract::character as wire;
use aurous_contract::error::ErrorCode;
use aurous_contract::id::{CharacterId, UploadId};

use crate::clock::rfc3339;
use crate::state::character::{Character, State};
use crate::state::error::{ApiError, Result};
use crate::state::world::World;

impl World {
    /// A character on the wire.
    pub(super) fn wire(&self, character: &Character, now_ms: u64) -> Result<wire::Character> {
        let error_message = match &character.state {
            State::Failed(message) => Some(message.clone()),
            _ => None,
        };
        Ok(wire::Character {
            id: CharacterId::parse(&character.id).ok_or_else(bad_id)?,
            object: "character".to_owned(),
            name: character.name.clone(),
            status: character.status(),
            refs: self.links(character, now_ms),
            created_at: rfc3339(character.created_ms),
            updated_at: rfc3339(character.updated_ms),
            attributes: character.attributes.clone(),
            error_message,
            aurous_version: character.version.clone(),
        })
    }
}

pub(super) fn upload_id(id: &str) -> Result<UploadId> {
    UploadId::parse(id).ok_or_else(bad_id)
}

/// Cannot happen: every id here is one that the emulator made.
fn bad_id() -> ApiError {
    ApiError::new(ErrorCode::InternalError, "the emulator lost an id")
}
