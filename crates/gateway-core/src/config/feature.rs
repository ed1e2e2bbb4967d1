//! The calls that are off until an operator switches them on.

use clap::ValueEnum;

/// A call that changes or reveals more than an upload flow needs, or that costs credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
pub enum Feature {
    /// GET /v1/characters: every session sees all of the team's characters
    List,
    /// PATCH /v1/characters/{id}
    Update,
    /// DELETE /v1/characters/{id}
    Delete,
    /// POST /v1/characters/{id}/refs/regenerate: costs credits
    Regenerate,
    /// POST /v1/characters/{id}/resynthesize: costs credits
    Resynthesize,
    /// `generate: true` on create: costs credits
    Generate,
}

impl Feature {
    /// Finds a feature by its name.
    pub fn find(name: &str) -> Option<Self> {
        <Self as ValueEnum>::from_str(name, false).ok()
    }

    /// Returns the name that the setting uses.
    pub fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// The features that are switched on.
#[derive(Clone, Debug, Default)]
pub struct EnabledFeatures(Vec<Feature>);

impl EnabledFeatures {
    pub(super) fn new(features: &[Feature]) -> Self {
        Self(features.to_vec())
    }

    pub fn contains(&self, feature: Feature) -> bool {
        self.0.contains(&feature)
    }
}
