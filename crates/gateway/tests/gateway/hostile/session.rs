//! Session tokens that are missing or invalid: the visitor gets 401, and nothing goes upstream.

use aurous_emulator::Operation;
use serde_json::json;

use crate::harness::request::Request;
use crate::harness::stage::{INIT, Stage};
use crate::harness::visitor::{
    FOREIGN_SECRET, SEALING_SECRETS, SESSION_SECRETS, claims, hs256, jwt, now, session,
    session_with, session_without, signed,
};
use crate::target;

fn with(stage: &Stage, token: &str) -> Request {
    let bearer = stage.bearing(token);
    stage.init().with("Authorization", &bearer)
}

/// Puts another header before the payload and signature of a good token.
fn with_header(header: &serde_json::Value) -> String {
    let good = session("alice");
    let other = jwt(header, "{}", FOREIGN_SECRET);
    let (header, _) = other.split_once('.').unwrap();
    let (_, rest) = good.split_once('.').unwrap();
    format!("{header}.{rest}")
}

refused! {
    without_a_session => 401 "gateway_session_missing":
        |stage| stage.init().without("Authorization");
    an_empty_bearer => 401 "gateway_session_invalid":
        |stage| stage.init().with("Authorization", "Bearer");
    a_password_instead_of_a_token => 401 "gateway_session_invalid":
        |stage| stage.init().with("Authorization", "Basic YWxpY2U6cGFzc3dvcmQ=");
    a_token_without_a_scheme => 401 "gateway_session_invalid":
        |stage| stage.init().with("Authorization", &session("alice"));
    an_expired_session => 401 "gateway_session_expired":
        |stage| with(stage, &session_with("exp", json!(now() - 31)));
    an_unsigned_token => 401 "gateway_session_invalid": |stage| {
        let token = jwt(&json!({ "alg": "none" }), &claims("alice").to_string(), FOREIGN_SECRET);
        let (unsigned, _) = token.rsplit_once('.').unwrap();
        with(stage, &format!("{unsigned}."))
    };
    an_unsigned_token_without_its_last_dot => 401 "gateway_session_invalid": |stage| {
        let token = session("alice");
        with(stage, token.rsplit_once('.').unwrap().0)
    };
    a_token_with_the_algorithm_none_and_a_signature => 401 "gateway_session_invalid": |stage| {
        let claims = claims("alice").to_string();
        with(stage, &jwt(&json!({ "alg": "none" }), &claims, SESSION_SECRETS[0]))
    };
    a_good_signature_under_another_header => 401 "gateway_session_invalid":
        |stage| with(stage, &with_header(&json!({ "alg": "none" })));
    another_hmac => 401 "gateway_session_invalid": |stage| {
        let claims = claims("alice").to_string();
        with(stage, &jwt(&json!({ "alg": "HS512" }), &claims, SESSION_SECRETS[0]))
    };
    an_algorithm_with_a_public_key => 401 "gateway_session_invalid": |stage| {
        let claims = claims("alice").to_string();
        with(stage, &jwt(&json!({ "alg": "RS256" }), &claims, SESSION_SECRETS[0]))
    };
    an_algorithm_in_another_spelling => 401 "gateway_session_invalid": |stage| {
        let claims = claims("alice").to_string();
        with(stage, &jwt(&json!({ "alg": "hs256" }), &claims, SESSION_SECRETS[0]))
    };
    a_header_that_must_be_understood => 401 "gateway_session_invalid": |stage| {
        let header = json!({ "alg": "HS256", "crit": ["exp"] });
        with(stage, &jwt(&header, &claims("alice").to_string(), SESSION_SECRETS[0]))
    };
    a_session_signed_with_another_key => 401 "gateway_session_invalid":
        |stage| with(stage, &jwt(&hs256(), &claims("alice").to_string(), FOREIGN_SECRET));
    a_session_signed_with_a_sealing_secret => 401 "gateway_session_invalid":
        |stage| with(stage, &jwt(&hs256(), &claims("alice").to_string(), SEALING_SECRETS[0]));
    a_session_signed_with_the_api_key => 401 "gateway_session_invalid": |stage| {
        let claims = claims("alice").to_string();
        with(stage, &jwt(&hs256(), &claims, stage.emulator().api_key()))
    };
    a_session_signed_with_nothing => 401 "gateway_session_invalid":
        |stage| with(stage, &jwt(&hs256(), &claims("alice").to_string(), ""));
    another_audience => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("aud", json!("somebody-else")));
    an_audience_that_is_split => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("aud", json!(["aurous", "gateway"])));
    the_default_audience_where_another_is_set ["--audience", "our-gateway"] => 401 "gateway_session_invalid":
        |stage| stage.init();
    no_audience => 401 "gateway_session_invalid": |stage| with(stage, &session_without("aud"));
    no_expiry => 401 "gateway_session_invalid": |stage| with(stage, &session_without("exp"));
    an_expiry_in_ten_years => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("exp", json!(now() + 10 * 365 * 24 * 3600)));
    an_expiry_in_two_days => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("exp", json!(now() + 2 * 24 * 3600)));
    an_expiry_that_is_text => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("exp", json!((now() + 60).to_string())));
    an_expiry_that_is_null => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("exp", json!(null)));
    a_session_that_begins_in_an_hour => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("nbf", json!(now() + 3600)));
    a_session_issued_in_an_hour => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("iat", json!(now() + 3600)));
    no_subject => 401 "gateway_session_invalid": |stage| with(stage, &session_without("sub"));
    an_empty_subject => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("sub", json!("")));
    a_subject_of_129_characters => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("sub", json!("a".repeat(129))));
    a_subject_of_two_lines => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("sub", json!("alice\nbob")));
    a_subject_with_a_character_of_no_width => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("sub", json!("ali\u{200b}ce")));
    a_subject_that_is_reordered => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("sub", json!("\u{202e}ecila")));
    a_subject_with_a_filler => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("sub", json!("alice\u{3164}")));
    a_subject_with_a_private_character => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("sub", json!("alice\u{e000}")));
    a_subject_with_a_space_at_its_end => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("sub", json!("alice ")));
    a_subject_of_spaces => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("sub", json!("   ")));
    an_audience_with_a_character_of_no_width => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("aud", json!("aurous-gateway\u{200b}")));
    a_claim_to_121_characters => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("characters", json!(vec!["char_1"; 121])));
    a_subject_that_is_a_number => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("sub", json!(1)));
    a_repeated_subject => 401 "gateway_session_invalid": |stage| {
        let claims = claims("alice").to_string().replacen('{', r#"{"sub":"bob","#, 1);
        with(stage, &jwt(&hs256(), &claims, SESSION_SECRETS[0]))
    };
    claims_that_are_a_list => 401 "gateway_session_invalid": |stage| {
        let claims = json!(["aurous-gateway", "alice", now() + 60]).to_string();
        with(stage, &jwt(&hs256(), &claims, SESSION_SECRETS[0]))
    };
    a_claim_to_a_character_that_is_a_path => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("characters", json!(["../admin"])));
    a_token_of_nine_kilobytes => 401 "gateway_session_invalid":
        |stage| with(stage, &session_with("padding", json!("x".repeat(9 * 1024))));
    something_after_the_token => 401 "gateway_session_invalid":
        |stage| with(stage, &format!("{} again", session("alice")));
    the_api_key_as_a_session => 401 "gateway_session_invalid":
        |stage| with(stage, stage.emulator().api_key());
    a_session_in_a_cookie => 401 "gateway_session_missing": |stage| {
        let cookie = format!("session={0}; Authorization=Bearer {0}", session("alice"));
        stage.init().without("Authorization").header("Cookie", &cookie)
    };
    a_session_in_the_query => 401 "gateway_session_missing": |stage| {
        let query = format!("/aurous{INIT}?access_token={}", session("alice"));
        stage.init().without("Authorization").to(&query)
    };
    two_sessions_at_once => 401 "gateway_session_invalid": |stage| {
        let second = stage.bearer("bob");
        stage.init().header("Authorization", &second)
    };
    a_bad_session_where_none_is_needed ["--allow-anonymous"] => 401 "gateway_session_invalid":
        |stage| with(stage, &jwt(&hs256(), &claims("alice").to_string(), FOREIGN_SECRET));
    an_expired_session_where_none_is_needed ["--allow-anonymous"] => 401 "gateway_session_expired":
        |stage| with(stage, &session_with("exp", json!(now() - 31)));
}

