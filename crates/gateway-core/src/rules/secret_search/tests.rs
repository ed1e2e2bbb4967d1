use base64::engine::general_purpose::URL_SAFE;
use proptest::prelude::*;

use super::*;

fn search(secret: &str) -> SecretSearch {
    SecretSearch::new(&[Secret::new(secret)])
}

/// The ways to write one character.
fn written(character: char, way: u8) -> String {
    let number = u32::from(character);
    match way % 8 {
        0 => format!("%{number:02x}"),
        1 => format!("%{number:02X}"),
        2 => format!("\\u{number:04x}"),
        3 => format!("\\x{number:02x}"),
        4 => format!("&#{number};"),
        5 => format!("&#x{number:X};"),
        6 => character.to_ascii_uppercase().to_string(),
        _ => character.to_string(),
    }
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// A key or a secret of printable ASCII.
fn secret() -> impl Strategy<Value = String> {
    "[a-z0-9]{12}[ -~]{0,40}[A-Z0-9]{4}"
}

#[test]
fn a_short_secret_or_one_of_punctuation_is_found_as_it_is() {
    assert!(search("al_1").finds_in("the key AL_1 is unknown"));
    assert!(search("\"\\'").finds_in(&json("x\"\\'y")));
    assert!(!search("!?!?!?!?a").finds_in("a banana"));
}

#[test]
fn a_key_with_quotes_is_found_in_json_and_in_html() {
    let key = r#"key"with\quotes'inside"#;
    assert!(search(key).finds_in(&json(key)));
    assert!(search(key).finds_in(&json(&json(key))));
    let html = "key&quot;with\\quotes&apos;inside";
    assert!(search(key).finds_in(&json(html)));
}

#[test]
fn what_is_no_escape_is_left_as_it_is() {
    for text in [
        "100%",
        "a & b",
        "%zz",
        "&#;",
        "&#xffffffffff;",
        "\\",
        "%é",
        "\\u12",
    ] {
        assert!(!search("0123456789abcdef").finds_in(text), "{text}");
    }
    assert!(search("0123456789abcdef").finds_in("%0123456789abcdef"));
}

#[test]
fn debug_shows_nothing() {
    let text = format!("{:?}", search("0123456789abcdef"));
    assert_eq!(text, "SecretSearch(…)");
}

proptest! {
    #[test]
    fn a_secret_is_found_however_its_characters_are_written(
        // Without what escapes begin with: keys with those have a test of their own.
        secret in "[a-z0-9]{12}[ -$'-\\[\\]-~]{0,40}[A-Z0-9]{4}",
        ways in proptest::collection::vec(any::<u8>(), 60),
        before in "\\PC{0,20}",
        after in "\\PC{0,20}",
        layers in 0..3_usize,
    ) {
        let characters = secret.chars().zip(ways);
        let text: String = characters.map(|(it, way)| written(it, way)).collect();
        let mut text = format!("{before} {text} {after}");
        for _ in 0..layers {
            text = json(&text);
        }
        prop_assert!(search(&secret).finds_in(&text), "{text}");
    }

    #[test]
    fn a_secret_is_found_in_hexadecimal_and_in_base64_at_any_place(
        secret in secret(),
        before in "[ -~]{0,7}",
        after in "[ -~]{0,7}",
        separator in "[ :\n-]?",
    ) {
        let whole = format!("{before}{secret}{after}");
        let hexadecimal: String = whole.bytes().map(|it| format!("{it:02X}{separator}")).collect();
        for text in [hexadecimal, STANDARD_NO_PAD.encode(&whole), URL_SAFE.encode(&whole)] {
            let text = json(&format!("see {text}."));
            prop_assert!(search(&secret).finds_in(&text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not_taken_for_a_secret(secret in secret(), text in "\\PC{0,200}") {
        prop_assume!(!text.to_lowercase().contains(&secret.to_lowercase()));
        prop_assert!(!search(&secret).finds_in(&json(&text)));
    }

    #[test]
    fn no_text_and_no_secret_do_harm(secret in "\\PC*", text in "\\PC*") {
        search(&secret).finds_in(&text);
    }
}
