//! The way by which a request came in.

use serde::{Deserialize, Serialize};

/// Where a request came in. In JSON this is a request's `origin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryPoint {
    /// The API, with a key.
    Api,
    /// The API without a key, under `/aurous` or wherever the open router is mounted.
    Open,
    /// The upload host.
    Upload,
}
