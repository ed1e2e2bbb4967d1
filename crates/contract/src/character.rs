//! Characters, and the requests that make and change them.

use serde::{Deserialize, Serialize};

use crate::id::CharacterId;
use crate::record::{FieldValue, Record};
use crate::upload::Pose;

/// A character, as every character endpoint answers it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Character {
    pub id: CharacterId,
    /// Always `"character"`.
    pub object: String,
    pub name: String,
    pub status: CharacterStatus,
    pub refs: Vec<CharacterRef>,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// RFC 3339, UTC.
    pub updated_at: String,
    pub attributes: Attributes,
    /// Set where the status is [`CharacterStatus::Failed`].
    pub error_message: Option<String>,
    pub aurous_version: String,
    /// The text that the create request gave, at most
    /// [`CLIENT_REFERENCE_ID_MAX_CHARS`](crate::limits::CLIENT_REFERENCE_ID_MAX_CHARS) characters; absent
    /// where it gave none. Source: the vendor's changelog of 2026-06-19, which documents it on the response
    /// to a create alone. A get or a list may leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_reference_id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CharacterStatus {
    Synthesizing,
    Reviewing,
    Ready,
    Failed,
}

impl CharacterStatus {
    /// Returns the status in the API's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Synthesizing => "synthesizing",
            Self::Reviewing => "reviewing",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }
}

/// A reference image: an opaque link, good for about 24 hours, that loads in an `<img>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CharacterRef {
    pub pose: Pose,
    pub url: String,
}

/// A character that was deleted, as `DELETE /v1/characters/{id}` answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedCharacter {
    pub id: CharacterId,
}

impl Record for DeletedCharacter {
    fn fields(&self) -> Vec<(&'static str, FieldValue<'_>)> {
        vec![
            ("id", FieldValue::Text(self.id.as_str())),
            ("object", FieldValue::Text("character")),
            ("deleted", FieldValue::Flag(true)),
        ]
    }
}

/// What the person looks like. Every key is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attributes {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ethnicity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hair_color: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hair_style: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eye_color: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_details: Option<String>,
}

impl Attributes {
    /// Every key. The values are texts, but for that of `age`.
    pub const KEYS: [&str; 8] = [
        "gender",
        "age",
        "ethnicity",
        "hair_color",
        "hair_style",
        "eye_color",
        "body_type",
        "additional_details",
    ];
}

/// The two ways to make a character by `POST /v1/characters`: exactly one of them in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CreateFlow {
    /// `upload_ids`: ready at once; consumes the uploads.
    Upload,
    /// `generate: true` and `attributes`: takes minutes, costs credits. The character is `synthesizing`,
    /// then `ready` or `failed` (the vendor's changelog of 2026-06-19), or `reviewing` before it is `ready`
    /// (the vendor's older pages).
    Synthesize,
}

impl CreateFlow {
    /// Returns the flow that a create request asks for, by which of its fields are there; `None` where they
    /// name both flows or neither, which the API answers with `parameter_invalid_combination`.
    pub const fn of(generate: bool, upload_ids: bool, attributes: bool) -> Option<Self> {
        match (generate, upload_ids) {
            (false, true) => Some(Self::Upload),
            (true, false) if attributes => Some(Self::Synthesize),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_create_request_names_exactly_one_flow() {
        assert_eq!(CreateFlow::of(false, true, false), Some(CreateFlow::Upload));
        assert_eq!(CreateFlow::of(false, true, true), Some(CreateFlow::Upload));
        assert_eq!(
            CreateFlow::of(true, false, true),
            Some(CreateFlow::Synthesize)
        );
        for (generate, upload_ids, attributes) in [
            (false, false, false),
            (false, false, true),
            (true, false, false),
            (true, true, false),
            (true, true, true),
        ] {
            assert_eq!(CreateFlow::of(generate, upload_ids, attributes), None);
        }
    }
}
