//! The contract's types, which the calls respond with.

use aurous_contract::character::Character;
use aurous_contract::error::ErrorCode;
use aurous_contract::id::{CharacterId, UploadId};

use crate::rfc3339::rfc3339;
use crate::state::characters::{CharacterState, StoredCharacter};
use crate::state::error::{ApiError, Result};
use crate::state::world::World;

impl World {
    /// Returns the character as every call but the create responds with it.
    pub(super) fn to_wire(&self, character: &StoredCharacter, now_ms: u64) -> Result<Character> {
        let error_message = match &character.state {
            CharacterState::Failed(message) => Some(message.clone()),
            _ => None,
        };
        Ok(Character {
            id: CharacterId::parse(&character.id).ok_or_else(bad_id)?,
            object: "character".to_owned(),
            name: character.name.clone(),
            status: character.status(),
            refs: self.reference_links(character, now_ms),
            created_at: rfc3339(character.created_ms),
            updated_at: rfc3339(character.updated_ms),
            attributes: character.attributes.clone(),
            error_message,
            aurous_version: character.version.clone(),
            client_reference_id: character
                .client_reference_id
                .clone()
                .filter(|_| self.settings.echo_client_reference_id),
        })
    }
}

pub(super) fn upload_id(id: &str) -> Result<UploadId> {
    UploadId::parse(id).ok_or_else(bad_id)
}

/// Cannot happen: the emulator made every id that comes here.
fn bad_id() -> ApiError {
    ApiError::new(ErrorCode::InternalError, "the emulator lost an id")
}
