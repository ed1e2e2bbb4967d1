//! Which call of the API a request is, and which origin it came to: what logs and faults speak of.

use serde::{Deserialize, Serialize};

/// Where a request arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The API, with a key.
    Api,
    /// The API without a key, under `/aurous` or wherever the open router is mounted.
    Open,
    /// The upload host.
    Upload,
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Init,
    /// The bytes, to the upload host.
    Put,
    Classify,
    Create,
    Get,
    List,
    Update,
    Delete,
    Save,
    Regenerate,
    Resynthesize,
    /// A reference image.
    Ref,
    /// A browser's `OPTIONS` before a cross-origin request.
    Preflight,
    /// Anything else: an unknown path or method.
    Other,
}

impl Step {
    pub const ALL: [Self; 14] = [
        Self::Init,
        Self::Put,
        Self::Classify,
        Self::Create,
        Self::Get,
        Self::List,
        Self::Update,
        Self::Delete,
        Self::Save,
        Self::Regenerate,
        Self::Resynthesize,
        Self::Ref,
        Self::Preflight,
        Self::Other,
    ];
}
