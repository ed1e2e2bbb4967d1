//! What the emulator knows and decides: the API as a state machine without I/O.
//!
//! Requests come in as values, with the time; answers go out as values. [`World`] is the whole of
//! it: [`World::admit`] says whether a call may be made at all (key, version, rate, idempotency),
//! [`World::execute`] makes it. They are two steps because time may pass between them: a second
//! request under the same `Idempotency-Key` can then see the first in flight.

mod admission;
mod answer;
mod calls;
mod character;
mod error;
mod idempotency;
mod picture;
mod pose;
mod read;
mod route;
mod signature;
mod storage;
mod team;
#[cfg(test)]
mod tests;
mod ticket;
mod uploads;

use std::collections::HashMap;

use bytes::Bytes;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use ulid::Ulid;

pub(crate) use admission::{Admission, Body, Call, Caller};
pub(crate) use answer::{ApiAnswer, Stamp};
pub(crate) use error::ApiError;
pub(crate) use route::Route;
pub(crate) use signature::Secret;
pub use team::{ApiKey, KeyChange, Scope};
pub(crate) use uploads::{PutHead, PutRefusal};

use character::Characters;
use team::{FIRST_TEAM, Team, TeamName};
use ticket::Tickets;

use crate::config::Settings;

/// Where the emulator answers, without a slash at the end.
#[derive(Clone, Debug)]
pub(crate) struct Urls {
    pub(crate) api: String,
    pub(crate) upload: String,
}

/// What stays when everything else is reset.
#[derive(Clone)]
pub(crate) struct Foundation {
    pub(crate) urls: Urls,
    pub(crate) secret: Secret,
    pub(crate) settings: Settings,
    pub(crate) api_keys: Vec<String>,
    pub(crate) seed: u64,
}

/// A character that was made, as a test looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeCharacter {
    pub id: String,
    pub name: String,
    /// The bytes of each picture: what was PUT, of one made from uploads.
    pub pictures: Vec<Bytes>,
}

/// All of the emulator's state.
pub(crate) struct World {
    foundation: Foundation,
    settings: Settings,
    keys: Vec<ApiKey>,
    teams: HashMap<TeamName, Team>,
    tickets: Tickets,
    characters: Characters,
    random: StdRng,
}

impl World {
    pub(crate) fn new(foundation: Foundation) -> Self {
        let keys = foundation.api_keys.iter();
        Self {
            settings: foundation.settings.clone(),
            keys: keys
                .map(|key| ApiKey::new(key.clone(), FIRST_TEAM))
                .collect(),
            teams: HashMap::new(),
            tickets: Tickets::default(),
            characters: Characters::default(),
            random: StdRng::seed_from_u64(foundation.seed),
            foundation,
        }
    }

    /// Forgets all but its addresses, its secret and the keys it started with.
    pub(crate) fn reset(&mut self) {
        // Ids go on where they were: an id from before the reset must not come to life again.
        let seed = self.random.random();
        *self = Self::new(Foundation {
            seed,
            ..self.foundation.clone()
        });
    }

    /// Every character, and the pictures it holds.
    pub(crate) fn made(&self) -> Vec<MadeCharacter> {
        let all = self.characters.all().iter();
        all.map(|it| MadeCharacter {
            id: it.id.clone(),
            name: it.name.clone(),
            pictures: it.pictures.iter().map(|it| it.bytes.clone()).collect(),
        })
        .collect()
    }

    pub(crate) const fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn change_settings(&mut self, settings: Settings) {
        if settings.credits != self.settings.credits {
            for team in self.teams.values_mut() {
                team.credits = settings.credits;
            }
        }
        self.settings = settings;
    }

    pub(crate) fn keys(&self) -> &[ApiKey] {
        &self.keys
    }

    pub(crate) fn change_key(&mut self, change: KeyChange) -> ApiKey {
        let text = change.key.unwrap_or_else(|| {
            let bytes: [u8; 32] = self.random.random();
            new_api_key(bytes)
        });
        let index = self.keys.iter().position(|it| it.key == text);
        let mut key = match index {
            Some(index) => self.keys.swap_remove(index),
            None => ApiKey::new(text, FIRST_TEAM),
        };
        key.team = change.team.unwrap_or(key.team);
        key.scopes = change.scopes.unwrap_or(key.scopes);
        key.revoked = change.revoked.unwrap_or(key.revoked);
        self.keys.push(key.clone());
        key
    }

    fn team(&mut self, name: &str) -> &mut Team {
        let credits = self.settings.credits;
        self.teams
            .entry(name.to_owned())
            .or_insert_with(|| Team::new(credits))
    }

    /// `<prefix>_<ulid>`
    fn new_id(&mut self, prefix: &str, now_ms: u64) -> String {
        let random: u128 = self.random.random();
        let ulid = Ulid::from_parts(now_ms, random);
        let mut text = [0; ulid::ULID_LEN];
        format!("{prefix}_{}", ulid.array_to_str(&mut text))
    }
}

/// `al_live_` and 64 hex digits.
pub(crate) fn new_api_key(random: [u8; 32]) -> String {
    format!("al_live_{}", crate::log::hex(&random))
}
