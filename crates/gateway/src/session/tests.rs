use proptest::prelude::*;

use super::SessionRefused::{Expired, Invalid};
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

/// What becomes of well-signed claims.
fn verify(payload: Value) -> Result<Session, SessionRefused> {
    verify_text(HEADER, &payload.to_string())
}

fn verify_text(header: &str, payload: &str) -> Result<Session, SessionRefused> {
    let keys = keys(&[NEW]);
    keys.verify(&keys.sign_json(header, payload), NOW)
}

/// Good claims, with one of them changed.
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
fn a_token_of_our_own_opens_its_session() {
    let mut claims = claims("ada");
    claims.characters = vec!["char_1".to_owned(), "char_2".to_owned()];
    let keys = keys(&[NEW]);
    let session = keys.verify(&keys.sign(&claims), NOW).unwrap();
    assert_eq!(session.subject, Subject::Visitor("ada".to_owned()));
    let characters: Vec<_> = session.characters.iter().map(VendorId::as_str).collect();
    assert_eq!(characters, ["char_1", "char_2"]);
}

#[test]
fn the_token_of_rfc_7515_appendix_a_1_has_a_good_signature() {
    let key =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9\
        .eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ\
        .dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let key = URL_SAFE_NO_PAD.decode(key).unwrap();
    let keys = SessionKeys::from_keys([key.as_slice()].into_iter(), "any").unwrap();
    let payload = keys.open(token).unwrap();
    assert!(payload.starts_with(b"{\"iss\":\"joe\""));
    // It is not for us, though: no `aud`, no `sub`.
    assert_eq!(keys.verify(token, 1_300_819_000), Err(Invalid));
}

