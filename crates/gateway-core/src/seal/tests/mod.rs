mod signed_id;
mod upload_token;

use std::num::NonZeroU64;

use aurous_contract::image::ContentType;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use super::*;
use crate::secret::Secret;
use crate::subject::Subject;

const NOW: u64 = 1_778_234_400;
const LATER: u64 = NOW + 900;
const API: &str = "https://api.aurous-labs.com";
const OLD: &str = "an old secret of more than thirty-two bytes";
const NEW: &str = "a new secret of more than thirty-two bytes!";

fn keys(secrets: &[&str], api_origin: &str) -> SealingKeys {
    let secrets: Vec<_> = secrets.iter().copied().map(Secret::new).collect();
    SealingKeys::new(&secrets, api_origin).unwrap()
}

fn our_keys() -> SealingKeys {
    keys(&[NEW], API)
}

/// Keys with which nothing of this deployment may open.
fn foreign_keys() -> [SealingKeys; 3] {
    [
        keys(&[OLD], API),
        keys(&[NEW], "https://sandbox.aurous-labs.com"),
        keys(&[NEW], "http://api.aurous-labs.com"),
    ]
}

fn visitor(name: &str) -> Subject {
    Subject::Visitor(name.to_owned())
}

fn id(text: &str) -> VendorId {
    VendorId::parse(text).unwrap()
}

fn upload(url: &str) -> SealedUpload {
    SealedUpload {
        url: url.to_owned(),
        content_type: ContentType::Png,
        size: None,
        expires_at_s: LATER,
        subject: our_keys().subject_tag(&visitor("ada")),
    }
}

/// Returns the text with each single bit flipped, as far as it stays text; cut at each place; and with
/// more at its end.
fn corrupted(text: &str) -> impl Iterator<Item = String> {
    let flips = (0..text.len()).flat_map(|index| (0..7).map(move |bit| (index, bit)));
    let flipped = flips.map(move |(index, bit)| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[index] ^= 1 << bit;
        String::from_utf8(bytes).unwrap()
    });
    let cut = (0..text.len()).map(|end| text[..end].to_owned());
    let longer = ["A", "AAAA", "=", ".", " ", "\n"].map(|more| format!("{text}{more}"));
    flipped.chain(cut).chain(longer)
}

#[test]
fn the_anonymous_subject_and_a_visitor_named_anonymous_share_nothing() {
    let (anonymous, visitor) = (Subject::Anonymous, visitor("anonymous"));
    let keys = our_keys();
    let signed = keys.sign_character_id(&id("char_1"), &anonymous);
    assert!(keys.verify_character_id(&signed, &anonymous).is_some());
    assert_eq!(keys.verify_character_id(&signed, &visitor), None);
    let signed = keys.sign_upload_id(&id("upl_1"), &visitor, LATER);
    assert_eq!(keys.verify_upload_id(&signed, &anonymous, NOW), None);
    assert_ne!(keys.subject_tag(&anonymous), keys.subject_tag(&visitor));
    assert_ne!(
        keys.idempotency_key(&anonymous, "create", "k"),
        keys.idempotency_key(&visitor, "create", "k")
    );
}

#[test]
fn every_secret_opens_and_the_first_one_seals() {
    let (old, both, new) = (keys(&[OLD], API), keys(&[NEW, OLD], API), our_keys());
    let ada = visitor("ada");
    let sealed = upload("https://aurous.storage/a");
    let opens = |by: &SealingKeys, of: &SealingKeys| {
        let token = of.seal_upload(&sealed).unwrap();
        let upload = of.sign_upload_id(&id("upl_1"), &ada, LATER);
        let character = of.sign_character_id(&id("char_1"), &ada);
        [
            by.open_upload(&token, NOW).is_some(),
            by.verify_upload_id(&upload, &ada, NOW).is_some(),
            by.verify_character_id(&character, &ada).is_some(),
        ]
    };
    assert_eq!(opens(&both, &old), [true; 3]);
    assert_eq!(opens(&new, &both), [true; 3]);
    assert_eq!(opens(&old, &both), [false; 3]);
}

#[test]
fn a_pseudonym_stays_the_same_until_the_old_secret_is_dropped() {
    let ada = visitor("ada");
    let pseudonyms = |secrets: &[&str]| {
        let keys = keys(secrets, API);
        let key = keys.idempotency_key(&ada, "create", "k");
        (key, keys.subject_tag(&ada))
    };
    let old = pseudonyms(&[OLD]);
    assert_eq!(pseudonyms(&[OLD, NEW, OLD]), old);
    assert_eq!(pseudonyms(&[NEW, OLD]), old);
    let new = pseudonyms(&[NEW]);
    assert!(new.0 != old.0 && new.1 != old.1);
}

