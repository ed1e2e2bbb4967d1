//! Update and delete.

use aurous_contract::error::ErrorCode;
use serde::Serialize;

use super::context::{CallContext, NAME_CHARS};
use crate::state::error::{ApiError, Result};
use crate::state::fields::Fields;
use crate::state::response::Success;
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
        context: CallContext<'_>,
    ) -> Result<Success> {
        // Looks for the character first: another team's is not found, whatever the body says.
        self.characters.get(id, context.team, context.now_ms)?;
        if let Some(key) = fields.first_unknown(&["name", "attributes"]) {
            let message = format!("{key} cannot be changed: only name and attributes can");
            return Err(ApiError::new(ErrorCode::InvalidRequest, message).with_param(key));
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
        self.get(id, context)
    }

    pub(super) fn delete(&mut self, id: &str, context: CallContext<'_>) -> Result<Success> {
        self.characters.remove(id, context.team)?;
        Ok(Success::ok(&Deleted {
            id,
            object: "character",
            deleted: true,
        }))
    }
}
