//! The session token, which tells the gateway who a visitor is.
//!
//! It is a JWT (RFC 7519) signed with HS256 and nothing else: one HMAC, over one secret that the
//! backend and the gateway share. The few lines stand here because the usual libraries bring RSA and
//! elliptic curves along, and with them the choice of algorithm that has been every JWT library's
//! weak spot.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::keyring::Keyring;
use crate::secret::Secret;
use crate::vendor_id::VendorId;

pub use crate::subject::Subject;

/// The longest token, in bytes. Longer ones are not read.
pub const TOKEN_MAX_BYTES: usize = 8 * 1024;

/// How far ahead `exp` may lie, in seconds: 24 hours.
pub const LIFETIME_MAX_S: u64 = 24 * 60 * 60;

/// How far the backend's clock and the gateway's may differ, in seconds.
pub const LEEWAY_S: u64 = 30;

/// The characters of the longest `sub`.
pub const SUBJECT_MAX_CHARS: usize = 128;

/// The ids of the longest claim `characters`.
pub const CHARACTERS_MAX: usize = 1000;

/// The session that a valid token opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub subject: Subject,
    /// The claim `characters`: characters that the visitor may use although another subject, or the
    /// backend, made them.
    pub characters: Vec<VendorId>,
}

/// The claims of a session token.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    /// `sub`: 1 to 128 printable characters.
    pub subject: String,
    /// `exp`: an epoch second, at most 24 hours away.
    pub expires_at: u64,
    /// `characters`: the API's ids of at most 1000 characters that were made elsewhere.
    pub characters: Vec<String>,
}

/// Why a session token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionError {
    /// The web app's backend did not sign it, or not for this gateway, or it breaks a rule.
    Invalid,
    /// It was valid and has expired. A new one helps.
    Expired,
}

/// The keys that sign and verify session tokens.
#[derive(Clone)]
pub struct SessionKeys {
    /// Each keyed, and without input yet.
    macs: Keyring<Hmac<Sha256>>,
    audience: String,
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SessionKeys")
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

impl SessionKeys {
    /// Makes keys for tokens with this `aud`. The first secret signs, every one verifies. `None`
    /// where there is no secret. [`Config`](crate::Config) checks how long the secrets are.
    pub fn new(secrets: &[Secret], audience: &str) -> Option<Self> {
        let keys = secrets.iter().map(|it| it.expose().as_bytes());
        Self::from_keys(keys, audience)
    }

    fn from_keys<'a>(keys: impl Iterator<Item = &'a [u8]>, audience: &str) -> Option<Self> {
        // HMAC takes a key of any length, so none is dropped here.
        let macs = keys.filter_map(|key| Hmac::new_from_slice(key).ok());
        Some(Self {
            macs: Keyring::new(macs)?,
            audience: audience.to_owned(),
        })
    }

    /// Returns the session that a token opens at the epoch second `now_s`.
    ///
    /// # Errors
    /// [`SessionError::Expired`] where the token breaks no rule but `exp`, else
    /// [`SessionError::Invalid`].
    pub fn verify(&self, token: &str, now_s: u64) -> Result<Session, SessionError> {
        let payload = self.open(token).ok_or(SessionError::Invalid)?;
        let payload: Payload = parse_object(&payload).ok_or(SessionError::Invalid)?;
        let session = payload
            .session(&self.audience)
            .ok_or(SessionError::Invalid)?;
        payload.check_times(now_s)?;
        Ok(session)
    }

    /// Signs a token with the first secret: for demos, tests, and backends in Rust. Does not check
    /// the claims; the gateway does, where the token is used.
    pub fn sign(&self, claims: &Claims) -> String {
        let header = json!({ "alg": ALGORITHM, "typ": "JWT" });
        let payload = json!({
            "aud": self.audience,
            "sub": claims.subject,
            "exp": claims.expires_at,
            "characters": claims.characters,
        });
        self.sign_json(&header.to_string(), &payload.to_string())
    }

