//! A backend can mint a session token without any crate of this project.

use aurous_gateway::Secret;
use aurous_gateway::session::{SessionError, SessionKeys, Subject};

#[path = "../examples/mint_session_token.rs"]
#[expect(dead_code, reason = "its `main` is the example's")]
mod backend;

const SECRET: &str = "a secret of more than thirty-two bytes";

#[test]
fn a_token_of_the_example_opens_a_session() {
    let keys = SessionKeys::new(&[Secret::new(SECRET)], "aurous-gateway").unwrap();
    let token = backend::mint(SECRET, "ada", 1_000_600).unwrap();
    let session = keys.verify(&token, 1_000_000).unwrap();
    assert_eq!(session.subject, Subject::Visitor("ada".to_owned()));
    assert_eq!(keys.verify(&token, 1_002_000), Err(SessionError::Expired));
}
