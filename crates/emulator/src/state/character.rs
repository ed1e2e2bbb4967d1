//! Characters, and how a synthesis ripens: by the clock that comes in, with no timer.

use aurous_contract::character::{Attributes, CharacterStatus};
use aurous_contract::image::ContentType;
use aurous_contract::upload::Pose;
use bytes::Bytes;

use super::error::{ApiError, Result};
use super::team::TeamName;

#[derive(Clone, Debug)]
pub(crate) struct Character {
    pub(crate) id: String,
    pub(crate) team: TeamName,
    pub(crate) name: String,
    pub(crate) attributes: Attributes,
    pub(crate) pictures: Vec<Picture>,
    pub(crate) created_ms: u64,
    pub(crate) updated_ms: u64,
    pub(crate) version: String,
    pub(crate) state: State,
}

/// A reference image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) pose: Pose,
    pub(crate) content_type: ContentType,
    pub(crate) bytes: Bytes,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Ready,
    Reviewing,
    /// With what went wrong.
    Failed(String),
    Synthesizing(Synthesis),
}

/// A synthesis under way: when it ends, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Synthesis {
    pub(crate) ends_ms: u64,
    /// The pictures that the character will have, or why there are none.
    pub(crate) outcome: std::result::Result<Vec<Picture>, String>,
}

impl Character {
    pub(crate) const fn status(&self) -> CharacterStatus {
        match self.state {
            State::Ready => CharacterStatus::Ready,
            State::Reviewing => CharacterStatus::Reviewing,
            State::Failed(_) => CharacterStatus::Failed,
            State::Synthesizing(_) => CharacterStatus::Synthesizing,
        }
    }

    /// Lets what has ripened by now take place.
    pub(crate) fn settle(&mut self, now_ms: u64) {
        let State::Synthesizing(synthesis) = &self.state else {
            return;
        };
        if now_ms < synthesis.ends_ms {
            return;
        }
        self.updated_ms = synthesis.ends_ms;
        self.state = match synthesis.outcome.clone() {
            Ok(pictures) => {
                self.pictures = pictures;
                State::Reviewing
            }
            Err(message) => State::Failed(message),
        };
    }
}

/// All characters, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Characters(Vec<Character>);

impl Characters {
    pub(crate) fn add(&mut self, character: Character) {
        self.0.push(character);
    }

    /// One of a team's characters, as it is by now.
    pub(crate) fn get(&mut self, id: &str, team: &str, now_ms: u64) -> Result<&mut Character> {
        let mut all = self.0.iter_mut();
        let found = all.find(|it| it.id == id && it.team == team);
        let character = found.ok_or_else(|| ApiError::not_found("character"))?;
        character.settle(now_ms);
        Ok(character)
    }

    /// A team's characters, the newest first, as they are by now.
    pub(crate) fn of_team(&mut self, team: &str, now_ms: u64) -> Vec<&Character> {
        let own = self.0.iter_mut().rev().filter(|it| it.team == team);
        own.map(|character| {
            character.settle(now_ms);
            &*character
        })
        .collect()
    }

    /// Of all teams, the oldest first.
    pub(crate) fn all(&self) -> &[Character] {
        &self.0
    }

    pub(crate) fn remove(&mut self, id: &str, team: &str) -> Result<()> {
        let mut all = self.0.iter();
        let found = all.position(|it| it.id == id && it.team == team);
        let index = found.ok_or_else(|| ApiError::not_found("character"))?;
        self.0.remove(index);
        Ok(())
    }

    /// A reference image, whoever asks: its link is its key.
    pub(crate) fn picture(&mut self, id: &str, index: usize, now_ms: u64) -> Option<Picture> {
        let character = self.0.iter_mut().find(|it| it.id == id)?;
        character.settle(now_ms);
        character.pictures.get(index).cloned()
    }
}
