//! The operation that a request asks for, by which logs and faults name it.

use serde::{Deserialize, Serialize};

/// What a request asks for. In JSON this is a request's `step`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    Init,
    /// The PUT of an upload's bytes, to the upload host.
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
    /// The load of a reference image.
    Ref,
    /// The `OPTIONS` that a browser sends before a cross-origin request.
    Preflight,
    /// A request for an unknown path, or with an unknown method.
    Other,
}

impl Operation {
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