#[test]
fn the_log_says_what_is_wrong_with_a_token_and_the_visitor_gets_one_sentence() {
    let stage = Stage::new();
    let foreign = jwt(&hs256(), &claims("alice").to_string(), FOREIGN_SECRET);
    let unsigned = format!("its signature fits none of {}", target::SESSION_SECRETS);
    let mut sentences = Vec::new();
    for (token, reason) in [
        (
            session_with("sub", json!(42)),
            "its `sub` is a number, and must be a text",
        ),
        (
            session_with("exp", json!((now() + 600) * 1000)),
            "its `exp` is in milliseconds, and must be in seconds",
        ),
        (session_without("aud"), "it has no `aud`"),
        (
            session_with("sub", json!("ali\u{2060}ce")),
            "its `sub` has a character that cannot be seen",
        ),
        (
            session_with("sub", json!(" alice")),
            "its `sub` begins or ends with a space",
        ),
        (
            session_with("characters", json!(vec!["char_1"; 121])),
            "its `characters` are more than 120",
        ),
        (foreign, unsigned.as_str()),
    ] {
        let answer = stage.send(&with(&stage, &token));
        answer.assert_refusal(401, "gateway_session_invalid");
        sentences.push(answer.text("/error/message"));
        let line = stage.program().logged(answer.header("aurous-request-id"));
        assert_eq!(line["reason"], reason);
    }
    sentences.dedup();
    assert_eq!(sentences.len(), 1);
    stage.finish();
}

#[test]
fn a_token_with_any_changed_character_opens_no_session() {
    let stage = Stage::new();
    let good = session("alice");
    for place in 0..good.len() {
        let mut changed = good.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let request = with(&stage, std::str::from_utf8(&changed).unwrap());
        let answer = stage.send(&request);
        answer.assert_refusal(401, "gateway_session_invalid");
    }
    stage.assert_upstream(&[]);
    stage.finish();
}

#[test]
fn every_session_secret_and_an_audience_among_others_open_sessions() {
    let stage = Stage::new();
    let second = jwt(&hs256(), &claims("alice").to_string(), SESSION_SECRETS[1]);
    let several = session_with("aud", json!(["another", "aurous-gateway"]));
    let just_expired = session_with("exp", json!(now() - 20));
    for token in [second, several, just_expired, signed(&claims("bob"))] {
        stage.send(&with(&stage, &token)).assert_status(201);
    }
    stage.assert_upstream(&[Operation::Init; 4]);
    stage.finish();
}