#[test]
fn the_anonymous_subject_has_one_tag_under_every_secret() {
    for secrets in [&[OLD][..], &[NEW, OLD], &[NEW]] {
        let tag = keys(secrets, API).subject_tag(&Subject::Anonymous);
        assert_eq!(tag, SubjectTag::ANONYMOUS);
    }
}

#[test]
fn fields_that_read_alike_when_joined_have_different_macs() {
    let keys = our_keys();
    let key = |name: &str, route: &str, key: &str| keys.idempotency_key(&visitor(name), route, key);
    let all = [
        key("a", "b", "c"),
        key("ab", "", "c"),
        key("", "ab", "c"),
        key("a", "bc", ""),
        key("a", "", "bc"),
        key("a", "b", "c\0"),
    ];
    for (index, one) in all.iter().enumerate() {
        assert!(!all[..index].contains(one), "{index}");
        // It goes into a header, and the API accepts 256 characters.
        assert!(one.len() == 64 && one.bytes().all(|it| it.is_ascii_hexdigit()));
    }
    // `a` and `b1` against `ab` and `1`.
    let signed = keys.sign_character_id(&id("b1"), &visitor("a"));
    let (_, signature) = signed.split_once('.').unwrap();
    let moved = format!("1.{signature}");
    assert_eq!(keys.verify_character_id(&moved, &visitor("ab")), None);
    let moved = format!("a.{signature}");
    assert_eq!(keys.verify_character_id(&moved, &visitor("b1")), None);
}

#[test]
fn a_subject_has_one_tag_and_it_does_not_reveal_the_name() {
    let tag = our_keys().subject_tag(&visitor("ada")).to_string();
    assert_eq!(tag, our_keys().subject_tag(&visitor("ada")).to_string());
    assert_ne!(tag, our_keys().subject_tag(&visitor("eve")).to_string());
    assert_ne!(
        tag,
        keys(&[OLD], API).subject_tag(&visitor("ada")).to_string()
    );
    assert_eq!(tag.len(), 16);
}

#[test]
fn keys_need_a_secret() {
    assert!(SealingKeys::new(&[], API).is_none());
}

#[test]
fn debug_shows_no_secret_and_no_url() {
    let text = format!("{:?} {:?}", our_keys(), upload("https://aurous.storage/a"));
    assert!(
        !text.contains("secret of") && !text.contains("storage"),
        "{text}"
    );
}

fn any_subject() -> impl Strategy<Value = Subject> {
    prop_oneof![
        Just(Subject::Anonymous),
        "\\PC{1,128}".prop_map(Subject::Visitor)
    ]
}

proptest! {
    #[test]
    fn a_sealed_upload_opens_unchanged(url in "\\PC{0,1000}", expires_at_s in NOW + 1.., name in "\\PC{1,40}") {
        let sealed = SealedUpload {
            expires_at_s,
            subject: our_keys().subject_tag(&visitor(&name)),
            ..upload(&url)
        };
        let token = our_keys().seal_upload(&sealed).unwrap();
        prop_assert!(token.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_/".contains(&it)));
        prop_assert_eq!(our_keys().open_upload(&token, NOW), Some(sealed));
    }

    #[test]
    fn a_signed_id_is_its_owners_alone(
        text in "[A-Za-z0-9_-]{1,128}", owner in any_subject(), other in any_subject(),
    ) {
        let keys = our_keys();
        let upload = keys.sign_upload_id(&id(&text), &owner, LATER);
        let character = keys.sign_character_id(&id(&text), &owner);
        prop_assert_eq!(keys.verify_upload_id(&upload, &owner, NOW), Some(id(&text)));
        prop_assert_eq!(keys.verify_character_id(&character, &owner), Some(id(&text)));
        if other != owner {
            prop_assert_eq!(keys.verify_upload_id(&upload, &other, NOW), None);
            prop_assert_eq!(keys.verify_character_id(&character, &other), None);
        }
    }

    #[test]
    fn no_made_up_text_opens(text in "\\PC{0,200}|[A-Za-z0-9_-]{0,200}|upl_1\\.[A-Za-z0-9_-]{22,27}") {
        prop_assert_eq!(our_keys().open_upload(&text, NOW), None);
        prop_assert_eq!(our_keys().verify_upload_id(&text, &visitor("ada"), NOW), None);
        prop_assert_eq!(our_keys().verify_character_id(&text, &visitor("ada")), None);
    }
}
