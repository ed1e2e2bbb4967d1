//! Characters. A synthesis ends by the time that comes in with a request, without a timer.

use aurous_contract::character::{Attributes, CharacterStatus};
use aurous_contract::image::ContentType;
use aurous_contract::upload::Pose;
use bytes::Bytes;

use super::error::{ApiError, Result};
use super::team::TeamName;

#[derive(Clone, Debug)]
pub(crate) struct StoredCharacter {
    pub(crate) id: String,
    pub(crate) team: TeamName,
    pub(crate) name: String,
    pub(crate) attributes: Attributes,
    pub(crate) client_reference_id: Option<String>,
    pub(crate) images: Vec<ReferenceImage>,
    pub(crate) created_ms: u64,
    pub(crate) updated_ms: u64,
    pub(crate) version: String,
    pub(crate) state: CharacterState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReferenceImage {
    pub(crate) pose: Pose,
    pub(crate) content_type: ContentType,
    pub(crate) bytes: Bytes,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CharacterState {
    Ready,
    Reviewing,
    /// With the error message.
    Failed(String),
    Synthesizing(Synthesis),
}

/// A synthesis that is running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Synthesis {
    pub(crate) ends_ms: u64,
    pub(crate) end: SynthesisEnd,
}

/// What a character becomes when its synthesis ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SynthesisEnd {
    /// Ready, with these images.
    Ready(Vec<ReferenceImage>),
    /// In review, with these images.
    Reviewing(Vec<ReferenceImage>),
    /// Failed, with this error message.
    Failed(String),
}

impl StoredCharacter {
    pub(crate) const fn status(&self) -> CharacterStatus {
        match self.state {
            CharacterState::Ready => CharacterStatus::Ready,
            CharacterState::Reviewing => CharacterStatus::Reviewing,
            CharacterState::Failed(_) => CharacterStatus::Failed,
            CharacterState::Synthesizing(_) => CharacterStatus::Synthesizing,
        }
    }

    /// Ends a synthesis whose time has come.
    pub(crate) fn update_to(&mut self, now_ms: u64) {
        let CharacterState::Synthesizing(synthesis) = &self.state else {
            return;
        };
        if now_ms < synthesis.ends_ms {
            return;
        }
        self.updated_ms = synthesis.ends_ms;
        self.state = match synthesis.end.clone() {
            SynthesisEnd::Ready(images) => {
                self.images = images;
                CharacterState::Ready
            }
            SynthesisEnd::Reviewing(images) => {
                self.images = images;
                CharacterState::Reviewing
            }
            SynthesisEnd::Failed(message) => CharacterState::Failed(message),
        };
    }
}

/// The characters of all teams, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct CharacterStore(Vec<StoredCharacter>);

impl CharacterStore {
    pub(crate) fn add(&mut self, character: StoredCharacter) {
        self.0.push(character);
    }

    /// Returns one of a team's characters, as it is at the given time.
    pub(crate) fn get(
        &mut self,
        id: &str,
        team: &str,
        now_ms: u64,
    ) -> Result<&mut StoredCharacter> {
        let mut all = self.0.iter_mut();
        let found = all.find(|it| it.id == id && it.team == team);
        let character = found.ok_or_else(|| ApiError::not_found("character"))?;
        character.update_to(now_ms);
        Ok(character)
    }

    /// Returns a team's characters, the newest first, as they are at the given time.
    pub(crate) fn of_team(&mut self, team: &str, now_ms: u64) -> Vec<&StoredCharacter> {
        let own = self.0.iter_mut().rev().filter(|it| it.team == team);
        own.map(|character| {
            character.update_to(now_ms);
            &*character
        })
        .collect()
    }

    /// Returns the characters of all teams, the oldest first.
    pub(crate) fn all(&self) -> &[StoredCharacter] {
        &self.0
    }

    pub(crate) fn remove(&mut self, id: &str, team: &str) -> Result<()> {
        let mut all = self.0.iter();
        let found = all.position(|it| it.id == id && it.team == team);
        let index = found.ok_or_else(|| ApiError::not_found("character"))?;
        self.0.remove(index);
        Ok(())
    }

    /// Returns a reference image of any team's character: its link alone grants access.
    pub(crate) fn image(&mut self, id: &str, index: usize, now_ms: u64) -> Option<ReferenceImage> {
        let character = self.0.iter_mut().find(|it| it.id == id)?;
        character.update_to(now_ms);
        character.images.get(index).cloned()
    }
}
