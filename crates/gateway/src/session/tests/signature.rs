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
    assert_eq!(keys(&[NEW]).verify(&long, NOW), Err(Invalid));
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
        assert_eq!(keys.verify(&flipped, NOW), Err(Invalid), "{index} {bit}");
    }
}

#[test]
fn a_cut_or_longer_token_is_refused() {
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
