//! The last segments of an upload URL: the signed URL upstream, sealed so that a browser can carry it
//! but can neither read nor make one.
//!
//! A token is, in base64url, a random nonce (24 bytes) and the text that XChaCha20-Poly1305 makes of
//! the expiry (8 bytes, big-endian), the content type (1 byte), the subject's tag (8 bytes), the size
//! of the file if the page announced it (8 bytes, big-endian) and the URL. The highest bit of the
//! content type says whether there is a size: a token without one is as older gateways made it.
//!
//! In a URL the token is split into segments by `/`.

use std::fmt;
use std::num::NonZeroU64;

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

/// The characters of the longest segment. IIS refuses URLs with a segment of more than 260
/// (`UrlSegmentMaxLength` of http.sys).
const SEGMENT_MAX_LENGTH: usize = 255;

/// The bit of the content type's byte that says that a size follows.
const HAS_SIZE: u8 = 0x80;

/// The use and the version of a token, which are sealed with it beside the API's origin.
const VERSION: &str = "aurous-gateway upload token 1\n";

/// The target of a PUT, and what the PUT may carry.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedUpload {
    /// The signed URL upstream. Everyone who knows it may write there.
    pub url: String,
    pub content_type: ContentType,
    /// The bytes of the file, if the page announced them. The PUT must have as many.
    pub size: Option<NonZeroU64>,
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
            .field("size", &self.size)
            .field("expires_at_s", &self.expires_at_s)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

impl SealingKeys {
    /// Seals an upload into a token of letters, digits, `_` and `-`, a different one each time. A `/`
    /// after every 255 characters splits it into the segments of a path. `None` where the token would
    /// be longer than 6 KB.
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
        (token.len() <= TOKEN_MAX_LENGTH).then(|| split(&token))
    }

    /// Opens a token, split or in one piece, as older gateways made it. `None` for every token that
    /// does not open: expired, forged, cut, or of another deployment.
    pub fn open_upload(&self, token: &str, now_s: u64) -> Option<SealedUpload> {
        let whole = token.replace('/', "");
        let has_known_form = token == whole || token == split(&whole);
        if whole.len() > TOKEN_MAX_LENGTH || !has_known_form {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(whole).ok()?;
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

/// Splits a token into segments of at most [`SEGMENT_MAX_LENGTH`] characters.
fn split(token: &str) -> String {
    let mut segments = String::with_capacity(token.len() + token.len() / SEGMENT_MAX_LENGTH);
    for (place, character) in token.chars().enumerate() {
        if place > 0 && place % SEGMENT_MAX_LENGTH == 0 {
            segments.push('/');
        }
        segments.push(character);
    }
    segments
}

fn encode(upload: &SealedUpload) -> Vec<u8> {
    let content_type = content_type_byte(upload.content_type);
    let size = upload.size.map(|it| it.get().to_be_bytes());
    [
        upload.expires_at_s.to_be_bytes().as_slice(),
        &[size.map_or(content_type, |_| content_type | HAS_SIZE)],
        &upload.subject.0,
        size.as_ref().map_or(&[], |size| size.as_slice()),
        upload.url.as_bytes(),
    ]
    .concat()
}

fn decode(plain: &[u8]) -> Option<SealedUpload> {
    let (expires_at_s, rest) = plain.split_first_chunk::<8>()?;
    let (content_type, rest) = rest.split_first()?;
    let (subject, rest) = rest.split_first_chunk::<8>()?;
    let (size, url) = if content_type & HAS_SIZE == 0 {
        (None, rest)
    } else {
        let (size, url) = rest.split_first_chunk::<8>()?;
        (Some(NonZeroU64::new(u64::from_be_bytes(*size))?), url)
    };
    Some(SealedUpload {
        url: String::from_utf8(url.to_vec()).ok()?,
        content_type: ContentType::ALL
            .into_iter()
            .find(|it| content_type_byte(*it) == content_type & !HAS_SIZE)?,
        size,
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
