//! The calls that cost credits and take time, and the save that ends a review where there is one.

use aurous_contract::error::ErrorCode;
use aurous_contract::image::ContentType;
use aurous_contract::limits::ATTRIBUTE_MAX_CHARS;
use aurous_contract::upload::Pose;
use rand::RngExt;

use super::context::CallContext;
use crate::state::characters::{
    CharacterState, ReferenceImage, StoredCharacter, Synthesis, SynthesisEnd,
};
use crate::state::error::{ApiError, Result};
use crate::state::fields::Fields;
use crate::state::painting::paint;
use crate::state::response::Success;
use crate::state::world::World;

/// Makes a synthesis fail whose `additional_details` hold it, for tests that need a failed character.
const FAIL_MARKER: &str = "[fail]";

/// The error message of a failed character: a code, as the vendor documents it for its webhooks, which
/// names no codes.
const FAILURE_CODE: &str = "synthesis_failed";

impl World {
    pub(super) fn save(&mut self, id: &str, context: CallContext<'_>) -> Result<Success> {
        let now_ms = context.now_ms;
        let character = self.characters.get(id, context.team, now_ms)?;
        match character.state {
            CharacterState::Ready => {}
            CharacterState::Reviewing => {
                character.state = CharacterState::Ready;
                character.updated_ms = now_ms;
            }
            CharacterState::Synthesizing(_) | CharacterState::Failed(_) => {
                let message = "only a character that is reviewing or ready can be saved";
                return Err(ApiError::new(ErrorCode::InvalidRequest, message));
            }
        }
        self.get(id, context)
    }

    pub(super) fn regenerate(
        &mut self,
        id: &str,
        fields: &Fields,
        context: CallContext<'_>,
    ) -> Result<Success> {
        let pose = fields.word("pose", &Pose::SYNTHESIZED, Pose::as_str)?;
        fields.text("prompt_override", 0..=ATTRIBUTE_MAX_CHARS)?;
        self.begin_synthesis(id, &[pose], context)
    }

    pub(super) fn resynthesize(
        &mut self,
        id: &str,
        fields: &Fields,
        context: CallContext<'_>,
    ) -> Result<Success> {
        fields.flag("force_all")?;
        self.begin_synthesis(id, &Pose::SYNTHESIZED, context)
    }

    fn begin_synthesis(
        &mut self,
        id: &str,
        poses: &[Pose],
        context: CallContext<'_>,
    ) -> Result<Success> {
        let now_ms = context.now_ms;
        let mut character = self.characters.get(id, context.team, now_ms)?.clone();
        if matches!(character.state, CharacterState::Synthesizing(_)) {
            let message = "the character is being synthesized: wait until that ends";
            return Err(ApiError::new(ErrorCode::InvalidRequest, message));
        }
        self.pay(context.team, poses.len())?;
        let synthesis = self.new_synthesis(&character, poses, now_ms);
        character.state = CharacterState::Synthesizing(synthesis);
        character.updated_ms = now_ms;
        // Not as `get` responds: the response is `synthesizing`, even if the synthesis takes no time.
        let success = Success::ok(&self.to_wire(&character, now_ms)?);
        *self.characters.get(id, context.team, now_ms)? = character;
        Ok(success)
    }

    /// Makes a synthesis of these poses that begins now, with what it ends in.
    pub(super) fn new_synthesis(
        &mut self,
        character: &StoredCharacter,
        poses: &[Pose],
        now_ms: u64,
    ) -> Synthesis {
        let details = character.attributes.additional_details.as_deref();
        let fails = details.is_some_and(|details| details.contains(FAIL_MARKER));
        let mut images = character.images.clone();
        for pose in poses {
            let image = ReferenceImage {
                pose: *pose,
                content_type: ContentType::Png,
                bytes: paint(*pose, self.random.random()),
            };
            match images.iter_mut().find(|it| it.pose == *pose) {
                Some(old) => *old = image,
                None => images.push(image),
            }
        }
        Synthesis {
            ends_ms: now_ms.saturating_add(self.settings.synthesize_ms),
            end: match (fails, self.settings.review_step) {
                (true, _) => SynthesisEnd::Failed(FAILURE_CODE.to_owned()),
                (false, true) => SynthesisEnd::Reviewing(images),
                (false, false) => SynthesisEnd::Ready(images),
            },
        }
    }

    /// Takes one credit for each generation.
    pub(super) fn pay(&mut self, team: &str, generations: usize) -> Result<()> {
        let price = u32::try_from(generations).unwrap_or(u32::MAX);
        let team = self.team(team);
        match team.credits.checked_sub(price) {
            Some(rest) => {
                team.credits = rest;
                Ok(())
            }
            None => {
                let message = format!("this takes {price} credits; {} are left", team.credits);
                Err(ApiError::new(ErrorCode::InsufficientCredits, message))
            }
        }
    }
}
