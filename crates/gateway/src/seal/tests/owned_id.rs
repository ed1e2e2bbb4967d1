use super::*;

#[test]
fn an_owned_upload_is_its_owners_until_it_expires() {
    let ada = visitor("ada");
    let owned = our_keys().own_upload(&id("upl_1"), &ada, LATER);
    assert!(owned.starts_with("upl_1."));
    let disown = |subject: &Subject, now| our_keys().disown_upload(&owned, subject, now);
    assert_eq!(disown(&ada, LATER - 1), Some(id("upl_1")));
    assert_eq!(disown(&ada, LATER), None);
    assert_eq!(disown(&visitor("eve"), NOW), None);
    assert_eq!(disown(&Subject::Anonymous, NOW), None);
    for text in spoiled(&owned) {
        assert_eq!(our_keys().disown_upload(&text, &ada, NOW), None, "{text}");
    }
    for keys in foreign_keys() {
        assert_eq!(keys.disown_upload(&owned, &ada, NOW), None, "{keys:?}");
    }
}

#[test]
fn an_owned_character_is_its_owners_for_good() {
    let ada = visitor("ada");
    let owned = our_keys().own_character(&id("char_1"), &ada);
    let disown = |text: &str, subject: &Subject| our_keys().disown_character(text, subject);
    assert_eq!(disown(&owned, &ada), Some(id("char_1")));
    assert_eq!(disown(&owned, &visitor("eve")), None);
    assert_eq!(disown(&owned, &Subject::Anonymous), None);
    for text in spoiled(&owned) {
        assert_eq!(disown(&text, &ada), None, "{text}");
    }
    for keys in foreign_keys() {
        assert_eq!(keys.disown_character(&owned, &ada), None, "{keys:?}");
    }
}

#[test]
fn an_id_without_a_mark_is_no_ones() {
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
        assert_eq!(our_keys().disown_upload(text, &ada, NOW), None, "{text}");
        assert_eq!(our_keys().disown_character(text, &ada), None, "{text}");
    }
}

#[test]
fn an_upload_is_no_character_and_a_character_no_upload() {
    let ada = visitor("ada");
    let upload = our_keys().own_upload(&id("x"), &ada, LATER);
    let character = our_keys().own_character(&id("x"), &ada);
    assert_eq!(our_keys().disown_character(&upload, &ada), None);
    assert_eq!(our_keys().disown_upload(&character, &ada, NOW), None);
    // Nor with the marks fitted to each other's length.
    let (_, mark) = upload.split_once('.').unwrap();
    let mark = URL_SAFE_NO_PAD.decode(mark).unwrap();
    let fitted = format!("x.{}", URL_SAFE_NO_PAD.encode(&mark[4..]));
    assert_eq!(our_keys().disown_character(&fitted, &ada), None);
}

#[test]
fn an_expiry_past_2106_is_2106() {
    let ada = visitor("ada");
    let owned = our_keys().own_upload(&id("upl_1"), &ada, u64::MAX);
    let disown = |now| our_keys().disown_upload(&owned, &ada, now);
    assert!(disown(u64::from(u32::MAX) - 1).is_some());
    assert!(disown(u64::from(u32::MAX)).is_none());
}
