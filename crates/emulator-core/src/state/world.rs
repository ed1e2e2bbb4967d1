//! The whole state of the emulated API.

use std::collections::HashMap;

use bytes::Bytes;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use ulid::Ulid;

use super::characters::CharacterStore;
use super::signature::SigningKey;
use super::team::{ApiKey, FIRST_TEAM, KeyChange, Team, TeamName};
use super::uploads::UploadStore;
use crate::hex::hex;
use crate::settings::RuntimeSettings;

/// The URLs of the emulator, without a slash at the end.
#[derive(Clone, Debug)]
pub struct Urls {
    pub api: String,
    pub upload: String,
}

/// The part of the state that a reset keeps.
#[derive(Clone)]
pub(crate) struct Foundation {
    pub(crate) urls: Urls,
    pub(crate) signing_key: SigningKey,
    pub(crate) settings: RuntimeSettings,
    pub(crate) api_keys: Vec<String>,
    pub(crate) seed: u64,
}

/// A character, as a test sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharacterSnapshot {
    pub id: String,
    pub name: String,
    /// The bytes of each reference image. If the character was made from uploads, the bytes that were
    /// PUT.
    pub images: Vec<Bytes>,
}

pub(crate) struct World {
    pub(super) foundation: Foundation,
    pub(super) settings: RuntimeSettings,
    pub(super) keys: Vec<ApiKey>,
    pub(super) teams: HashMap<TeamName, Team>,
    pub(super) uploads: UploadStore,
    pub(super) characters: CharacterStore,
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
            uploads: UploadStore::default(),
            characters: CharacterStore::default(),
            random: StdRng::seed_from_u64(foundation.seed),
            foundation,
        }
    }

    /// Forgets everything but the URLs, the signing key, and the settings and keys of the start.
    pub(crate) fn reset(&mut self) {
        // Ids continue from where they were, so that an id from before the reset is never made again.
        let seed = self.random.random();
        *self = Self::new(Foundation {
            seed,
            ..self.foundation.clone()
        });
    }

    /// Returns every character with its images.
    pub(crate) fn character_snapshots(&self) -> Vec<CharacterSnapshot> {
        let all = self.characters.all().iter();
        all.map(|it| CharacterSnapshot {
            id: it.id.clone(),
            name: it.name.clone(),
            images: it.images.iter().map(|it| it.bytes.clone()).collect(),
        })
        .collect()
    }

    pub(crate) const fn settings(&self) -> &RuntimeSettings {
        &self.settings
    }

    pub(crate) fn change_settings(&mut self, settings: RuntimeSettings) {
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

    /// Makes `<prefix>_<ulid>`.
    pub(super) fn new_id(&mut self, prefix: &str, now_ms: u64) -> String {
        let random: u128 = self.random.random();
        let ulid = Ulid::from_parts(now_ms, random);
        let mut text = [0; ulid::ULID_LEN];
        format!("{prefix}_{}", ulid.array_to_str(&mut text))
    }
}

/// Makes `al_live_` and 64 hex digits.
pub(crate) fn new_api_key(random: [u8; 32]) -> String {
    format!("al_live_{}", hex(&random))
}
