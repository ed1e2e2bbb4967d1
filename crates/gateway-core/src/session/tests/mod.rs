mod claims;
mod signature;

use proptest::prelude::*;

use super::SessionError::{Expired, Invalid};
use super::*;

const NOW: u64 = 1_778_234_400;
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
const OLD: &str = "an old secret of more than thirty-two bytes";
const NEW: &str = "a new secret of more than thirty-two bytes!";

fn keys(secrets: &[&str]) -> SessionKeys {
    let secrets: Vec<_> = secrets.iter().copied().map(Secret::new).collect();
    SessionKeys::new(&secrets, "aurous-gateway").unwrap()
}

fn claims(subject: &str) -> Claims {
    Claims {
        subject: subject.to_owned(),
        expires_at: NOW + 600,
        characters: Vec::new(),
    }
}

/// Verifies claims that are properly signed.
fn verify(payload: Value) -> Result<Session, SessionError> {
    verify_text(HEADER, &payload.to_string())
}

fn verify_text(header: &str, payload: &str) -> Result<Session, SessionError> {
    let keys = keys(&[NEW]);
    keys.verify(&keys.sign_json(header, payload), NOW)
}

fn is_invalid(result: &Result<Session, SessionError>) -> bool {
    matches!(result, Err(Invalid(_)))
}

/// Returns good claims with one of them changed.
fn with(claim: &str, value: Value) -> Value {
    let mut payload = json!({ "aud": "aurous-gateway", "sub": "ada", "exp": NOW + 600 });
    payload[claim] = value;
    payload
}

fn without(claim: &str) -> Value {
    let mut payload = with("sub", json!("ada"));
    payload.as_object_mut().unwrap().remove(claim);
    payload
}

#[test]
fn a_signed_token_opens_its_session() {
    let mut claims = claims("ada");
    claims.characters = vec!["char_1".to_owned(), "char_2".to_owned()];
    let keys = keys(&[NEW]);
    let session = keys.verify(&keys.sign(&claims), NOW).unwrap();
    assert_eq!(session.subject, Subject::Visitor("ada".to_owned()));
    let characters: Vec<_> = session.characters.iter().map(VendorId::as_str).collect();
    assert_eq!(characters, ["char_1", "char_2"]);
}

#[test]
fn debug_shows_no_secret_and_no_name() {
    let session = verify(with("sub", json!("ada"))).unwrap();
    let text = format!("{:?} {session:?}", keys(&[NEW, OLD]));
    assert!(
        !text.contains("secret of") && !text.contains("ada"),
        "{text}"
    );
}

proptest! {
    #[test]
    fn every_signed_token_verifies(
        subject in "[!-~]|[!-~][ -~]{0,126}[!-~]",
        characters in proptest::collection::vec("[A-Za-z0-9_-]{1,40}", 0..20),
        ahead in 0..=LIFETIME_MAX_S,
    ) {
        let claims = Claims { subject: subject.clone(), expires_at: NOW + ahead, characters };
        let session = keys(&[NEW]).verify(&keys(&[NEW]).sign(&claims), NOW).unwrap();
        prop_assert_eq!(session.subject, Subject::Visitor(subject));
        let ids: Vec<_> = session.characters.iter().map(VendorId::to_string).collect();
        prop_assert_eq!(ids, claims.characters);
    }

    #[test]
    fn no_made_up_token_passes(token in "\\PC{0,200}|[A-Za-z0-9_-]{0,60}(\\.[A-Za-z0-9_-]{0,60}){0,4}") {
        prop_assert!(is_invalid(&keys(&[NEW]).verify(&token, NOW)));
    }
}
