//! Names that stand for others without telling them: a visitor's in logs, a create's upstream.

use std::fmt;

use hmac::Mac;

use super::key::subject_fields;
use super::sealing_keys::SealingKeys;
use crate::subject::Subject;

/// Stands for a subject in logs, and where uploads are counted. 16 hex digits by `Display`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SubjectTag(pub(super) [u8; 8]);

impl fmt::Display for SubjectTag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex(&self.0))
    }
}

impl SealingKeys {
    /// The same for the same subject as long as the first secret is the same.
    pub fn subject_tag(&self, subject: &Subject) -> SubjectTag {
        let mac = self.first.subject_tag.mac(&subject_fields(subject));
        let mac: [u8; 32] = mac.finalize().into_bytes().into();
        let [a, b, c, d, e, f, g, h, ..] = mac;
        SubjectTag([a, b, c, d, e, f, g, h])
    }

    /// What upstream gets as `Idempotency-Key` for a browser's: 64 hex digits, the same for the same
    /// subject, route and key as long as the first secret is the same. So no visitor can meet
    /// another's creates by choosing a key.
    pub fn idempotency_key(&self, subject: &Subject, route: &str, key: &str) -> String {
        let [kind, name] = subject_fields(subject);
        let fields = [kind, name, route.as_bytes(), key.as_bytes()];
        let mac = self.first.idempotency.mac(&fields);
        hex(&mac.finalize().into_bytes())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
