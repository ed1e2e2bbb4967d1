//! The last part of an upload URL: the signed URL upstream, sealed so that a browser can carry it
//! but can neither read nor make one.
//!
//! A token is, in base64url, a random nonce (24 bytes) and the text that XChaCha20-Poly1305 makes of
//! the expiry (8 bytes, big-endian), the content type (1 byte), the subject's tag (8 bytes) and the
//! URL.

use std::fmt;

use aurous_contract::image::ContentType;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead, Payload};

use super::pseudonym::SubjectTag;
use super::sealing_keys::SealingKeys;

/// The longest token, in characters. With the mount path before it, it fits into the 8 KB of a
/// request line that most proxies take.
const TOKEN_MAX_LENGTH: usize = 6 * 1024;

/// The use and the version of a token, which are sealed with it beside the API's origin.
const VERSION: &str = "aurous-gateway upload token 1\n";

/// The target of a PUT, and what the PUT may carry.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedUpload {
    /// The signed URL upstream. Everyone who knows it may write there.
    pub url: String,
    pub content_type: ContentType,
    /// The epoch second from which on the token is refused.
    pub expires_at_s: u64,
    /// The subject whose limits the upload counts against.
    pub subject: SubjectTag,
}

impl fmt::Debug for SealedUpload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SealedUpload")
            .field("content_type", &self.content_type)
            .field("expires_at_s", &self.expires_at_s)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

impl SealingKeys {
    /// Seals an upload into a token of letters, digits, `_` and `-`, a different one each time.
    /// `None` where it would be longer than 6 KB.
    pub fn seal_upload(&self, upload: &SealedUpload) -> Option<String> {
        let nonce: [u8; 24] = rand::random();
        let plain = encode(upload);
        let payload = Payload {
            msg: &plain,
            aad: &self.associated_data(),
        };
        let cipher = &self.keys.first().upload_token;
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).ok()?;
        let token = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat());
        (token.len() <= TOKEN_MAX_LENGTH).then_some(token)
    }

    /// Opens a token. `None` for every token that does not open: expired, forged, cut, or of another
    /// deployment.
    pub fn open_upload(&self, token: &str, now_s: u64) -> Option<SealedUpload> {
        if token.len() > TOKEN_MAX_LENGTH {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<24>()?;
        let nonce = XNonce::from(*nonce);
        let aad = self.associated_data();
        let plain = self.keys.all().find_map(|keys| {
            let payload = Payload {
                msg: sealed,
                aad: &aad,
            };
            keys.upload_token.decrypt(&nonce, payload).ok()
        })?;
        decode(&plain).filter(|upload| now_s < upload.expires_at_s)
    }

    fn associated_data(&self) -> Vec<u8> {
        [VERSION, &self.api_origin].concat().into_bytes()
    }
}

fn encode(upload: &SealedUpload) -> Vec<u8> {
    [
        upload.expires_at_s.to_be_bytes().as_slice(),
        &[content_type_byte(upload.content_type)],
        &upload.subject.0,
        upload.url.as_bytes(),
    ]
    .concat()
}

fn decode(plain: &[u8]) -> Option<SealedUpload> {
    let (expires_at_s, rest) = plain.split_first_chunk::<8>()?;
    let (content_type, rest) = rest.split_first()?;
    let (subject, url) = rest.split_first_chunk::<8>()?;
    Some(SealedUpload {
        url: String::from_utf8(url.to_vec()).ok()?,
        content_type: ContentType::ALL
            .into_iter()
            .find(|it| content_type_byte(*it) == *content_type)?,
        expires_at_s: u64::from_be_bytes(*expires_at_s),
        subject: SubjectTag(*subject),
    })
}

/// Numbers the content types. A number must never change, since tokens outlive a restart.
const fn content_type_byte(content_type: ContentType) -> u8 {
    match content_type {
        ContentType::Jpeg => 1,
        ContentType::Png => 2,
        ContentType::Webp => 3,
    }
}