#[test]
fn no_algorithm_but_hs256_passes_even_with_a_good_signature() {
    let payload = with("sub", json!("ada")).to_string();
    assert!(verify_text(r#"{"alg":"HS256"}"#, &payload).is_ok());
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":"RS256"}"#,
        r#"{"alg":"HS384"}"#,
        r#"{"alg":"HS512"}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"HS256 "}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":null}"#,
        r#"{"typ":"JWT"}"#,
        r#"{"alg":"none","alg":"HS256"}"#,
        r#"{"alg":"HS256","crit":["exp"]}"#,
        r#"{"alg":"HS256","crit":[]}"#,
        r#"{"alg":"HS256","crit":null}"#,
        r#"["HS256"]"#,
        r#""HS256""#,
        "",
        "{",
    ] {
        assert_eq!(verify_text(header, &payload), Err(Invalid), "{header}");
    }
}

#[test]
fn an_unsigned_token_is_refused() {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let payload = part(&with("sub", json!("ada")).to_string());
    for header in [r#"{"alg":"none"}"#, HEADER] {
        let token = format!("{}.{payload}.", part(header));
        assert_eq!(keys(&[NEW]).verify(&token, NOW), Err(Invalid));
        let token = format!("{}.{payload}", part(header));
        assert_eq!(keys(&[NEW]).verify(&token, NOW), Err(Invalid));
    }
}

#[test]
fn the_first_secret_signs_and_every_one_verifies() {
    let before = keys(&[OLD]).sign(&claims("ada"));
    let both = keys(&[NEW, OLD]);
    assert!(both.verify(&before, NOW).is_ok());
    let after = both.sign(&claims("ada"));
    assert!(keys(&[NEW]).verify(&after, NOW).is_ok());
    assert_eq!(keys(&[OLD]).verify(&after, NOW), Err(Invalid));
    assert_eq!(keys(&[NEW]).verify(&before, NOW), Err(Invalid));
}

#[test]
fn no_secret_makes_no_keys() {
    assert!(SessionKeys::new(&[], "aurous-gateway").is_none());
}

#[test]
fn the_audience_is_ours_or_one_of_several() {
    assert!(verify(with("aud", json!(["other", "aurous-gateway"]))).is_ok());
    for aud in [
        json!("other"),
        json!("Aurous-Gateway"),
        json!(""),
        json!([]),
        json!(["other"]),
        json!(null),
        json!(1),
        json!([1, "aurous-gateway"]),
    ] {
        assert_eq!(verify(with("aud", aud.clone())), Err(Invalid), "{aud}");
    }
    assert_eq!(verify(without("aud")), Err(Invalid));
}

#[test]
fn a_token_ends_half_a_minute_after_exp() {
    let at = |exp: Value| verify(with("exp", exp));
    assert!(at(json!(NOW)).is_ok());
    assert!(at(json!(NOW - 29)).is_ok());
    assert!(at(json!(NOW as f64 - 29.5)).is_ok());
    assert_eq!(at(json!(NOW - 30)), Err(Expired));
    assert_eq!(at(json!(NOW as f64 - 30.5)), Err(Expired));
    assert_eq!(at(json!(0)), Err(Expired));
    assert_eq!(at(json!(-1)), Err(Expired));
}

#[test]
fn exp_is_there_is_a_number_and_is_at_most_a_day_away() {
    let at = |exp: Value| verify(with("exp", exp));
    assert!(at(json!(NOW + LIFETIME_MAX_S)).is_ok());
    assert!(at(json!(NOW as f64 + 600.25)).is_ok());
    for exp in [
        json!(NOW + LIFETIME_MAX_S + LEEWAY_S + 1),
        // Milliseconds, as JavaScript counts.
        json!((NOW + 600) * 1000),
        json!(u64::MAX),
        json!(f64::MAX),
        json!((NOW + 600).to_string()),
        json!(null),
        json!(true),
        json!([NOW + 600]),
    ] {
        assert_eq!(at(exp.clone()), Err(Invalid), "{exp}");
    }
    assert_eq!(verify(without("exp")), Err(Invalid));
    let endless = r#"{"aud":"aurous-gateway","sub":"ada","exp":1e999}"#;
    assert_eq!(verify_text(HEADER, endless), Err(Invalid));
}

#[test]
fn a_token_that_is_wrong_in_another_way_too_is_not_called_expired() {
    let mut payload = with("exp", json!(0));
    payload["aud"] = json!("other");
    assert_eq!(verify(payload), Err(Invalid));
    let token = keys(&[OLD]).sign(&Claims {
        expires_at: 0,
        ..claims("ada")
    });
    assert_eq!(keys(&[NEW]).verify(&token, NOW), Err(Invalid));
}

#[test]
fn a_token_of_the_future_is_refused() {
    for claim in ["nbf", "iat"] {
        assert!(verify(with(claim, json!(NOW - 600))).is_ok());
        assert!(verify(with(claim, json!(NOW + LEEWAY_S))).is_ok());
        assert!(verify(with(claim, json!(NOW as f64 + 0.5))).is_ok());
        assert_eq!(
            verify(with(claim, json!(NOW + LEEWAY_S + 1))),
            Err(Invalid),
            "{claim}"
        );
        for value in [json!(null), json!("0"), json!([])] {
            assert_eq!(verify(with(claim, value)), Err(Invalid), "{claim}");
        }
    }
}

#[test]
fn sub_is_a_printable_name() {
    for sub in [
        "a",
        "ada@example.com",
        "user 17",
        "Ådne 李",
        &"é".repeat(SUBJECT_MAX_CHARS),
    ] {
        let session = verify(with("sub", json!(sub))).unwrap();
        assert_eq!(session.subject, Subject::Visitor(sub.to_owned()));
    }
    for sub in [
        json!(""),
        json!("a".repeat(SUBJECT_MAX_CHARS + 1)),
        json!("a\nb"),
        json!("a\u{0}"),
        json!("a\u{7f}"),
        json!("a\u{85}"),
        json!("a\u{2028}b"),
        json!(null),
        json!(17),
        json!(["ada"]),
        json!({ "id": "ada" }),
    ] {
        assert_eq!(verify(with("sub", sub.clone())), Err(Invalid), "{sub}");
    }
    assert_eq!(verify(without("sub")), Err(Invalid));
}

#[test]
fn a_visitor_named_anonymous_is_not_the_anonymous_one() {
    let session = verify(with("sub", json!("anonymous"))).unwrap();
    assert_ne!(session.subject, Subject::Anonymous);
}

#[test]
fn characters_are_ids_of_the_apis_at_most_a_thousand() {
    let most = vec!["a"; CHARACTERS_MAX];
    let session = verify(with("characters", json!(most))).unwrap();
    assert_eq!(session.characters.len(), CHARACTERS_MAX);
    for characters in [
        json!(vec!["a"; CHARACTERS_MAX + 1]),
        json!(["char_1", "../admin"]),
        json!([""]),
        json!([1]),
        json!("char_1"),
        json!({}),
        json!(null),
    ] {
        assert_eq!(verify(with("characters", characters)), Err(Invalid));
    }
}

#[test]
fn a_claim_that_stands_there_twice_is_refused() {
    for twice in [
        r#""sub":"eve""#,
        r#""aud":"aurous-gateway""#,
        r#""exp":1778235000"#,
        r#""characters":[],"characters":[]"#,
    ] {
        let payload = format!(r#"{{"aud":"aurous-gateway","sub":"ada","exp":1778235000,{twice}}}"#);
        assert_eq!(verify_text(HEADER, &payload), Err(Invalid), "{twice}");
    }
}

#[test]
fn claims_that_do_not_count_do_no_harm() {
    assert!(verify(with("roles", json!({ "admin": [true] }))).is_ok());
}

#[test]
fn what_is_not_an_object_of_claims_is_refused() {
    for payload in ["", "{", "[]", "null", "{} {}", "\u{feff}{}"] {
        assert_eq!(verify_text(HEADER, payload), Err(Invalid), "{payload:?}");
    }
    let good = with("sub", json!("ada")).to_string();
    assert_eq!(verify_text(HEADER, &format!("{good}x")), Err(Invalid));
    let array = format!(r#"["aurous-gateway","ada",{}]"#, NOW + 600);
    assert_eq!(verify_text(HEADER, &array), Err(Invalid));
}

#[test]
fn a_token_of_more_than_8_kb_is_not_looked_at() {
    let sized = |bytes: usize| {
        let payload = with("pad", json!("x".repeat(bytes)));
        keys(&[NEW]).sign_json(HEADER, &payload.to_string())
    };
    let (good, long) = (sized(5900), sized(6100));
    assert!(good.len() <= TOKEN_MAX_BYTES && long.len() > TOKEN_MAX_BYTES);
    assert!(keys(&[NEW]).verify(&good, NOW).is_ok());
    assert_eq!(keys(&[NEW]).verify(&long, NOW), Err(Invalid));
}

#[test]
fn every_change_of_a_single_bit_is_refused() {
    let keys = keys(&[NEW]);
    let token = keys.sign(&claims("ada")).into_bytes();
    // Not the eighth: text with it would be no UTF-8, and a header with it no text.
    for (index, bit) in (0..token.len()).flat_map(|index| (0..7).map(move |bit| (index, bit))) {
        let mut flipped = token.clone();
        flipped[index] ^= 1 << bit;
        let flipped = String::from_utf8(flipped).unwrap();
        assert_eq!(keys.verify(&flipped, NOW), Err(Invalid), "{index} {bit}");
    }
}

#[test]
fn a_cut_or_lengthened_token_is_refused() {
    let keys = keys(&[NEW]);
    let token = keys.sign(&claims("ada"));
    for end in 0..token.len() {
        assert_eq!(keys.verify(&token[..end], NOW), Err(Invalid), "{end}");
    }
    for more in ["A", "=", ".", ".A", " ", "\n"] {
        let longer = format!("{token}{more}");
        assert_eq!(keys.verify(&longer, NOW), Err(Invalid), "{more:?}");
    }
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
    fn what_is_signed_verifies(
        subject in "[ -~]{1,128}",
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
        prop_assert_eq!(keys(&[NEW]).verify(&token, NOW), Err(Invalid));
    }
}
