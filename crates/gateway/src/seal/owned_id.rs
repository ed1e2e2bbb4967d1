//! Ids that carry their owner's mark: `<id>.<base64url of the mark>`.
//!
//! An upload's mark is its expiry (4 bytes, big-endian epoch seconds) and 16 bytes of a MAC; a
//! character's is the 16 bytes alone. The MAC is over the API's origin, the subject, the id and the
//! expiry, under a key for each kind.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::key::{MacKey, subject_fields};
use super::sealing_keys::SealingKeys;
use crate::subject::Subject;
use crate::vendor_id::VendorId;

/// Bytes of the MAC that are kept: 128 bits, which no one guesses online.
const MAC_LENGTH: usize = 16;

impl SealingKeys {
    /// An upload's id, marked as this subject's until the given epoch second (at the latest in 2106,
    /// where 32 bits end).
    pub fn own_upload(&self, id: &VendorId, subject: &Subject, expires_at_s: u64) -> String {
        let expiry = u32::try_from(expires_at_s)
            .unwrap_or(u32::MAX)
            .to_be_bytes();
        let mac = self.mac(&self.first.upload_id, id, subject, &expiry);
        owned(id, &expiry, mac)
    }

    /// The API's id of an upload that was marked for this subject and has not expired.
    pub fn disown_upload(&self, text: &str, subject: &Subject, now_s: u64) -> Option<VendorId> {
        let (id, mark) = split(text)?;
        let (expiry, mac) = mark.split_first_chunk::<4>()?;
        let is_owned = self.opening().any(|keys| {
            let expected = self.mac(&keys.upload_id, &id, subject, expiry);
            verifies(expected, mac)
        });
        let is_alive = now_s < u64::from(u32::from_be_bytes(*expiry));
        (is_owned && is_alive).then_some(id)
    }

    /// A character's id, marked as this subject's for good.
    pub fn own_character(&self, id: &VendorId, subject: &Subject) -> String {
        let mac = self.mac(&self.first.character_id, id, subject, &[]);
        owned(id, &[], mac)
    }

    /// The API's id of a character that was marked for this subject.
    pub fn disown_character(&self, text: &str, subject: &Subject) -> Option<VendorId> {
        let (id, mark) = split(text)?;
        let is_owned = self.opening().any(|keys| {
            let expected = self.mac(&keys.character_id, &id, subject, &[]);
            verifies(expected, &mark)
        });
        is_owned.then_some(id)
    }

    fn mac(&self, key: &MacKey, id: &VendorId, subject: &Subject, expiry: &[u8]) -> Hmac<Sha256> {
        let [kind, name] = subject_fields(subject);
        let origin = self.api_origin.as_bytes();
        key.mac(&[origin, kind, name, id.as_str().as_bytes(), expiry])
    }
}

fn owned(id: &VendorId, expiry: &[u8], mac: Hmac<Sha256>) -> String {
    let mac = mac.finalize().into_bytes();
    let mark: Vec<u8> = expiry
        .iter()
        .chain(mac.iter().take(MAC_LENGTH))
        .copied()
        .collect();
    format!("{id}.{}", URL_SAFE_NO_PAD.encode(mark))
}

fn split(text: &str) -> Option<(VendorId, Vec<u8>)> {
    // Longer than any mark: nothing is decoded for it.
    let (id, mark) = text.split_once('.').filter(|(_, mark)| mark.len() <= 64)?;
    Some((VendorId::parse(id)?, URL_SAFE_NO_PAD.decode(mark).ok()?))
}

/// In constant time. Only a MAC of the full kept length counts: a shorter one could be guessed.
fn verifies(expected: Hmac<Sha256>, mac: &[u8]) -> bool {
    mac.len() == MAC_LENGTH && expected.verify_truncated_left(mac).is_ok()
}
