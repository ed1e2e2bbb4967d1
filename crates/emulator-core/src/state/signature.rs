//! The signatures on upload URLs and reference links.

use aurous_contract::image::ContentType;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::hex::{hex, unhex};

/// The key of the signatures, as long as a block of the hash. Each emulator makes its own.
#[derive(Clone)]
pub(crate) struct SigningKey([u8; 64]);

impl SigningKey {
    pub(crate) const fn new(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// Signs a PUT to `path` with this content type, until the given epoch second.
    pub(crate) fn sign_put(&self, path: &str, expires: u64, content_type: ContentType) -> String {
        let mac = self.mac(&["PUT", path, &expires.to_string(), content_type.as_str()]);
        hex(&mac.finalize().into_bytes())
    }

    /// Whether [`Self::sign_put`] made the signature of a PUT.
    pub(crate) fn verify_put(&self, put: &SignedPut<'_>) -> bool {
        let expires = put.expires.to_string();
        let mac = self.mac(&["PUT", put.path, &expires, put.content_type]);
        verify(mac, put.signature)
    }

    /// Returns the `token` of a reference link: its expiry and its signature.
    pub(crate) fn sign_reference_link(&self, path: &str, expires: u64) -> String {
        let mac = self.mac(&["GET", path, &expires.to_string()]);
        format!("{expires}.{}", hex(&mac.finalize().into_bytes()))
    }

    /// Returns the epoch second until which `token` opens `path`, if this key signed it.
    pub(crate) fn verify_reference_link(&self, path: &str, token: &str) -> Option<u64> {
        let (expires, signature) = token.split_once('.')?;
        let seconds = expires.parse().ok()?;
        let mac = self.mac(&["GET", path, expires]);
        verify(mac, signature).then_some(seconds)
    }

    fn mac(&self, fields: &[&str]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new(&self.0.into());
        for field in fields {
            mac.update(field.as_bytes());
            // No field can hold a line feed, so no two lists of fields have the same signature.
            mac.update(b"\n");
        }
        mac
    }
}

/// A PUT and the signature that it came with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignedPut<'a> {
    pub(crate) path: &'a str,
    /// An epoch second.
    pub(crate) expires: u64,
    pub(crate) content_type: &'a str,
    /// In hex.
    pub(crate) signature: &'a str,
}

fn verify(mac: Hmac<Sha256>, signature: &str) -> bool {
    unhex(signature).is_some_and(|bytes| mac.verify_slice(&bytes).is_ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PATH: &str = "/upload/upl_1/front.jpg";

    fn signing_key() -> SigningKey {
        SigningKey::new([7; 64])
    }

    #[test]
    fn a_signature_is_valid_for_its_own_put_alone() {
        let signature = signing_key().sign_put(PATH, 900, ContentType::Jpeg);
        let put = SignedPut {
            path: PATH,
            expires: 900,
            content_type: "image/jpeg",
            signature: &signature,
        };
        assert!(signing_key().verify_put(&put));
        assert!(!SigningKey::new([8; 64]).verify_put(&put));
        let path = "/upload/upl_2/front.jpg";
        assert!(!signing_key().verify_put(&SignedPut { path, ..put }));
        let expires = 901;
        assert!(!signing_key().verify_put(&SignedPut { expires, ..put }));
        let content_type = "image/png";
        assert!(!signing_key().verify_put(&SignedPut {
            content_type,
            ..put
        }));
        for cut in 0..signature.len() {
            let signature = &signature[..cut];
            assert!(!signing_key().verify_put(&SignedPut { signature, ..put }));
        }
    }

    #[test]
    fn a_link_is_valid_for_its_own_path_and_expiry_alone() {
        let token = signing_key().sign_reference_link("/storage/char_1/0/front.bin", 900);
        let opens = |path, token: &str| signing_key().verify_reference_link(path, token);
        assert_eq!(opens("/storage/char_1/0/front.bin", &token), Some(900));
        assert_eq!(opens("/storage/char_1/1/front.bin", &token), None);
        let later = token.replacen("900", "901", 1);
        assert_eq!(opens("/storage/char_1/0/front.bin", &later), None);
    }

    proptest! {
        #[test]
        fn no_made_up_signature_passes(signature in "\\PC{0,80}") {
            let put = SignedPut {
                path: PATH, expires: 900, content_type: "image/jpeg", signature: &signature,
            };
            prop_assert!(!signing_key().verify_put(&put));
            prop_assert_eq!(signing_key().verify_reference_link(PATH, &signature), None);
        }
    }
}
