//! A key for each use, all derived from one secret.

use chacha20poly1305::XChaCha20Poly1305;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::secret::Secret;
use crate::subject::Subject;

/// The keys that one secret gives. No two uses share a key, so nothing made for one use passes in
/// another.
#[derive(Clone)]
pub(super) struct DerivedKeys {
    pub(super) upload_token: XChaCha20Poly1305,
    pub(super) upload_id: MacKey,
    pub(super) character_id: MacKey,
    pub(super) idempotency: MacKey,
    pub(super) subject_tag: MacKey,
    pub(super) record: XChaCha20Poly1305,
}

impl DerivedKeys {
    pub(super) fn new(secret: &Secret) -> Self {
        // No salt: the secret is long and random, and each label gives a key of its own (RFC 5869,
        // 3.1).
        let source = Hkdf::<Sha256>::new(None, secret.expose().as_bytes());
        Self {
            upload_token: XChaCha20Poly1305::new(&expand(&source, "upload token").into()),
            upload_id: MacKey::new(&source, "upload id"),
            character_id: MacKey::new(&source, "character id"),
            idempotency: MacKey::new(&source, "idempotency key"),
            subject_tag: MacKey::new(&source, "subject tag"),
            record: XChaCha20Poly1305::new(&expand(&source, "store record").into()),
        }
    }
}

/// A key for HMAC-SHA256.
#[derive(Clone)]
pub(super) struct MacKey([u8; 64]);

impl MacKey {
    fn new(source: &Hkdf<Sha256>, label: &str) -> Self {
        Self(expand(source, label))
    }

    /// Makes a MAC over the fields, each behind its length, so that no two lists of fields have the
    /// same input.
    pub(super) fn mac(&self, fields: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new(&self.0.into());
        for field in fields {
            let length: u64 = field.len().try_into().unwrap_or(u64::MAX);
            mac.update(&length.to_be_bytes());
            mac.update(field);
        }
        mac
    }
}

/// Returns a subject as two fields of a MAC. The first tells the anonymous subject from a visitor,
/// whatever the visitor's name.
pub(super) fn subject_fields(subject: &Subject) -> [&[u8]; 2] {
    match subject {
        Subject::Anonymous => [b"anonymous", b""],
        Subject::Visitor(name) => [b"visitor", name.as_bytes()],
    }
}

#[expect(
    clippy::expect_used,
    reason = "HKDF fails above 8160 bytes only, and the lengths here are constants"
)]
fn expand<const LENGTH: usize>(source: &Hkdf<Sha256>, label: &str) -> [u8; LENGTH] {
    let mut key = [0; LENGTH];
    source
        .expand_multi_info(&[b"aurous-gateway 1 ", label.as_bytes()], &mut key)
        .expect("HKDF-SHA256 gives up to 8160 bytes");
    key
}
