//! The upload flow on the wire: mint a ticket, PUT to its URL, classify the picture.

use serde::{Deserialize, Serialize};

use crate::filename::Filename;
use crate::id::UploadId;
use crate::image::{ContentType, Extension};
use crate::record::{FieldValue, Record};

/// Body of `POST /v1/characters/uploads/init`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InitUploadRequest {
    pub filename: Filename,
    pub extension: Extension,
    pub content_type: ContentType,
    /// Bytes of the file. A gateway's own field: the API is sent none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

impl Record for InitUploadRequest {
    fn fields(&self) -> Vec<(&'static str, FieldValue<'_>)> {
        vec![
            ("filename", FieldValue::Text(self.filename.as_str())),
            ("extension", FieldValue::Text(self.extension.as_str())),
            ("content_type", FieldValue::Text(self.content_type.as_str())),
            ("size", self.size.map(|it| it as f64).into()),
        ]
    }
}

/// Answer of `POST /v1/characters/uploads/init`: one ticket is one image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadTicket {
    pub upload_id: UploadId,
    /// Its query string is signed: anyone who has the URL can PUT to it, so it is never logged.
    pub upload_url: String,
    pub upload_headers: UploadHeaders,
    /// RFC 3339, UTC.
    pub expires_at: String,
}

/// The headers to send on the PUT: `Content-Type` alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadHeaders {
    #[serde(rename = "Content-Type")]
    pub content_type: ContentType,
}

/// Body of `POST /v1/characters/uploads/classify`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassifyRequest {
    pub upload_id: UploadId,
}

impl Record for ClassifyRequest {
    fn fields(&self) -> Vec<(&'static str, FieldValue<'_>)> {
        vec![("upload_id", FieldValue::Text(self.upload_id.as_str()))]
    }
}

/// Answer of `POST /v1/characters/uploads/classify`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    pub upload_id: UploadId,
    pub pose: Pose,
    /// 0 to 1. Informative, not a gate.
    pub confidence: f64,
}

/// What a picture shows. `Other` is an ordinary label, not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pose {
    Portrait,
    Front,
    Side,
    Back,
    Other,
}

impl Pose {
    pub const ALL: [Self; 5] = [
        Self::Portrait,
        Self::Front,
        Self::Side,
        Self::Back,
        Self::Other,
    ];

    /// The poses that a synthesized character has, in the API's order.
    pub const SYNTHESIZED: [Self; 4] = [Self::Portrait, Self::Front, Self::Side, Self::Back];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Portrait => "portrait",
            Self::Front => "front",
            Self::Side => "side",
            Self::Back => "back",
            Self::Other => "other",
        }
    }
}
