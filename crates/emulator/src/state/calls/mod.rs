//! The API's calls, each as a function of the world, the request and the time.

mod change;
mod create;
mod fetch;
mod synthesis;
mod upload;

use aurous_contract::character::{self as wire, Attributes};
use aurous_contract::error::ErrorCode;
use aurous_contract::id::{CharacterId, UploadId};
use bytes::Bytes;

use super::World;
use super::admission::{Admitted, Body};
use super::answer::Success;
use super::character::{Character, State};
use super::error::{ApiError, Result};
use super::read::Fields;
use super::route::Route;
use crate::clock::rfc3339;

impl World {
    /// Makes the call.
    pub(super) fn call(&mut self, admitted: &Admitted, now_ms: u64) -> Result<Success> {
        let caller = Context {
            team: &admitted.team,
            version: &admitted.stamp.version,
            now_ms,
        };
        let body = match &admitted.call.body {
            Body::Whole { bytes, .. } => bytes.clone(),
            // Refused at admission.
            Body::TooLong => Bytes::new(),
        };
        let fields = || Fields::parse(&body);
        match &admitted.call.route {
            Route::Init => self.init_upload(&fields()?, caller),
            Route::Classify => self.classify(&fields()?, caller),
            Route::Create => self.create(&fields()?, caller),
            Route::List => self.list(admitted.call.query.as_deref(), caller),
            Route::Get(id) => self.get(id, caller),
            Route::Update(id) => self.update(id, &fields()?, caller),
            Route::Delete(id) => self.delete(id, caller),
            Route::Save(id) => self.save(id, caller),
            Route::Regenerate(id) => self.regenerate(id, &fields()?, caller),
            Route::Resynthesize(id) => {
                self.resynthesize(id, &Fields::parse_optional(&body)?, caller)
            }
            Route::Picture { .. } | Route::WrongMethod { .. } | Route::Unknown => {
                Err(ApiError::not_found("endpoint"))
            }
        }
    }

    /// A character on the wire.
    fn wire(&self, character: &Character, now_ms: u64) -> Result<wire::Character> {
        let error_message = match &character.state {
            State::Failed(message) => Some(message.clone()),
            _ => None,
        };
        Ok(wire::Character {
            id: CharacterId::parse(&character.id).ok_or_else(bad_id)?,
            object: "character".to_owned(),
            name: character.name.clone(),
            status: character.status(),
            refs: self.links(character, now_ms),
            created_at: rfc3339(character.created_ms),
            updated_at: rfc3339(character.updated_ms),
            attributes: character.attributes.clone(),
            error_message,
            aurous_version: character.version.clone(),
        })
    }
}

fn upload_id(id: &str) -> Result<UploadId> {
    UploadId::parse(id).ok_or_else(bad_id)
}

/// Cannot happen: every id here is one that the emulator made.
fn bad_id() -> ApiError {
    ApiError::new(ErrorCode::InternalError, "the emulator lost an id")
}

/// Who calls, and when.
#[derive(Clone, Copy)]
struct Context<'a> {
    team: &'a str,
    version: &'a str,
    now_ms: u64,
}

/// Longest name of a character, as the messages and the contract have it.
const NAME_CHARS: std::ops::RangeInclusive<usize> =
    1..=aurous_contract::limits::CHARACTER_NAME_MAX_CHARS;

impl Context<'_> {
    fn character(self, id: String, name: String, attributes: Attributes) -> Character {
        Character {
            id,
            team: self.team.to_owned(),
            name,
            attributes,
            pictures: Vec::new(),
            created_ms: self.now_ms,
            updated_ms: self.now_ms,
            version: self.version.to_owned(),
            state: State::Ready,
        }
    }
}
