//! The rules for header and signature.

use super::*;

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
    // It opens no session, though: it has neither `aud` nor `sub`.
    assert!(is_invalid(&keys.verify(token, 1_300_819_000)));
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
        assert!(is_invalid(&verify_text(header, &payload)), "{header}");
    }
}

#[test]
fn an_unsigned_token_is_refused() {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let payload = part(&with("sub", json!("ada")).to_string());
    for header in [r#"{"alg":"none"}"#, HEADER] {
        let token = format!("{}.{payload}.", part(header));
        assert!(is_invalid(&keys(&[NEW]).verify(&token, NOW)));
        let token = format!("{}.{payload}", part(header));
        assert!(is_invalid(&keys(&[NEW]).verify(&token, NOW)));
    }
}

#[test]
fn the_first_secret_signs_and_every_one_verifies() {
    let before = keys(&[OLD]).sign(&claims("ada"));
    let both = keys(&[NEW, OLD]);
    assert!(both.verify(&before, NOW).is_ok());
    let after = both.sign(&claims("ada"));
    assert!(keys(&[NEW]).verify(&after, NOW).is_ok());
    assert!(is_invalid(&keys(&[OLD]).verify(&after, NOW)));
    assert!(is_invalid(&keys(&[NEW]).verify(&before, NOW)));
}

#[test]
fn keys_need_a_secret() {
    assert!(SessionKeys::new(&[], "aurous-gateway").is_none());
}

#[test]
fn a_token_of_more_than_8_kb_is_refused() {
    let sized = |bytes: usize| {
        let payload = with("pad", json!("x".repeat(bytes)));
        keys(&[NEW]).sign_json(HEADER, &payload.to_string())
    };
    let (good, long) = (sized(5900), sized(6100));
    assert!(good.len() <= TOKEN_MAX_BYTES && long.len() > TOKEN_MAX_BYTES);
    assert!(keys(&[NEW]).verify(&good, NOW).is_ok());
    assert!(is_invalid(&keys(&[NEW]).verify(&long, NOW)));
}

#[test]
fn a_token_with_a_flipped_bit_is_refused() {
    let keys = keys(&[NEW]);
    let token = keys.sign(&claims("ada")).into_bytes();
    // All bits but the eighth, with which the token would be no UTF-8 text.
    for (index, bit) in (0..token.len()).flat_map(|index| (0..7).map(move |bit| (index, bit))) {
        let mut flipped = token.clone();
        flipped[index] ^= 1 << bit;
        let flipped = String::from_utf8(flipped).unwrap();
        assert!(is_invalid(&keys.verify(&flipped, NOW)), "{index} {bit}");
    }
}

#[test]
fn a_cut_or_longer_token_is_refused() {
    let keys = keys(&[NEW]);
    let token = keys.sign(&claims("ada"));
    for end in 0..token.len() {
        assert!(is_invalid(&keys.verify(&token[..end], NOW)), "{end}");
    }
    for more in ["A", "=", ".", ".A", " ", "\n"] {
        let longer = format!("{token}{more}");
        assert!(is_invalid(&keys.verify(&longer, NOW)), "{more:?}");
    }
}

#[test]
fn the_log_says_what_is_wrong_with_a_token_that_has_no_good_signature() {
    let good = keys(&[NEW]).sign(&claims("ada"));
    let payload = with("sub", json!("ada")).to_string();
    let ours = |header: &str| keys(&[NEW]).sign_json(header, &payload);
    for (token, expected) in [
        (
            "opaque-token".to_owned(),
            "it is no JWT, which has three parts with dots between them",
        ),
        (
            "a.b".to_owned(),
            "it is no JWT, which has three parts with dots between them",
        ),
        (
            "a.b.c".to_owned(),
            "its header is no JSON object in base64url, or repeats a key",
        ),
        ("x".repeat(TOKEN_MAX_BYTES + 1), "it has more than 8 KB"),
        (
            keys(&[OLD]).sign(&claims("ada")),
            "its signature fits none of AUROUS_SESSION_SECRETS",
        ),
        (
            format!("{good}="),
            "its signature fits none of AUROUS_SESSION_SECRETS",
        ),
        // As identity providers sign: the secret is not what is wrong.
        (
            keys(&[OLD]).sign_json(r#"{"alg":"RS256"}"#, &payload),
            "its `alg` is not HS256",
        ),
        (ours(r#"{"alg":"none"}"#), "its `alg` is not HS256"),
        (
            ours(r#"{"alg":"HS256","crit":["b64"]}"#),
            "its header has `crit`, which the gateway does not understand",
        ),
        (
            keys(&[NEW]).sign_json(HEADER, "[]"),
            "its payload is no JSON object, or repeats a key",
        ),
    ] {
        let refused = keys(&[NEW]).verify(&token, NOW);
        assert_eq!(refused, Err(Invalid(expected)), "{token}");
    }
}
