use aurous_contract::error::ErrorCode;
use serde::Serialize;

use super::context::{Context, NAME_CHARS};
use crate::state::answer::Success;
use crate::state::error::{ApiError, Result};
use crate::state::read::Fields;
use crate::state::world::World;

#[derive(Serialize)]
struct Deleted<'a> {
    id: &'a str,
    object: &'static str,
    deleted: bool,
}

impl World {
    pub(super) fn update(
        &mut self,
        id: &str,
        fields: &Fields,
        context: Context<'_>,
    ) -> Result<Success> {
        // Another team's character is not found, whatever the body says.
        self.characters.get(id, context.team, context.now_ms)?;
        if let Some(key) = fields.first_other_than(&["name", "attributes"]) {
            let message = format!("{key} cannot be changed: only name and attributes can");
            return Err(ApiError::new(ErrorCode::InvalidRequest, message).of(key));
        }
        let name = fields.text("name", NAME_CHARS)?;
        let attributes = fields.attributes()?;
        let character = self.characters.get(id, context.team, context.now_ms)?;
        if let Some(name) = name {
            character.name = name;
        }
        if let Some(attributes) = attributes {
            character.attributes = attributes;
        }
        character.updated_ms = context.now_ms;
        self.answer(id, context)
    }

    pub(super) fn delete(&mut self, id: &str, context: Context<'_>) -> Result<Success> {
        self.characters.remove(id, context.team)?;
        Ok(Success::ok(&Deleted {
            id,
            object: "character",
            deleted: true,
        }))
    }
}
