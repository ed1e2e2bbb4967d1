//! Uploads: minted, filled, classified, consumed.

use std::collections::HashMap;

use aurous_contract::error::ErrorCode;
use aurous_contract::image::{ContentType, sniff};
use aurous_contract::limits::UPLOAD_TTL_MS;
use aurous_contract::upload::Pose;
use bytes::Bytes;

use super::error::{ApiError, Result};
use super::team::TeamName;

/// An upload, which one ticket stands for and which holds one image.
#[derive(Clone, Debug)]
pub(crate) struct StoredUpload {
    pub(crate) team: TeamName,
    pub(crate) filename: String,
    pub(crate) content_type: ContentType,
    pub(crate) minted_ms: u64,
    /// The bytes of the last PUT. `None` before the first.
    pub(crate) bytes: Option<Bytes>,
    /// The result of the last classify.
    pub(crate) pose: Option<Pose>,
    /// Whether a create has used it.
    pub(crate) is_consumed: bool,
}

#[derive(Debug, Default)]
pub(crate) struct UploadStore(HashMap<String, StoredUpload>);

impl UploadStore {
    pub(crate) fn add(&mut self, id: &str, upload: StoredUpload) {
        self.0.insert(id.to_owned(), upload);
    }

    /// Returns an upload that a PUT may still fill.
    pub(crate) fn fillable(&mut self, id: &str) -> Option<&mut StoredUpload> {
        self.0.get_mut(id).filter(|upload| !upload.is_consumed)
    }

    /// Returns an upload that holds an image, for classify and create. `param` is the field that named
    /// it.
    pub(crate) fn filled(
        &mut self,
        id: &str,
        team: &str,
        param: &str,
        now_ms: u64,
    ) -> Result<&mut StoredUpload> {
        let invalid = |problem: &str| {
            let message = format!("upload {id:?} {problem}");
            ApiError::new(ErrorCode::UploadInvalid, message).with_param(param)
        };
        let Some(upload) = self.0.get_mut(id) else {
            return Err(invalid("is not known"));
        };
        if upload.team != team {
            return Err(ApiError::not_found("upload").with_param(param));
        }
        if upload.is_consumed {
            return Err(invalid("has been used by a character"));
        }
        if now_ms >= upload.minted_ms.saturating_add(UPLOAD_TTL_MS) {
            return Err(invalid("has expired"));
        }
        let Some(bytes) = &upload.bytes else {
            return Err(invalid(
                "has no bytes yet: PUT them to its upload_url first",
            ));
        };
        if sniff(bytes) != Ok(upload.content_type.format()) {
            let format = upload.content_type.format().name();
            return Err(invalid(&format!("holds no {format} image")));
        }
        Ok(upload)
    }
}
