//! The session token, which tells the gateway who a visitor is.
//!
//! It is a JWT (RFC 7519) signed with HS256 and nothing else: one HMAC, over one secret that the
//! backend and the gateway share. The few lines stand here because the usual libraries bring RSA and
//! elliptic curves along, and with them the choice of algorithm that has been every JWT library's
//! weak spot.

mod claims;
pub(crate) mod name;

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::keyring::Keyring;
use crate::rules::body::parse_object;
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

/// The ids of the longest claim `characters`. With ids of 31 characters, as the API makes them, and the
/// longest `sub`, so many fit into the 8 KB that proxies give a header's line.
pub const CHARACTERS_MAX: usize = 120;

/// The session that a valid token opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub subject: Subject,
    /// The claim `characters`: characters that the visitor may use although another subject, or the
    /// backend, made them.
    pub characters: Vec<VendorId>,
}

impl Session {
    /// Makes the session of a visitor whom the web app knows.
    ///
    /// # Errors
    /// The name has not 1 to 128 visible characters, or an id is none of the API's. Says which, as a
    /// sentence.
    pub fn of_app(subject: &str, characters: &[String]) -> Result<Self, &'static str> {
        let is_name =
            subject.chars().count() <= SUBJECT_MAX_CHARS && name::check_name(subject).is_ok();
        if !is_name {
            return Err(
                "The subject that `session` gave must have 1 to 128 visible characters, without spaces at the ends.",
            );
        }
        let characters = characters.iter().map(|id| VendorId::parse(id));
        let characters: Option<Vec<_>> = characters.collect();
        Ok(Self {
            subject: Subject::Visitor(subject.to_owned()),
            characters: characters.ok_or(
                "The `characters` that `session` gave must be ids of the API's, without a signature.",
            )?,
        })
    }
}

/// The claims of a session token.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    /// `sub`: 1 to 128 visible characters, without spaces at the ends.
    pub subject: String,
    /// `exp`: an epoch second, at most 24 hours away.
    pub expires_at: u64,
    /// `characters`: the API's ids of at most 120 characters that were made elsewhere.
    pub characters: Vec<String>,
}

/// Why a session token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionError {
    /// The web app's backend did not sign it, or not for this gateway, or it breaks a rule. Says for the
    /// log which one: fixed text, so that it can hold nothing of the token.
    Invalid(&'static str),
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
        let claims = self.open(token).and_then(|payload| {
            parse_object(&payload).map_err(|_| "its payload is no JSON object, or repeats a key")
        });
        let claims = claims.map_err(SessionError::Invalid)?;
        claims::check(&claims, &self.audience, now_s)
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
    fn open(&self, token: &str) -> Result<Vec<u8>, &'static str> {
        if token.len() > TOKEN_MAX_BYTES {
            return Err("it has more than 8 KB");
        }
        let parts = token.rsplit_once('.');
        let parts = parts
            .and_then(|(signed, signature)| Some((signed, signed.split_once('.')?, signature)));
        let Some((signed, (header, payload), signature)) = parts else {
            return Err("it is no JWT, which has three parts with dots between them");
        };
        // Read before the signature is checked, and used for a refusal alone: where the backend signs with
        // another algorithm, the log says so, and not that the secret is wrong.
        check_header(header)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
        let is_signed = self.macs.all().any(|mac| {
            let mac = mac.clone().chain_update(signed);
            mac.verify_slice(&signature).is_ok()
        });
        if !is_signed {
            return Err("its signature fits none of AUROUS_SESSION_SECRETS");
        }
        URL_SAFE_NO_PAD
            .decode(payload)
            .map_err(|_| "its payload is not in base64url")
    }
}

/// The one algorithm. A header never chooses it, it can only agree.
const ALGORITHM: &str = "HS256";

fn check_header(header: &str) -> Result<(), &'static str> {
    let header = URL_SAFE_NO_PAD.decode(header).ok();
    let Some(header) = header.and_then(|header| parse_object(&header).ok()) else {
        return Err("its header is no JSON object in base64url, or repeats a key");
    };
    if header.get("alg").and_then(Value::as_str) != Some(ALGORITHM) {
        return Err("its `alg` is not HS256");
    }
    // The extensions that a verifier must understand (RFC 7515, 4.1.11). This one understands none.
    if header.contains_key("crit") {
        return Err("its header has `crit`, which the gateway does not understand");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
