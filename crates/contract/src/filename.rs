//! The name sent with an upload.

use serde::{Deserialize, Serialize};

/// A name that the API takes: 1 to 120 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Filename(String);

impl TryFrom<String> for Filename {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(Self(text))
    }
}
impl From<Filename> for String {
    fn from(name: Filename) -> Self {
        name.0
    }
}
