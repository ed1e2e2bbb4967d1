//! All of the emulator's state.

use std::collections::HashMap;

use bytes::Bytes;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use ulid::Ulid;

use super::character::Characters;
use super::signature::Secret;
use super::team::{ApiKey, FIRST_TEAM, KeyChange, Team, TeamName};
use super::ticket::Tickets;
use crate::config::Settings;
use crate::hex::hex;

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
    pub(super) foundation: Foundation,
    pub(super) settings: Settings,
    pub(super) keys: Vec<ApiKey>,
    pub(super) teams: HashMap<TeamName, Team>,
    pub(super) tickets: Tickets,
    pub(super) characters: Characters,
    pub(super) random: StdRng,
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

    pub(super) fn team(&mut self, name: &str) -> &mut Team {
        let credits = self.settings.credits;
        self.teams
            .entry(name.to_owned())
            .or_insert_with(|| Team::new(credits))
    }

    /// `<prefix>_<ulid>`
    pub(super) fn new_id(&mut self, prefix: &str, now_ms: u64) -> String {
        let random: u128 = self.random.random();
        let ulid = Ulid::from_parts(now_ms, random);
        let mut text = [0; ulid::ULID_LEN];
        format!("{prefix}_{}", ulid.array_to_str(&mut text))
    }
}

/// `al_live_` and 64 hex digits.
pub(crate) fn new_api_key(random: [u8; 32]) -> String {
    format!("al_live_{}", hex(&random))
}
