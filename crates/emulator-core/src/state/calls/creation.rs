//! The create, in both its flows.

use std::collections::HashSet;

use aurous_contract::character::{Character, CreateFlow};
use aurous_contract::error::ErrorCode;
use aurous_contract::limits::{CLIENT_REFERENCE_ID_MAX_CHARS, UPLOAD_IDS_MAX, UPLOAD_IDS_MIN};
use aurous_contract::upload::Pose;

use super::context::{CallContext, NAME_CHARS};
use crate::state::characters::{CharacterState, ReferenceImage, StoredCharacter, SynthesisEnd};
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
        let reference = fields.text("client_reference_id", 0..=CLIENT_REFERENCE_ID_MAX_CHARS)?;
        let id = self.new_id("char", context.now_ms);
        let blank = context.new_character(id, name, attributes.unwrap_or_default(), reference);
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
        let success = Success::created(&Character {
            client_reference_id: character.client_reference_id.clone(),
            ..self.to_wire(&character, context.now_ms)?
        });
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
        // With the review step, the response to a create may be `reviewing` at once. Without it, and where
        // the synthesis fails, the response is always `synthesizing`.
        let may_end_at_once = matches!(synthesis.end, SynthesisEnd::Reviewing(_));
        character.state = CharacterState::Synthesizing(synthesis);
        if may_end_at_once {
            character.update_to(context.now_ms);
        }
        Ok(character)
    }
}
