//! Ids that are signed for their owner: `<id>.<signature in base64url>`.
//!
//! An upload's signature is its expiry (4 bytes, big-endian epoch seconds) and 16 bytes of a MAC; a
//! character's is the 16 bytes alone. The MAC covers the API's origin, the subject, the id and the
//! expiry, under a key for each kind of id.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::derived_keys::{MacKey, subject_fields};
use super::sealing_keys::SealingKeys;
use crate::subject::Subject;
use crate::vendor_id::VendorId;

/// The bytes of the MAC that are kept: 128 bits, too many to guess online.
const MAC_LENGTH: usize = 16;

impl SealingKeys {
    /// Signs the id of an upload for its owner, until the given epoch second (at the latest in 2106,
    /// where 32 bits end).
    pub fn sign_upload_id(&self, id: &VendorId, owner: &Subject, expires_at_s: u64) -> String {
        let expiry = u32::try_from(expires_at_s)
            .unwrap_or(u32::MAX)
            .to_be_bytes();
        let mac = self.mac(&self.keys.first().upload_id, id, owner, &expiry);
        join(id, &expiry, mac)
    }

    /// Returns the API's id of an upload whose id was signed for `subject` and has not expired.
    pub fn verify_upload_id(&self, text: &str, subject: &Subject, now_s: u64) -> Option<VendorId> {
        let (id, signature) = split(text)?;
        let (expiry, mac) = signature.split_first_chunk::<4>()?;
        let is_signed = self.keys.all().any(|keys| {
            let expected = self.mac(&keys.upload_id, &id, subject, expiry);
            verify(expected, mac)
        });
        let is_alive = now_s < u64::from(u32::from_be_bytes(*expiry));
        (is_signed && is_alive).then_some(id)
    }

    /// Signs the id of a character for its owner, for good.
    pub fn sign_character_id(&self, id: &VendorId, owner: &Subject) -> String {
        let mac = self.mac(&self.keys.first().character_id, id, owner, &[]);
        join(id, &[], mac)
    }

    /// Returns the API's id of a character whose id was signed for `subject`.
    pub fn verify_character_id(&self, text: &str, subject: &Subject) -> Option<VendorId> {
        let (id, signature) = split(text)?;
        let is_signed = self.keys.all().any(|keys| {
            let expected = self.mac(&keys.character_id, &id, subject, &[]);
            verify(expected, &signature)
        });
        is_signed.then_some(id)
    }

    fn mac(&self, key: &MacKey, id: &VendorId, subject: &Subject, expiry: &[u8]) -> Hmac<Sha256> {
        let [kind, name] = subject_fields(subject);
        let origin = self.api_origin.as_bytes();
        key.mac(&[origin, kind, name, id.as_str().as_bytes(), expiry])
    }
}

fn join(id: &VendorId, expiry: &[u8], mac: Hmac<Sha256>) -> String {
    let mac = mac.finalize().into_bytes();
    let signature: Vec<u8> = expiry
        .iter()
        .chain(mac.iter().take(MAC_LENGTH))
        .copied()
        .collect();
    format!("{id}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn split(text: &str) -> Option<(VendorId, Vec<u8>)> {
    // No signature is longer than 64 characters, so a longer text is not decoded.
    let (id, signature) = text.split_once('.').filter(|(_, it)| it.len() <= 64)?;
    Some((
        VendorId::parse(id)?,
        URL_SAFE_NO_PAD.decode(signature).ok()?,
    ))
}

/// Compares in constant time. A MAC shorter than the kept length never passes: it could be guessed.
fn verify(expected: Hmac<Sha256>, mac: &[u8]) -> bool {
    mac.len() == MAC_LENGTH && expected.verify_truncated_left(mac).is_ok()
}
