//! The calls that cost credits and take time.

use aurous_contract::error::ErrorCode;
use aurous_contract::image::ContentType;
use aurous_contract::limits::ATTRIBUTE_MAX_CHARS;
use aurous_contract::upload::Pose;
use rand::RngExt;

use super::context::Context;
use crate::state::answer::Success;
use crate::state::character::{Character, Picture, State, Synthesis};
use crate::state::error::{ApiError, Result};
use crate::state::picture::paint;
use crate::state::read::Fields;
use crate::state::world::World;

/// A synthesis whose `additional_details` hold this fails: a test's way to a failed character.
const FAIL_MARKER: &str = "[fail]";

impl World {
    pub(super) fn save(&mut self, id: &str, context: Context<'_>) -> Result<Success> {
        let now_ms = context.now_ms;
        let character = self.characters.get(id, context.team, now_ms)?;
        match character.state {
            State::Ready => {}
            State::Reviewing => {
                character.state = State::Ready;
                character.updated_ms = now_ms;
            }
            State::Synthesizing(_) | State::Failed(_) => {
                let message = "only a character in review can be saved";
                return Err(ApiError::new(ErrorCode::InvalidRequest, message));
            }
        }
        self.answer(id, context)
    }

    pub(super) fn regenerate(
        &mut self,
        id: &str,
        fields: &Fields,
        context: Context<'_>,
    ) -> Result<Success> {
        let pose = fields.word("pose", &Pose::SYNTHESIZED, Pose::as_str)?;
        fields.text("prompt_override", 0..=ATTRIBUTE_MAX_CHARS)?;
        self.begin_synthesis(id, &[pose], context)
    }

    pub(super) fn resynthesize(
        &mut self,
        id: &str,
        fields: &Fields,
        context: Context<'_>,
    ) -> Result<Success> {
        fields.flag("force_all")?;
        self.begin_synthesis(id, &Pose::SYNTHESIZED, context)
    }

    fn begin_synthesis(
        &mut self,
        id: &str,
        poses: &[Pose],
        context: Context<'_>,
    ) -> Result<Success> {
        let now_ms = context.now_ms;
        let character = self.characters.get(id, context.team, now_ms)?.clone();
        if matches!(character.state, State::Synthesizing(_)) {
            let message = "the character is being synthesized: wait until it is in review";
            return Err(ApiError::new(ErrorCode::InvalidRequest, message));
        }
        self.pay(context.team, poses.len())?;
        let synthesis = self.synthesis(&character, poses, now_ms);
        let character = self.characters.get(id, context.team, now_ms)?;
        character.state = State::Synthesizing(synthesis);
        character.updated_ms = now_ms;
        self.answer(id, context)
    }

    /// What a synthesis of these poses that begins now will come to.
    pub(super) fn synthesis(
        &mut self,
        character: &Character,
        poses: &[Pose],
        now_ms: u64,
    ) -> Synthesis {
        let details = character.attributes.additional_details.as_deref();
        let fails = details.is_some_and(|details| details.contains(FAIL_MARKER));
        let mut pictures = character.pictures.clone();
        for pose in poses {
            let picture = Picture {
                pose: *pose,
                content_type: ContentType::Png,
                bytes: paint(*pose, self.random.random()),
            };
            match pictures.iter_mut().find(|it| it.pose == *pose) {
                Some(old) => *old = picture,
                None => pictures.push(picture),
            }
        }
        Synthesis {
            ends_ms: now_ms.saturating_add(self.settings.synthesize_ms),
            outcome: if fails {
                Err("the synthesis failed, as its additional_details asked".to_owned())
            } else {
                Ok(pictures)
            },
        }
    }

    /// Takes a credit for each generation.
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
