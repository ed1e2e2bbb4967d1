//! How a backend in Rust mints a session token: with HMAC-SHA256 and JSON, and no crate of this project.
//!
//! `AUROUS_SESSION_SECRETS=… cargo run -p aurous-gateway --example mint_session_token -- SUBJECT`

use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

fn main() -> Result<(), Box<dyn Error>> {
    let secrets = std::env::var("AUROUS_SESSION_SECRETS")?;
    let secret = secrets.split([',', '\n']).map(str::trim).next();
    let subject = std::env::args().nth(1).ok_or("give the visitor's name")?;
    let expires = SystemTime::now() + Duration::from_secs(10 * 60);
    let expires_at = expires.duration_since(UNIX_EPOCH)?.as_secs();
    println!(
        "{}",
        mint(secret.unwrap_or_default(), &subject, expires_at)?
    );
    Ok(())
}

/// Makes a JWT with HS256. `subject` identifies the visitor: best, it is the id of the user.
pub fn mint(secret: &str, subject: &str, expires_at: u64) -> Result<String, Box<dyn Error>> {
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    let claims = json!({ "aud": "aurous-gateway", "sub": subject, "exp": expires_at });
    let [header, claims] = [header, claims].map(|it| URL_SAFE_NO_PAD.encode(it.to_string()));
    let signed = format!("{header}.{claims}");
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?.chain_update(&signed);
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    Ok(format!("{signed}.{signature}"))
}
