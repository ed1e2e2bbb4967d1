//! Names that stand for others without revealing them: a visitor's in logs, an idempotency key's
//! upstream.

use std::fmt;
use std::net::IpAddr;

use hmac::Mac;

use super::derived_keys::subject_fields;
use super::sealing_keys::SealingKeys;
use crate::subject::Subject;

/// Stands for a subject in logs and wherever the gateway counts. `Display` writes 16 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SubjectTag(pub(super) [u8; 8]);

impl SubjectTag {
    /// The tag of all visitors without a session. No secret changes it: their uploads count against
    /// addresses, whichever secret sealed the URL.
    pub const ANONYMOUS: Self = Self([0; 8]);
}

impl fmt::Display for SubjectTag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex(&self.0))
    }
}

impl SealingKeys {
    /// Returns the subject's tag. It stays the same while the last secret does.
    pub fn subject_tag(&self, subject: &Subject) -> SubjectTag {
        if *subject == Subject::Anonymous {
            return SubjectTag::ANONYMOUS;
        }
        self.tag(&subject_fields(subject))
    }

    /// Returns what stands for a visitor without a session where others can read it. No subject has such a tag.
    pub(crate) fn address_tag(&self, address: Option<IpAddr>) -> SubjectTag {
        let address = address.map_or_else(String::new, |it| it.to_string());
        self.tag(&[b"address", address.as_bytes()])
    }

    fn tag(&self, fields: &[&[u8]]) -> SubjectTag {
        let mac = self.keys.last().subject_tag.mac(fields);
        let mac: [u8; 32] = mac.finalize().into_bytes().into();
        let [a, b, c, d, e, f, g, h, ..] = mac;
        SubjectTag([a, b, c, d, e, f, g, h])
    }

    /// Returns the `Idempotency-Key` that goes upstream for a browser's key: 64 hex digits, which
    /// stay the same for the same subject, route and key while the last secret does. So a visitor
    /// cannot reach another visitor's creates by the choice of a key.
    pub fn idempotency_key(&self, subject: &Subject, route: &str, key: &str) -> String {
        let [kind, name] = subject_fields(subject);
        let fields = [kind, name, route.as_bytes(), key.as_bytes()];
        let mac = self.keys.last().idempotency.mac(&fields);
        hex(&mac.finalize().into_bytes())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
