use std::collections::HashSet;

use aurous_contract::character::CreateFlow;
use aurous_contract::error::ErrorCode;
use aurous_contract::limits::{UPLOAD_IDS_MAX, UPLOAD_IDS_MIN};
use aurous_contract::upload::Pose;

use super::context::{Context, NAME_CHARS};
use crate::state::answer::Success;
use crate::state::character::{Character, Picture, State};
use crate::state::error::{ApiError, Result};
use crate::state::read::Fields;
use crate::state::world::World;

impl World {
    pub(super) fn create(&mut self, fields: &Fields, context: Context<'_>) -> Result<Success> {
        let name = fields.required_text("name", NAME_CHARS)?;
        let generate = fields.flag("generate")?;
        let has = |name| fields.has(name);
        let flow = CreateFlow::of(generate, has("upload_ids"), has("attributes"));
        let attributes = fields.attributes()?;
        let id = self.new_id("char", context.now_ms);
        let blank = context.character(id, name, attributes.unwrap_or_default());
        let character = match flow {
            Some(CreateFlow::Upload) => {
                let ids = fields.texts("upload_ids")?.unwrap_or_default();
                self.out_of_uploads(blank, &ids, context)?
            }
            Some(CreateFlow::Synthesize) => self.out_of_attributes(blank, context)?,
            None => {
                return Err(ApiError::new(
                    ErrorCode::ParameterInvalidCombination,
                    "send either upload_ids, or generate: true with attributes",
                ));
            }
        };
        let answer = Success::created(&self.wire(&character, context.now_ms)?);
        self.characters.add(character);
        Ok(answer)
    }

    fn out_of_uploads(
        &mut self,
        blank: Character,
        ids: &[String],
        context: Context<'_>,
    ) -> Result<Character> {
        if !(UPLOAD_IDS_MIN..=UPLOAD_IDS_MAX).contains(&ids.len()) {
            let rule = format!("{UPLOAD_IDS_MIN} to {UPLOAD_IDS_MAX} ids");
            return Err(ApiError::range("upload_ids", &rule));
        }
        if ids.iter().collect::<HashSet<_>>().len() < ids.len() {
            let message = "upload_ids names an upload twice";
            return Err(ApiError::new(ErrorCode::InvalidRequest, message).of("upload_ids"));
        }
        let (team, now_ms) = (context.team, context.now_ms);
        let mut pictures = Vec::new();
        for id in ids {
            let ticket = self.tickets.filled(id, team, "upload_ids", now_ms)?;
            pictures.push(Picture {
                pose: ticket.pose.unwrap_or(Pose::Other),
                content_type: ticket.content_type,
                bytes: ticket.bytes.clone().unwrap_or_default(),
            });
        }
        // Only now that nothing can fail any more: a create that fails consumes nothing.
        for id in ids {
            let ticket = self.tickets.filled(id, team, "upload_ids", now_ms)?;
            ticket.consumed = true;
            ticket.bytes = None;
        }
        Ok(Character { pictures, ..blank })
    }

    fn out_of_attributes(&mut self, blank: Character, context: Context<'_>) -> Result<Character> {
        self.pay(context.team, Pose::SYNTHESIZED.len())?;
        let mut character = blank;
        let poses = Pose::SYNTHESIZED;
        character.state = State::Synthesizing(self.synthesis(&character, &poses, context.now_ms));
        Ok(character)
    }
}
