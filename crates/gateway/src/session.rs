//! The session token: who a visitor is, as the web app's backend says.
//!
//! A JWT (RFC 7519) signed with HS256 and nothing else: one HMAC over one secret that the backend
//! and the gateway share. Done here, in few lines, since the usual libraries bring RSA and elliptic
//! curves along, and with them the choice of algorithm that has been every JWT library's trouble.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::secret::Secret;
use crate::vendor_id::VendorId;

pub use crate::subject::Subject;

/// Longest token, in bytes: longer ones are not looked at.
pub const TOKEN_MAX_BYTES: usize = 8 * 1024;

/// How far ahead `exp` may lie, in seconds: 24 hours.
pub const LIFETIME_MAX_S: u64 = 24 * 60 * 60;

/// How far the backend's clock and the gateway's may differ, in seconds.
pub const LEEWAY_S: u64 = 30;

/// Most characters of `sub`.
pub const SUBJECT_MAX_CHARS: usize = 128;

/// Most ids of the claim `characters`.
pub const CHARACTERS_MAX: usize = 1000;

/// What a session token says, once it is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub subject: Subject,
    /// Characters that the visitor may use although they were not made in a session of this subject:
    /// the claim `characters`.
    pub characters: Vec<VendorId>,
}

/// What goes into a session token.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    /// `sub`: 1 to 128 printable characters.
    pub subject: String,
    /// `exp`: an epoch second, at most 24 hours away.
    pub expires_at: u64,
    /// `characters`: at most 1000 ids of the API's, of characters made elsewhere.
    pub characters: Vec<String>,
}

/// Why a session token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionRefused {
    /// Not of this web app's backend, or not for this gateway, or not as it has to be.
    Invalid,
    /// All is well but the time: a new one helps.
    Expired,
}

/// What session tokens are checked with, and signed.
#[derive(Clone)]
pub struct SessionKeys {
    /// Keyed, with nothing in them yet. The first one signs.
    first: Hmac<Sha256>,
    others: Vec<Hmac<Sha256>>,
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
    /// The first secret signs, all of them verify; `audience` is what `aud` has to say. `None` where
    /// there is no secret. Their lengths are [`Config`](crate::Config)'s to check.
    pub fn new(secrets: &[Secret], audience: &str) -> Option<Self> {
        let keys = secrets.iter().map(|it| it.expose().as_bytes());
        Self::from_keys(keys, audience)
    }

    fn from_keys<'a>(keys: impl Iterator<Item = &'a [u8]>, audience: &str) -> Option<Self> {
        // A key of any length is one for HMAC: none is dropped here.
        let mut keys = keys.filter_map(|key| Hmac::new_from_slice(key).ok());
        Some(Self {
            first: keys.next()?,
            others: keys.collect(),
            audience: audience.to_owned(),
        })
    }

    /// The session that a token opens at the epoch second `now_s`.
    ///
    /// # Errors
    /// [`SessionRefused::Expired`] where only `exp` is against it, else [`SessionRefused::Invalid`].
    pub fn verify(&self, token: &str, now_s: u64) -> Result<Session, SessionRefused> {
        let payload = self.open(token).ok_or(SessionRefused::Invalid)?;
        let claims: Payload = parse(&payload).ok_or(SessionRefused::Invalid)?;
        let session = claims
            .session(&self.audience)
            .ok_or(SessionRefused::Invalid)?;
        claims.check_times(now_s)?;
        Ok(session)
    }

    /// A token of these claims, signed with the first secret: for demos, tests, and backends in Rust.
    /// The claims are not checked here but where the token is used.
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
        let signature = self.first.clone().chain_update(&signed).finalize();
        let signature = URL_SAFE_NO_PAD.encode(signature.into_bytes());
        format!("{signed}.{signature}")
    }

    /// The payload of a token with a good signature and header.
    fn open(&self, token: &str) -> Option<Vec<u8>> {
        if token.len() > TOKEN_MAX_BYTES {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        // The signature comes first: what no one signed is not parsed.
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let is_signed = std::iter::once(&self.first).chain(&self.others).any(|key| {
            let mac = key.clone().chain_update(signed);
            mac.verify_slice(&signature).is_ok()
        });
        if !is_signed {
            return None;
        }
        let header = URL_SAFE_NO_PAD.decode(header).ok()?;
        let header: Header = parse(&header)?;
        if header.alg != ALGORITHM || header.crit.is_some() {
            return None;
        }
        URL_SAFE_NO_PAD.decode(payload).ok()
    }
}

/// The one algorithm. What the header says never chooses one, it only has to agree.
const ALGORITHM: &str = "HS256";

#[derive(Deserialize)]
struct Header {
    alg: String,
    /// Names what a verifier must understand (RFC 7515, 4.1.11). We understand none of it.
    #[serde(default, deserialize_with = "present")]
    crit: Option<Value>,
}

/// The claims that count. A claim that stands there twice is an error of serde's.
#[derive(Deserialize)]
struct Payload {
    aud: Audience,
    sub: String,
    /// Epoch seconds, with a fraction or without (RFC 7519, 2, NumericDate).
    exp: f64,
    #[serde(default, deserialize_with = "present")]
    nbf: Option<f64>,
    #[serde(default, deserialize_with = "present")]
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
    /// What is said, times aside; `None` where it may not be said so.
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

    fn check_times(&self, now_s: u64) -> Result<(), SessionRefused> {
        // Whole seconds of this and the next million years are exact in an f64.
        let from_now = |time: f64| time - now_s as f64;
        let leeway = LEEWAY_S as f64;
        let begins = [self.nbf, self.iat].into_iter().flatten();
        if begins.map(from_now).any(|seconds| seconds > leeway)
            || from_now(self.exp) > LIFETIME_MAX_S as f64 + leeway
        {
            return Err(SessionRefused::Invalid);
        }
        if from_now(self.exp) <= -leeway {
            return Err(SessionRefused::Expired);
        }
        Ok(())
    }
}

/// No control character, and no space but the plain one.
fn is_printable(character: char) -> bool {
    character == ' ' || !(character.is_control() || character.is_whitespace())
}

/// Objects only: a derived `Deserialize` would take an array of the fields, too.
fn parse<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    let is_object = json.trim_ascii_start().starts_with(b"{");
    is_object.then(|| serde_json::from_slice(json).ok())?
}

/// A field that is there has a value: `null` is not the same as leaving it out.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests;