    fn sign_json(&self, header: &str, payload: &str) -> String {
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(payload)
        );
        let signature = self.macs.first().clone().chain_update(&signed).finalize();
        let signature = URL_SAFE_NO_PAD.encode(signature.into_bytes());
        format!("{signed}.{signature}")
    }

    /// Returns the payload of a token whose signature and header are good.
    fn open(&self, token: &str) -> Option<Vec<u8>> {
        if token.len() > TOKEN_MAX_BYTES {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        // The signature comes first, so that an unsigned text is never parsed.
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let is_signed = self.macs.all().any(|mac| {
            let mac = mac.clone().chain_update(signed);
            mac.verify_slice(&signature).is_ok()
        });
        if !is_signed {
            return None;
        }
        let header = URL_SAFE_NO_PAD.decode(header).ok()?;
        let header: Header = parse_object(&header)?;
        if header.alg != ALGORITHM || header.crit.is_some() {
            return None;
        }
        URL_SAFE_NO_PAD.decode(payload).ok()
    }
}

/// The one algorithm. A header never chooses it, it can only agree.
const ALGORITHM: &str = "HS256";

#[derive(Deserialize)]
struct Header {
    alg: String,
    /// The extensions that a verifier must understand (RFC 7515, 4.1.11). This one understands none.
    #[serde(default, deserialize_with = "deserialize_present")]
    crit: Option<Value>,
}

/// The claims that count. serde refuses a claim that appears twice.
#[derive(Deserialize)]
struct Payload {
    aud: Audience,
    sub: String,
    /// Epoch seconds, with a fraction or without (RFC 7519, 2, NumericDate).
    exp: f64,
    #[serde(default, deserialize_with = "deserialize_present")]
    nbf: Option<f64>,
    #[serde(default, deserialize_with = "deserialize_present")]
    iat: Option<f64>,
    #[serde(default)]
    characters: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Payload {
    /// Returns the session that the claims describe, whatever the time. `None` where one of them
    /// breaks a rule.
    fn session(&self, audience: &str) -> Option<Session> {
        let is_for_us = match &self.aud {
            Audience::One(it) => it == audience,
            Audience::Several(all) => all.iter().any(|it| it == audience),
        };
        let length = self.sub.chars().count();
        let is_name =
            (1..=SUBJECT_MAX_CHARS).contains(&length) && self.sub.chars().all(is_printable);
        if !is_for_us || !is_name || self.characters.len() > CHARACTERS_MAX {
            return None;
        }
        let characters = self.characters.iter().map(|id| VendorId::parse(id));
        Some(Session {
            subject: Subject::Visitor(self.sub.clone()),
            characters: characters.collect::<Option<_>>()?,
        })
    }

    fn check_times(&self, now_s: u64) -> Result<(), SessionError> {
        // An f64 is exact for the whole seconds of the next million years.
        let from_now = |time: f64| time - now_s as f64;
        let leeway = LEEWAY_S as f64;
        let begins = [self.nbf, self.iat].into_iter().flatten();
        if begins.map(from_now).any(|seconds| seconds > leeway)
            || from_now(self.exp) > LIFETIME_MAX_S as f64 + leeway
        {
            return Err(SessionError::Invalid);
        }
        if from_now(self.exp) <= -leeway {
            return Err(SessionError::Expired);
        }
        Ok(())
    }
}

/// Whether a name may hold a character: no control character, and no white space but the plain
/// space.
fn is_printable(character: char) -> bool {
    character == ' ' || !(character.is_control() || character.is_whitespace())
}

/// Parses a JSON object. A derived `Deserialize` alone would also take an array of the fields.
fn parse_object<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    let is_object = json.trim_ascii_start().starts_with(b"{");
    is_object.then(|| serde_json::from_slice(json).ok())?
}

/// Deserializes an optional field that must have a value where it is present: `null` does not stand
/// for its absence.
fn deserialize_present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests;
