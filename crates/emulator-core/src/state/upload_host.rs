//! The upload host: everyone who holds a signed URL may PUT to it until it expires.

use aurous_contract::image::ContentType;
use bytes::Bytes;

use super::signature::SignedPut;
use super::world::World;

/// The parts of a PUT's head that the upload host checks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PutHead<'a> {
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) content_type: Option<&'a str>,
}

/// Why the upload host refuses a PUT. It is no part of the API and responds in XML, as S3 does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PutRefusal {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
}

impl PutRefusal {
    pub(crate) const fn denied(message: &'static str) -> Self {
        Self {
            status: 403,
            code: "AccessDenied",
            message,
        }
    }

    pub(crate) const TOO_LARGE: Self = Self {
        status: 413,
        code: "EntityTooLarge",
        message: "Your proposed upload exceeds the maximum allowed size",
    };
    pub(crate) const WRONG_METHOD: Self = Self {
        status: 405,
        code: "MethodNotAllowed",
        message: "The specified method is not allowed against this resource.",
    };
    pub(crate) const NO_CORS: Self = Self {
        status: 403,
        code: "AccessForbidden",
        message: "CORSResponse: CORS is not enabled for this bucket.",
    };
    const MISMATCH: Self = Self {
        status: 403,
        code: "SignatureDoesNotMatch",
        message: "The request signature we calculated does not match the signature you provided.",
    };
}

impl World {
    /// Makes the signed URL of an upload, valid until the given epoch second.
    pub(super) fn upload_url(
        &self,
        id: &str,
        filename: &str,
        content_type: ContentType,
        expires: u64,
    ) -> String {
        let path = format!("/upload/{id}/{}", path_segment(filename));
        let key = &self.foundation.signing_key;
        let signature = key.sign_put(&path, expires, content_type);
        let content_type = content_type.as_str().replace('/', "%2F");
        format!(
            "{}{path}?content_type={content_type}&expires={expires}&signature={signature}",
            self.foundation.urls.upload
        )
    }

    /// Returns the id of the upload that a PUT may fill. The check takes place when the headers have
    /// arrived, so a URL that expires while the bytes come still accepts them.
    pub(crate) fn check_put(
        &mut self,
        put: &PutHead<'_>,
        now_ms: u64,
    ) -> std::result::Result<String, PutRefusal> {
        let mut fields = std::collections::HashMap::new();
        for (name, value) in form_urlencoded::parse(put.query.as_bytes()) {
            fields.insert(name, value);
        }
        let expires = fields.get("expires").and_then(|it| it.parse::<u64>().ok());
        let (Some(expires), Some(signature)) = (expires, fields.get("signature")) else {
            return Err(PutRefusal::denied("The URL is not signed."));
        };
        if now_ms >= expires.saturating_mul(1000) {
            return Err(PutRefusal::denied("Request has expired"));
        }
        let content_type = put.content_type.unwrap_or_default();
        let signed = SignedPut {
            path: put.path,
            expires,
            content_type,
            signature,
        };
        let signed_type = fields.get("content_type");
        if signed_type.is_none_or(|it| it != content_type)
            || !self.foundation.signing_key.verify_put(&signed)
        {
            return Err(PutRefusal::MISMATCH);
        }
        let id = put.path.split('/').nth(2).unwrap_or_default();
        match self.uploads.fillable(id) {
            Some(_) => Ok(id.to_owned()),
            None => Err(PutRefusal::denied("The upload is unknown or already used.")),
        }
    }

    /// Stores the bytes of a PUT, in place of those of an earlier one.
    pub(crate) fn store_upload(
        &mut self,
        id: &str,
        bytes: Bytes,
    ) -> std::result::Result<(), PutRefusal> {
        let upload = self.uploads.fillable(id);
        // A create may have used it while the bytes came.
        let upload = upload.ok_or(PutRefusal::denied("The upload is already used."))?;
        upload.bytes = Some(bytes);
        Ok(())
    }

    /// Returns the bytes that were PUT for an upload, for tests.
    pub(crate) fn stored_upload(&mut self, id: &str) -> Option<(ContentType, Bytes)> {
        let upload = self.uploads.fillable(id)?;
        Some((upload.content_type, upload.bytes.clone()?))
    }
}

/// Writes a file's name so that a URL's path may hold it. It only decorates the path: the id before it
/// names the upload.
fn path_segment(filename: &str) -> String {
    let safe = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    let kept: String = filename.chars().filter(|it| safe(*it)).take(60).collect();
    // A client would resolve a segment of dots.
    if kept.chars().all(|it| it == '.') {
        "image".to_owned()
    } else {
        kept
    }
}
