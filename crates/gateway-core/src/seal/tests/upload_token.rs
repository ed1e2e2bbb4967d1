use super::*;

fn token() -> String {
    let upload = upload("https://aurous.storage/a?signature=1");
    our_keys().seal_upload(&upload).unwrap()
}

#[test]
fn a_sealed_upload_opens_until_it_expires() {
    for content_type in ContentType::ALL {
        let upload = SealedUpload {
            content_type,
            ..upload("https://aurous.storage/a?signature=1")
        };
        let token = our_keys().seal_upload(&upload).unwrap();
        let opened = our_keys().open_upload(&token, LATER - 1);
        assert_eq!(opened.as_ref(), Some(&upload));
        assert_eq!(our_keys().open_upload(&token, LATER), None);
    }
}

#[test]
fn a_token_reveals_nothing_and_differs_each_time() {
    let text = token();
    assert_ne!(text, token());
    let bytes = URL_SAFE_NO_PAD.decode(text.replace('/', "")).unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains("storage"));
}

#[test]
fn a_corrupted_token_does_not_open() {
    for token in corrupted(&token()) {
        assert_eq!(our_keys().open_upload(&token, NOW), None, "{token}");
    }
}

#[test]
fn a_token_has_one_spelling_alone() {
    // 24 + 17 + 36 + 16 bytes are 124 characters. One byte more leaves unused bits, which must be 0.
    for url in [
        "https://a.example/",
        "https://a.example/1",
        "https://a.example/12",
    ] {
        let token = our_keys().seal_upload(&upload(url)).unwrap();
        let (rest, last) = token.split_at(token.len() - 1);
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for other in alphabet.split("").filter(|it| *it != last) {
            let token = format!("{rest}{other}");
            assert_eq!(our_keys().open_upload(&token, NOW), None, "{url}");
        }
    }
}

#[test]
fn a_token_of_another_deployment_does_not_open() {
    let token = token();
    for keys in foreign_keys() {
        assert_eq!(keys.open_upload(&token, NOW), None, "{keys:?}");
    }
}

#[test]
fn a_url_whose_token_exceeds_6_kb_is_not_sealed() {
    let sealed = |length: usize| our_keys().seal_upload(&upload(&"u".repeat(length)));
    let longest = sealed(4608 - 57).unwrap();
    assert_eq!(longest.replace('/', "").len(), 6 * 1024);
    assert!(our_keys().open_upload(&longest, NOW).is_some());
    assert_eq!(sealed(4608 - 56), None);
}

#[test]
fn a_sealed_size_comes_back() {
    for size in [1, 255, 10_000_000, u64::MAX] {
        let upload = SealedUpload {
            size: NonZeroU64::new(size),
            ..upload("https://aurous.storage/a?signature=1")
        };
        let token = our_keys().seal_upload(&upload).unwrap();
        assert_eq!(our_keys().open_upload(&token, NOW), Some(upload));
    }
}

#[test]
fn a_token_of_an_older_gateway_opens() {
    // Sealed with the secret NEW before tokens had a size and segments.
    let token = "gs-31kqWsQlzrRrHArofAB0--zquxnSs4rigMwGl-iNaA_-HA93pmB6c44B5wA4RXBtd7DxtKQXWJKxBcaWXVA6xgg1j8155YKpz58MRvwYXFr4Cw2FOLst_NBHK";
    let opened = our_keys().open_upload(token, NOW);
    assert_eq!(opened, Some(upload("https://aurous.storage/a?signature=1")));
    let long = upload(&format!("https://aurous.storage/{}", "a".repeat(1000)));
    let in_one_piece = our_keys().seal_upload(&long).unwrap().replace('/', "");
    assert_eq!(our_keys().open_upload(&in_one_piece, NOW), Some(long));
}

proptest! {
    #[test]
    fn no_segment_of_a_token_is_longer_than_255_characters(length in 0..4000_usize) {
        let upload = upload(&"u".repeat(length));
        let token = our_keys().seal_upload(&upload).unwrap();
        let mut segments: Vec<_> = token.split('/').map(str::len).collect();
        let last = segments.pop().unwrap();
        prop_assert!((1..=255).contains(&last));
        prop_assert!(segments.iter().all(|it| *it == 255));
        prop_assert_eq!(our_keys().open_upload(&token, NOW), Some(upload));
    }

    #[test]
    fn a_token_split_elsewhere_does_not_open(place in 0..700_usize) {
        let token = our_keys().seal_upload(&upload(&"u".repeat(400))).unwrap();
        let (before, after) = token.split_at(place.min(token.len()));
        let changed = format!("{before}/{after}");
        prop_assert_eq!(our_keys().open_upload(&changed, NOW), None);
    }
}
