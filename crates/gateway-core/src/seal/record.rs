//! Records for a store that others can read: sealed, each for its key.
//!
//! A record is, in base64url, a random nonce (24 bytes) and what XChaCha20-Poly1305 makes of the text, with
//! the entry's key as associated data: a record that is copied to another key does not open.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead, Payload};

use super::sealing_keys::SealingKeys;

impl SealingKeys {
    /// Seals a record for the entry `key`. An empty text where it is too long to seal, which opens as nothing.
    pub(crate) fn seal_record(&self, key: &str, plain: &[u8]) -> String {
        let nonce: [u8; 24] = rand::random();
        let payload = Payload {
            msg: plain,
            aad: key.as_bytes(),
        };
        let sealed = self
            .keys
            .first()
            .record
            .encrypt(&XNonce::from(nonce), payload);
        sealed.map_or_else(
            |_| String::new(),
            |sealed| URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()),
        )
    }

    /// Opens a record of the entry `key`. `None` where it was not sealed for it with a known secret.
    pub(crate) fn open_record(&self, key: &str, text: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<24>()?;
        let nonce = XNonce::from(*nonce);
        self.keys.all().find_map(|keys| {
            let payload = Payload {
                msg: sealed,
                aad: key.as_bytes(),
            };
            keys.record.decrypt(&nonce, payload).ok()
        })
    }
}
