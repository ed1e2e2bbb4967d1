//! Session tokens and upload tokens, of this deployment or another.

use std::time::{SystemTime, UNIX_EPOCH};

use aurous_contract::image::ContentType;
use aurous_gateway::Secret;
use aurous_gateway::seal::{SealedUpload, SealingKeys};
use aurous_gateway::session::Subject;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

pub const AUDIENCE: &str = "aurous-gateway";
/// The first signs, both verify.
pub const SESSION_SECRETS: [&str; 2] = [
    "5e2b0f6c1d9a4873b6e0f51c8a7d24e93b5f60718c2d4ea9",
    "a90c4d71e2b85f3604d7c18eb92f6a50d3e7410b8f5c96a2",
];
/// The first seals, both open.
pub const SEALING_SECRETS: [&str; 2] = [
    "c47a19e03fd8b2561c90ea7f4d3b8265f01e9c7a5b82d346",
    "18f5d2c09b7e43a6e1d05f8c2a97b364d80c5e1f7a2946bd",
];
pub const FOREIGN_SECRET: &str = "77b3e0d5192c4fa86e01d7c9b25f38a4609ed1c7f23b854e";

/// Returns the epoch second.
pub fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap().as_secs()
}

/// Makes a JWT of any header and claims, with a signature as in HS256.
pub fn jwt(header: &Value, claims: &str, secret: &str) -> String {
    let signed = [
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims),
    ]
    .join(".");
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let signature = mac.chain_update(&signed).finalize().into_bytes();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

pub fn hs256() -> Value {
    json!({ "alg": "HS256", "typ": "JWT" })
}

/// Makes the claims of a good session that lasts ten minutes.
pub fn claims(subject: &str) -> Value {
    json!({ "aud": AUDIENCE, "sub": subject, "exp": now() + 600 })
}

/// Makes a token of these claims, signed by the backend.
pub fn signed(claims: &Value) -> String {
    jwt(&hs256(), &claims.to_string(), SESSION_SECRETS[0])
}

pub fn session(subject: &str) -> String {
    signed(&claims(subject))
}

/// Makes the token of a good session with one claim changed.
pub fn session_with(claim: &str, value: Value) -> String {
    let mut claims = claims("alice");
    claims[claim] = value;
    signed(&claims)
}

pub fn session_without(claim: &str) -> String {
    let mut claims = claims("alice");
    claims.as_object_mut().unwrap().remove(claim);
    signed(&claims)
}

pub fn alice() -> Subject {
    Subject::Visitor("alice".to_owned())
}

/// Returns the keys of a deployment with these sealing secrets, for an API at this origin.
pub fn sealing(secrets: &[&str], api_origin: &str) -> SealingKeys {
    let secrets: Vec<_> = secrets.iter().copied().map(Secret::new).collect();
    SealingKeys::new(&secrets, api_origin).unwrap()
}

/// Makes an upload token of Alice's for a JPEG.
pub fn upload_token(sealing: &SealingKeys, url: &str, expires_at_s: u64) -> String {
    let upload = SealedUpload {
        url: url.to_owned(),
        content_type: ContentType::Jpeg,
        size: None,
        expires_at_s,
        subject: sealing.subject_tag(&alice()),
    };
    sealing.seal_upload(&upload).unwrap()
}
