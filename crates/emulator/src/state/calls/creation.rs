//! The create, in both its flows.

use std::collections::HashSet;

use aurous_contract::character::CreateFlow;
use aurous_contract::error::ErrorCode;
use aurous_contract::limits::{UPLOAD_IDS_MAX, UPLOAD_IDS_MIN};
use aurous_contract::upload::Pose;

use super::context::{CallContext, NAME_CHARS};
use crate::state::characters::{CharacterState, ReferenceImage, StoredCharacter};
use crate::state::error::{ApiError, Result};
use crate::state::fields::Fields;
use crate::state::response::Success;
use crate::state::world::World;

impl World {
    pub(super) fn create(&mut self, fields: &Fields, context: CallContext<'_>) -> Result<Success> {
        let name = fields.required_text("name", NAME_CHARS)?;
        let generate = fields.flag("generate")?;
        let has = |name| fields.has(name);
        let flow = CreateFlow::of(generate, has("upload_ids"), has("attributes"));
        let attributes = fields.attributes()?;
        let id = self.new_id("char", context.now_ms);
        let blank = context.new_character(id, name, attributes.unwrap_or_default());
        let character = match flow {
            Some(CreateFlow::Upload) => {
                let ids = fields.texts("upload_ids")?.unwrap_or_default();
                self.create_from_uploads(blank, &ids, context)?
            }
            Some(CreateFlow::Synthesize) => self.create_by_synthesis(blank, context)?,
            None => {
                return Err(ApiError::new(
                    ErrorCode::ParameterInvalidCombination,
                    "send either upload_ids, or generate: true with attributes",
                ));
            }
        };
        let success = Success::created(&self.to_wire(&character, context.now_ms)?);
        self.characters.add(character);
        Ok(success)
    }

    fn create_from_uploads(
        &mut self,
        blank: StoredCharacter,
        ids: &[String],
        context: CallContext<'_>,
    ) -> Result<StoredCharacter> {
        if !(UPLOAD_IDS_MIN..=UPLOAD_IDS_MAX).contains(&ids.len()) {
            let rule = format!("{UPLOAD_IDS_MIN} to {UPLOAD_IDS_MAX} ids");
            return Err(ApiError::range("upload_ids", &rule));
        }
        if ids.iter().collect::<HashSet<_>>().len() < ids.len() {
            let message = "upload_ids names an upload twice";
            return Err(ApiError::new(ErrorCode::InvalidRequest, message).with_param("upload_ids"));
        }
        let (team, now_ms) = (context.team, context.now_ms);
        let mut images = Vec::new();
        for id in ids {
            let upload = self.uploads.filled(id, team, "upload_ids", now_ms)?;
            images.push(ReferenceImage {
                pose: upload.pose.unwrap_or(Pose::Other),
                content_type: upload.content_type,
                bytes: upload.bytes.clone().unwrap_or_default(),
            });
        }
        // Consumes the uploads last: a create that fails must consume nothing.
        for id in ids {
            let upload = self.uploads.filled(id, team, "upload_ids", now_ms)?;
            upload.is_consumed = true;
            upload.bytes = None;
        }
        Ok(StoredCharacter { images, ..blank })
    }

    fn create_by_synthesis(
        &mut self,
        blank: StoredCharacter,
        context: CallContext<'_>,
    ) -> Result<StoredCharacter> {
        self.pay(context.team, Pose::SYNTHESIZED.len())?;
        let mut character = blank;
        let synthesis = self.new_synthesis(&character, &Pose::SYNTHESIZED, context.now_ms);
        character.state = CharacterState::Synthesizing(synthesis);
        Ok(character)
    }
}
