//! Properties that `Filename` has whatever a file is called.

use aurous_contract::filename::Filename;
use aurous_contract::image::ImageFormat;
use proptest::prelude::*;

/// Any names, many of them around the limit or far over it.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z. /\\\\]{0,300}",
        r"\PC{100,300}(\.\PC{0,20})?",
        r"(\p{Emoji}|\p{Mn}|\u{200D}){100,200}\.jpg",
    ]
}

proptest! {
    #[test]
    fn every_name_can_be_sent(name in name()) {
        let sent = Filename::for_upload(&name, ImageFormat::Png);
        prop_assert_eq!(Filename::parse(sent.as_str()), Ok(sent.clone()));
        prop_assert!(!sent.as_str().chars().any(char::is_control));
    }

    #[test]
    fn what_is_sent_is_the_start_and_the_end_of_the_name(name in r"\PC{1,300}") {
        prop_assume!(!name.trim().is_empty());
        let sent = Filename::for_upload(&name, ImageFormat::Png);
        let split = sent.as_str().rfind('.').unwrap_or(sent.as_str().len());
        let (stem, extension) = sent.as_str().split_at(split);
        prop_assert!(name.starts_with(sent.as_str()) || (name.starts_with(stem) && name.ends_with(extension)));
        if name.chars().count() <= 120 {
            prop_assert_eq!(sent.as_str(), name);
        } else {
            prop_assert_eq!(sent.as_str().chars().count(), 120);
        }
    }

    #[test]
    fn an_extension_outlives_the_cut(stem in r"[^\p{Cc}]{120,300}", extension in r"\.[^.\p{Cc}]{1,16}") {
        prop_assume!(!stem.trim().is_empty());
        let sent = Filename::for_upload(&[stem, extension.clone()].concat(), ImageFormat::Png);
        prop_assert!(sent.as_str().ends_with(&extension));
    }

    #[test]
    fn a_text_is_a_name_exactly_when_it_has_1_to_120_characters(text in name()) {
        let fits = (1..=120).contains(&text.chars().count());
        prop_assert_eq!(Filename::parse(&text).is_ok(), fits);
        prop_assert_eq!(Filename::try_from(text).is_ok(), fits);
    }
}
