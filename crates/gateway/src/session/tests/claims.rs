//! The rules for the claims.

use super::*;

#[test]
fn the_audience_is_this_gateway_alone_or_among_others() {
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
fn a_token_expires_half_a_minute_after_exp() {
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
fn exp_is_a_number_at_most_a_day_away() {
    let at = |exp: Value| verify(with("exp", exp));
    assert!(at(json!(NOW + LIFETIME_MAX_S)).is_ok());
    assert!(at(json!(NOW as f64 + 600.25)).is_ok());
    for exp in [
        json!(NOW + LIFETIME_MAX_S + LEEWAY_S + 1),
        // In milliseconds, as JavaScript counts time.
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
fn an_expired_token_that_breaks_another_rule_is_invalid() {
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
fn a_token_that_is_not_valid_yet_is_refused() {
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
fn a_visitor_named_anonymous_is_not_the_anonymous_subject() {
    let session = verify(with("sub", json!("anonymous"))).unwrap();
    assert_ne!(session.subject, Subject::Anonymous);
}

#[test]
fn characters_are_at_most_a_thousand_ids_of_the_api() {
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
fn a_repeated_claim_is_refused() {
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
fn an_unknown_claim_is_ignored() {
    assert!(verify(with("roles", json!({ "admin": [true] }))).is_ok());
}

#[test]
fn a_payload_that_is_not_an_object_is_refused() {
    for payload in ["", "{", "[]", "null", "{} {}", "\u{feff}{}"] {
        assert_eq!(verify_text(HEADER, payload), Err(Invalid), "{payload:?}");
    }
    let good = with("sub", json!("ada")).to_string();
    assert_eq!(verify_text(HEADER, &format!("{good}x")), Err(Invalid));
    let array = format!(r#"["aurous-gateway","ada",{}]"#, NOW + 600);
    assert_eq!(verify_text(HEADER, &array), Err(Invalid));
}
