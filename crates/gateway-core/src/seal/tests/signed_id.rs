use super::*;

#[test]
fn a_signed_upload_id_is_its_owners_until_it_expires() {
    let ada = visitor("ada");
    let signed = our_keys().sign_upload_id(&id("upl_1"), &ada, LATER);
    assert!(signed.starts_with("upl_1."));
    let verify = |subject: &Subject, now| our_keys().verify_upload_id(&signed, subject, now);
    assert_eq!(verify(&ada, LATER - 1), Some(id("upl_1")));
    assert_eq!(verify(&ada, LATER), None);
    assert_eq!(verify(&visitor("eve"), NOW), None);
    assert_eq!(verify(&Subject::Anonymous, NOW), None);
    for text in corrupted(&signed) {
        assert_eq!(
            our_keys().verify_upload_id(&text, &ada, NOW),
            None,
            "{text}"
        );
    }
    for keys in foreign_keys() {
        assert_eq!(keys.verify_upload_id(&signed, &ada, NOW), None, "{keys:?}");
    }
}

#[test]
fn a_signed_character_id_is_its_owners_for_good() {
    let ada = visitor("ada");
    let signed = our_keys().sign_character_id(&id("char_1"), &ada);
    let verify = |text: &str, subject: &Subject| our_keys().verify_character_id(text, subject);
    assert_eq!(verify(&signed, &ada), Some(id("char_1")));
    assert_eq!(verify(&signed, &visitor("eve")), None);
    assert_eq!(verify(&signed, &Subject::Anonymous), None);
    for text in corrupted(&signed) {
        assert_eq!(verify(&text, &ada), None, "{text}");
    }
    for keys in foreign_keys() {
        assert_eq!(keys.verify_character_id(&signed, &ada), None, "{keys:?}");
    }
}

#[test]
fn an_id_without_a_signature_is_refused() {
    for text in [
        "upl_1",
        "upl_1.",
        ".",
        "",
        "upl_1.AAAA",
        "upl_1..",
        "../a.AAAA",
    ] {
        let ada = visitor("ada");
        assert_eq!(our_keys().verify_upload_id(text, &ada, NOW), None, "{text}");
        assert_eq!(our_keys().verify_character_id(text, &ada), None, "{text}");
    }
}

#[test]
fn an_upload_id_is_no_character_id_and_the_reverse() {
    let ada = visitor("ada");
    let upload = our_keys().sign_upload_id(&id("x"), &ada, LATER);
    let character = our_keys().sign_character_id(&id("x"), &ada);
    assert_eq!(our_keys().verify_character_id(&upload, &ada), None);
    assert_eq!(our_keys().verify_upload_id(&character, &ada, NOW), None);
    // Not even with a signature that is cut to the other's length.
    let (_, signature) = upload.split_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let cut = format!("x.{}", URL_SAFE_NO_PAD.encode(&signature[4..]));
    assert_eq!(our_keys().verify_character_id(&cut, &ada), None);
}

#[test]
fn an_expiry_past_2106_is_2106() {
    let ada = visitor("ada");
    let signed = our_keys().sign_upload_id(&id("upl_1"), &ada, u64::MAX);
    let verify = |now| our_keys().verify_upload_id(&signed, &ada, now);
    assert!(verify(u64::from(u32::MAX) - 1).is_some());
    assert!(verify(u64::from(u32::MAX)).is_none());
}
