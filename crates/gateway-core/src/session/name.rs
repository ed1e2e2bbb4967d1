//! Names: the `sub` of a session token, and the audience. Two names that differ must look different to
//! the people who compare them.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameProblem {
    Empty,
    SpaceAtAnEnd,
    Invisible,
}

/// Checks that a text is a name.
///
/// # Errors
/// It is empty, or nobody could see all of it.
pub(crate) fn check_name(text: &str) -> Result<(), NameProblem> {
    if text.is_empty() {
        return Err(NameProblem::Empty);
    }
    if text.starts_with(' ') || text.ends_with(' ') {
        return Err(NameProblem::SpaceAtAnEnd);
    }
    if text.chars().all(is_visible) {
        Ok(())
    } else {
        Err(NameProblem::Invisible)
    }
}

/// The property of some letters and marks, too: Hangul fillers, variation selectors.
fn is_visible(character: char) -> bool {
    use GeneralCategory::{
        Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, SpaceSeparator, Surrogate,
        Unassigned,
    };
    let is_ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character);
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    match category {
        Control | Format | LineSeparator | ParagraphSeparator | PrivateUse | Surrogate
        | Unassigned => false,
        SpaceSeparator => character == ' ',
        _ => !is_ignorable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_letters_digits_signs_and_inner_spaces_is_accepted() {
        for name in [
            "a",
            "ada@example.com",
            "auth0|507f1f77bcf86cd799439011",
            "user 17",
            "\u{c5}dne \u{674e}",
            "\u{928}\u{92e}\u{938}\u{94d}\u{924}\u{947}",
            "\u{1f600}",
            "e\u{301}",
        ] {
            assert_eq!(check_name(name), Ok(()), "{name:?}");
        }
    }

    #[test]
    fn a_character_that_cannot_be_seen_is_refused() {
        for character in [
            '\0',
            '\t',
            '\n',
            '\u{7f}',
            '\u{85}', // control
            '\u{ad}',
            '\u{200b}',
            '\u{200d}',
            '\u{2060}',
            '\u{feff}', // zero width
            '\u{61c}',
            '\u{200e}',
            '\u{202e}',
            '\u{2066}',
            '\u{2069}', // reordering
            '\u{e0041}',
            '\u{fff9}', // tags, annotations
            '\u{a0}',
            '\u{2003}',
            '\u{3000}',
            '\u{2028}',
            '\u{2029}', // spaces, separators
            '\u{e000}',
            '\u{f8ff}',
            '\u{10fffd}', // private use
            '\u{378}',
            '\u{fffe}',
            '\u{1ffff}', // unassigned
            '\u{34f}',
            '\u{115f}',
            '\u{3164}',
            '\u{ffa0}',
            '\u{fe0f}', // ignorable
        ] {
            for name in [format!("a{character}b"), character.to_string()] {
                assert_eq!(check_name(&name), Err(NameProblem::Invisible), "{name:?}");
            }
        }
    }

    #[test]
    fn a_name_has_no_space_at_an_end() {
        for name in [" ", "   ", " a", "a ", " a "] {
            assert_eq!(check_name(name), Err(NameProblem::SpaceAtAnEnd), "{name:?}");
        }
        assert_eq!(check_name(""), Err(NameProblem::Empty));
    }
}
