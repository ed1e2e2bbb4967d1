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
        assert!(is_invalid(&verify(with("aud", aud.clone()))), "{aud}");
    }
    assert!(is_invalid(&verify(without("aud"))));
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
        assert!(is_invalid(&at(exp.clone())), "{exp}");
    }
    assert!(is_invalid(&verify(without("exp"))));
    let endless = r#"{"aud":"aurous-gateway","sub":"ada","exp":1e999}"#;
    assert!(is_invalid(&verify_text(HEADER, endless)));
}

#[test]
fn an_expired_token_that_breaks_another_rule_is_invalid() {
    let mut payload = with("exp", json!(0));
    payload["aud"] = json!("other");
    assert!(is_invalid(&verify(payload)));
    let token = keys(&[OLD]).sign(&Claims {
        expires_at: 0,
        ..claims("ada")
    });
    assert!(is_invalid(&keys(&[NEW]).verify(&token, NOW)));
}

#[test]
fn a_token_that_is_not_valid_yet_is_refused() {
    for claim in ["nbf", "iat"] {
        assert!(verify(with(claim, json!(NOW - 600))).is_ok());
        assert!(verify(with(claim, json!(NOW + LEEWAY_S))).is_ok());
        assert!(verify(with(claim, json!(NOW as f64 + 0.5))).is_ok());
        assert!(
            is_invalid(&verify(with(claim, json!(NOW + LEEWAY_S + 1)))),
            "{claim}"
        );
        for value in [json!(null), json!("0"), json!([])] {
            assert!(is_invalid(&verify(with(claim, value))), "{claim}");
        }
    }
}

#[test]
fn sub_is_a_name_that_can_be_seen_as_a_whole() {
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
        json!("a\u{200b}"),
        json!("\u{202e}ada"),
        json!("ada\u{a0}b"),
        json!("\u{e000}"),
        json!(" "),
        json!("ada "),
        json!(" ada"),
        json!(null),
        json!(17),
        json!(["ada"]),
        json!({ "id": "ada" }),
    ] {
        assert!(is_invalid(&verify(with("sub", sub.clone()))), "{sub}");
    }
    assert!(is_invalid(&verify(without("sub"))));
}

#[test]
fn a_visitor_named_anonymous_is_not_the_anonymous_subject() {
    let session = verify(with("sub", json!("anonymous"))).unwrap();
    assert_ne!(session.subject, Subject::Anonymous);
}

#[test]
fn characters_are_at_most_120_ids_of_the_api() {
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
        assert!(is_invalid(&verify(with("characters", characters))));
    }
}

#[test]
fn the_most_characters_and_the_longest_sub_fit_into_a_line_of_8_kb() {
    // As JSON takes the most bytes: other characters than ASCII are escaped, as Python does it, and a
    // space follows each comma and colon.
    let sub = r"\ud83d\ude00".repeat(SUBJECT_MAX_CHARS);
    let id = r#""char_01HXMQ7Z3K8Y2NABCDEFGHJKMR""#;
    let ids = [id; CHARACTERS_MAX].join(", ");
    let payload = format!(
        r#"{{"aud": "aurous-gateway", "sub": "{sub}", "exp": {}, "iat": {NOW}, "nbf": {NOW}, "characters": [{ids}]}}"#,
        NOW + 600
    );
    let keys = keys(&[NEW]);
    let token = keys.sign_json(r#"{"alg": "HS256", "typ": "JWT"}"#, &payload);
    let session = keys.verify(&token, NOW).unwrap();
    assert_eq!(session.characters.len(), CHARACTERS_MAX);
    let line = format!("Authorization: Bearer {token}\r\n");
    assert!(line.len() <= 8 * 1024, "{}", line.len());
    // A few more would not fit.
    let left = 8 * 1024 - line.len();
    assert!(left < 10 * id.len() * 4 / 3, "{left}");
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
        assert!(is_invalid(&verify_text(HEADER, &payload)), "{twice}");
    }
}

#[test]
fn an_unknown_claim_is_ignored() {
    assert!(verify(with("roles", json!({ "admin": [true] }))).is_ok());
}

#[test]
fn a_payload_that_is_not_an_object_is_refused() {
    for payload in ["", "{", "[]", "null", "{} {}", "\u{feff}{}"] {
        assert!(is_invalid(&verify_text(HEADER, payload)), "{payload:?}");
    }
    let good = with("sub", json!("ada")).to_string();
    assert!(is_invalid(&verify_text(HEADER, &format!("{good}x"))));
    let array = format!(r#"["aurous-gateway","ada",{}]"#, NOW + 600);
    assert!(is_invalid(&verify_text(HEADER, &array)));
}

/// Returns what the operator's log says of claims that are properly signed.
fn reason(payload: Value) -> &'static str {
    match verify(payload) {
        Err(Invalid(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_log_says_which_claim_is_wrong_and_how() {
    for (payload, expected) in [
        (without("aud"), "it has no `aud`"),
        (
            with("aud", json!("other")),
            "its `aud` is another one than --audience",
        ),
        (
            with("aud", json!(7)),
            "its `aud` is neither a text nor a list of texts",
        ),
        (without("sub"), "it has no `sub`"),
        (
            with("sub", json!(42)),
            "its `sub` is a number, and must be a text",
        ),
        (with("sub", json!(null)), "its `sub` is not a text"),
        (with("sub", json!("")), "its `sub` is empty"),
        (
            with("sub", json!("a".repeat(129))),
            "its `sub` has more than 128 characters",
        ),
        (
            with("sub", json!("a\n")),
            "its `sub` has a character that cannot be seen",
        ),
        (
            with("sub", json!("a\u{200d}")),
            "its `sub` has a character that cannot be seen",
        ),
        (
            with("sub", json!("a ")),
            "its `sub` begins or ends with a space",
        ),
        (without("exp"), "it has no `exp`"),
        (with("exp", json!("1")), "its `exp` is not a number"),
        (
            with("exp", json!((NOW + 600) * 1000)),
            "its `exp` is in milliseconds, and must be in seconds",
        ),
        (
            with("exp", json!((NOW - 600) * 1000)),
            "its `exp` is in milliseconds, and must be in seconds",
        ),
        (
            with("exp", json!(NOW + 3 * LIFETIME_MAX_S)),
            "its `exp` is more than 24 hours away",
        ),
        (
            with("nbf", json!(NOW + 600)),
            "its `nbf` lies in the future: compare the clocks",
        ),
        (with("nbf", json!("0")), "its `nbf` is not a number"),
        (
            with("iat", json!(NOW + 600)),
            "its `iat` lies in the future: compare the clocks",
        ),
        (with("iat", json!([])), "its `iat` is not a number"),
        (
            with("characters", json!("char_1")),
            "its `characters` are not a list",
        ),
        (
            with("characters", json!(vec!["a"; 121])),
            "its `characters` are more than 120",
        ),
        (
            with("characters", json!(["char_1.c2lnbmF0dXJl"])),
            "one of its `characters` is not an id of the API's, which has no signature behind a dot",
        ),
    ] {
        assert_eq!(reason(payload.clone()), expected, "{payload}");
    }
}
