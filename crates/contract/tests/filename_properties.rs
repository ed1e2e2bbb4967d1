//! Properties that names have whatever a file is called.

use aurous_contract::filename::{Filename, SafeName};
use aurous_contract::image::{Extension, ImageFormat};
use proptest::prelude::*;

/// Any names, many of them around the limit or far over it, of the characters that have a rule.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z. :/\\\\]{0,300}",
        "(con|com1|[a-z]:|[. /\\\\]){1,4}",
        r"\PC{100,300}(\.\PC{0,20})?",
        r"(\p{Emoji}|\p{Mn}|\u{200C}|\u{200D}|\u{FE0F}|[\u{1F1E6}-\u{1F1FF}]){0,200}\.jpg",
        r"([ab.]|\p{Cf}|\p{Cc}|\p{Zs}|\u{2028}|\u{FFFD}){0,200}",
        r"\. {100,130}[a-z.]{0,10}",
    ]
}

fn format() -> impl Strategy<Value = ImageFormat> {
    prop::sample::select(ImageFormat::ALL.to_vec())
}

/// Reorders text, breaks a line, or is seen by no reader: Unicode's `Bidi_Control`, and invisible characters
/// other than joiners.
fn is_forbidden(character: char) -> bool {
    character.is_control()
        || matches!(
            u32::from(character),
            0xAD | 0x61C | 0x180E | 0x200B | 0x200E | 0x200F | 0x2028..=0x202E | 0x2060..=0x206F
            | 0xFEFF | 0xFFF9..=0xFFFD | 0xE0000..=0xE0FFF
        )
}

fn is_path(name: &str) -> bool {
    name.contains(['/', '\\'])
        || matches!(name.as_bytes(), [drive, b':', ..] if drive.is_ascii_alphabetic())
}

proptest! {
    #[test]
    fn every_name_can_be_sent(name in name(), format in format()) {
        let sent = Filename::for_upload(&SafeName::of(&name), format);
        prop_assert_eq!(Filename::parse(sent.as_str()), Ok(sent.clone()));
        prop_assert!(!sent.as_str().chars().any(is_forbidden));
        prop_assert!(!is_path(sent.as_str()));
    }

    #[test]
    fn the_extension_that_is_sent_is_that_of_the_bytes(name in name(), format in format()) {
        let sent = String::from(Filename::for_upload(&SafeName::of(&name), format));
        let (stem, extension) = sent.rsplit_once('.').unwrap();
        let extension = Extension::parse(&extension.to_ascii_lowercase()).unwrap();
        prop_assert_eq!(extension.format(), format);
        prop_assert!(!stem.trim_matches([' ', '.']).is_empty());
    }

    #[test]
    fn every_name_can_be_shown(name in name()) {
        let shown = SafeName::of(&name);
        prop_assert!(shown.as_str().chars().count() <= 120);
        prop_assert!(!shown.as_str().chars().any(is_forbidden));
        prop_assert!(!is_path(shown.as_str()));
    }

    #[test]
    fn a_safe_name_is_left_as_it_is(name in name(), format in format()) {
        let shown = SafeName::of(&name);
        prop_assert_eq!(SafeName::of(shown.as_str()), shown.clone());
        let sent = Filename::for_upload(&shown, format);
        let again = SafeName::of(sent.as_str());
        prop_assert_eq!(again.as_str(), sent.as_str());
        prop_assert_eq!(Filename::for_upload(&again, format), sent);
    }

    #[test]
    fn what_people_write_is_shown_as_they_wrote_it(name in r"[\p{L}\p{N}_][\p{L}\p{N} ()_,+-]{0,100}[\p{L}\p{N}]\.[a-z]{3}") {
        // The fillers of Hangul are letters, and invisible.
        prop_assume!(!name.contains(['\u{115F}', '\u{1160}', '\u{3164}', '\u{FFA0}']));
        let shown = SafeName::of(&name);
        prop_assert_eq!(shown.as_str(), &name);
    }

    #[test]
    fn a_text_is_a_name_exactly_when_it_has_1_to_120_characters(text in name()) {
        let fits = (1..=120).contains(&text.chars().count());
        prop_assert_eq!(Filename::parse(&text).is_ok(), fits);
        prop_assert_eq!(Filename::try_from(text).is_ok(), fits);
    }
}
