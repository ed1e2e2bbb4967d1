mod owned_id;
mod upload_token;

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

/// Keys under which nothing of ours may open.
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
        expires_at_s: LATER,
        subject: our_keys().subject_tag(&visitor("ada")),
    }
}

/// The text with each single bit changed, as far as it stays text; cut at each place; with more at
/// its end.
fn spoiled(text: &str) -> impl Iterator<Item = String> {
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
fn the_anonymous_subject_and_a_visitor_of_that_name_share_nothing() {
    let (anonymous, visitor) = (Subject::Anonymous, visitor("anonymous"));
    let keys = our_keys();
    let owned = keys.own_character(&id("char_1"), &anonymous);
    assert!(keys.disown_character(&owned, &anonymous).is_some());
    assert_eq!(keys.disown_character(&owned, &visitor), None);
    let owned = keys.own_upload(&id("upl_1"), &visitor, LATER);
    assert_eq!(keys.disown_upload(&owned, &anonymous, NOW), None);
    assert_ne!(keys.subject_tag(&anonymous), keys.subject_tag(&visitor));
    assert_ne!(
        keys.idempotency_key(&anonymous, "create", "k"),
        keys.idempotency_key(&visitor, "create", "k")
    );
}

#[test]
fn an_old_secret_opens_and_the_first_one_seals() {
    let (old, both, new) = (keys(&[OLD], API), keys(&[NEW, OLD], API), our_keys());
    let ada = visitor("ada");
    let sealed = upload("https://aurous.storage/a");
    let opens = |by: &SealingKeys, of: &SealingKeys| {
        let token = of.seal_upload(&sealed).unwrap();
        let upload = of.own_upload(&id("upl_1"), &ada, LATER);
        let character = of.own_character(&id("char_1"), &ada);
        [
            by.open_upload(&token, NOW).is_some(),
            by.disown_upload(&upload, &ada, NOW).is_some(),
            by.disown_character(&character, &ada).is_some(),
        ]
    };
    assert_eq!(opens(&both, &old), [true; 3]);
    assert_eq!(opens(&new, &both), [true; 3]);
    assert_eq!(opens(&old, &both), [false; 3]);
    let key = |keys: &SealingKeys| keys.idempotency_key(&ada, "create", "k");
    assert_eq!(key(&both), key(&new));
    assert_ne!(key(&both), key(&old));
}

#[test]
fn nothing_is_marked_like_what_reads_alike() {
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
        // It goes into a header, and the API takes 256 characters.
        assert!(one.len() == 64 && one.bytes().all(|it| it.is_ascii_hexdigit()));
    }
    // `a` and `b1` against `ab` and `1`.
    let owned = keys.own_character(&id("b1"), &visitor("a"));
    let (_, mark) = owned.split_once('.').unwrap();
    let moved = format!("1.{mark}");
    assert_eq!(keys.disown_character(&moved, &visitor("ab")), None);
    let moved = format!("a.{mark}");
    assert_eq!(keys.disown_character(&moved, &visitor("b1")), None);
}

#[test]
fn a_subject_has_one_tag_and_it_tells_no_name() {
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
fn no_secret_makes_no_keys() {
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
    fn what_is_sealed_opens_as_it_was(url in "\\PC{0,1000}", expires_at_s in NOW + 1.., name in "\\PC{1,40}") {
        let sealed = SealedUpload {
            expires_at_s,
            subject: our_keys().subject_tag(&visitor(&name)),
            ..upload(&url)
        };
        let token = our_keys().seal_upload(&sealed).unwrap();
        prop_assert!(token.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it)));
        prop_assert_eq!(our_keys().open_upload(&token, NOW), Some(sealed));
    }

    #[test]
    fn an_id_comes_back_to_its_owner_alone(
        text in "[A-Za-z0-9_-]{1,128}", owner in any_subject(), other in any_subject(),
    ) {
        let keys = our_keys();
        let upload = keys.own_upload(&id(&text), &owner, LATER);
        let character = keys.own_character(&id(&text), &owner);
        prop_assert_eq!(keys.disown_upload(&upload, &owner, NOW), Some(id(&text)));
        prop_assert_eq!(keys.disown_character(&character, &owner), Some(id(&text)));
        if other != owner {
            prop_assert_eq!(keys.disown_upload(&upload, &other, NOW), None);
            prop_assert_eq!(keys.disown_character(&character, &other), None);
        }
    }

    #[test]
    fn nothing_made_up_opens(text in "\\PC{0,200}|[A-Za-z0-9_-]{0,200}|upl_1\\.[A-Za-z0-9_-]{22,27}") {
        prop_assert_eq!(our_keys().open_upload(&text, NOW), None);
        prop_assert_eq!(our_keys().disown_upload(&text, &visitor("ada"), NOW), None);
        prop_assert_eq!(our_keys().disown_character(&text, &visitor("ada")), None);
    }
}
