//! Init and classify.

use aurous_contract::error::ErrorCode;
use aurous_contract::image::{ContentType, Extension};
use aurous_contract::limits::FILENAME_MAX_CHARS;
use aurous_contract::upload::{Classification, UploadHeaders, UploadTicket};

use super::context::CallContext;
use super::wire::upload_id;
use crate::rfc3339::rfc3339;
use crate::state::error::{ApiError, Result};
use crate::state::fields::Fields;
use crate::state::pose::{confidence_of, pose_of};
use crate::state::response::Success;
use crate::state::uploads::StoredUpload;
use crate::state::world::World;

impl World {
    pub(super) fn init_upload(
        &mut self,
        fields: &Fields,
        context: CallContext<'_>,
    ) -> Result<Success> {
        let filename = fields.required_text("filename", 1..=FILENAME_MAX_CHARS)?;
        let extension = fields.word("extension", &Extension::ALL, Extension::as_str)?;
        let content_type = fields.word("content_type", &ContentType::ALL, ContentType::as_str)?;
        if extension.format() != content_type.format() {
            let message = format!(
                "content_type {} does not agree with extension {}",
                content_type.as_str(),
                extension.as_str()
            );
            let error = ApiError::new(ErrorCode::ParameterInvalidCombination, message);
            return Err(error.with_param("content_type"));
        }
        let now_ms = context.now_ms;
        let id = self.new_id("upl", now_ms);
        // Rounded down to a whole second, since the URL and `expires_at` hold no fraction.
        let expires = now_ms.saturating_add(self.settings.upload_url_ttl_ms) / 1000;
        let upload_url = self.upload_url(&id, &filename, content_type, expires);
        let upload = StoredUpload {
            team: context.team.to_owned(),
            filename,
            content_type,
            minted_ms: now_ms,
            bytes: None,
            pose: None,
            is_consumed: false,
        };
        self.uploads.add(&id, upload);
        Ok(Success::created(&UploadTicket {
            upload_id: upload_id(&id)?,
            upload_url,
            upload_headers: UploadHeaders { content_type },
            expires_at: rfc3339(expires.saturating_mul(1000)),
        }))
    }

    pub(super) fn classify(
        &mut self,
        fields: &Fields,
        context: CallContext<'_>,
    ) -> Result<Success> {
        let id = fields.required_text("upload_id", 1..=usize::MAX)?;
        let (team, now_ms) = (context.team, context.now_ms);
        let upload = self.uploads.filled(&id, team, "upload_id", now_ms)?;
        let pose = pose_of(&upload.filename);
        upload.pose = Some(pose);
        let confidence = confidence_of(&upload.filename, pose);
        Ok(Success::ok(&Classification {
            upload_id: upload_id(&id)?,
            pose,
            confidence,
        }))
    }
}
