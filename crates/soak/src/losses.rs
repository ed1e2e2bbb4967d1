//! Compares the characters that the API has with those that visitors made.

use std::collections::HashMap;

use aurous_emulator::CharacterSnapshot;

use crate::picture::picture;
use crate::visitors::Visit;

/// The visits whose character is not what it should be, and the characters of no visitor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// The visitor was told of a character that does not exist.
    pub missing: usize,
    /// The visitor has more than one.
    pub doubled: usize,
    /// The character has other bytes than the visitor's picture.
    pub altered: usize,
    /// The character is no visitor's.
    pub unknown: usize,
}

/// A visit that failed may have made its character, but never two of it, and none with other bytes.
pub fn find(visits: &[Visit], characters: &[CharacterSnapshot]) -> Losses {
    let mut left: HashMap<&str, Vec<&CharacterSnapshot>> = HashMap::new();
    for character in characters {
        left.entry(&character.name).or_default().push(character);
    }
    let mut losses = Losses::default();
    for visit in visits {
        let made = left.remove(visit.character_name().as_str());
        let made = made.unwrap_or_default();
        losses.missing += usize::from(made.is_empty() && visit.has_made_a_character());
        losses.doubled += usize::from(made.len() > 1);
        let expected = [picture(visit.number)];
        losses.altered += usize::from(made.iter().any(|it| it.images != expected));
    }
    losses.unknown = left.values().map(Vec::len).sum();
    losses
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::visitors::{Step, StepEnd};

    fn visit(number: u32, failure: Option<&str>) -> Visit {
        let create = StepEnd {
            step: Step::Create,
            time: Duration::ZERO,
            retries: 0,
            failure: failure.map(str::to_owned),
        };
        Visit {
            number,
            steps: vec![create],
        }
    }

    fn character(visitor: u32, picture: Vec<u8>) -> CharacterSnapshot {
        CharacterSnapshot {
            id: "char_1".to_owned(),
            name: visit(visitor, None).character_name(),
            images: vec![picture.into()],
        }
    }

    #[test]
    fn nothing_is_lost_where_each_visitor_has_one_character_with_its_picture() {
        let visits = [visit(1, None), visit(2, None), visit(3, Some("lost"))];
        let characters = [character(1, picture(1)), character(2, picture(2))];
        assert_eq!(find(&visits, &characters), Losses::default());
    }

    #[test]
    fn a_failed_create_may_have_made_its_character() {
        let made = [character(1, picture(1))];
        assert_eq!(find(&[visit(1, Some("lost"))], &made), Losses::default());
    }

    #[test]
    fn each_loss_is_found() {
        let visits = [visit(1, None), visit(2, Some("lost")), visit(3, None)];
        let mut cut = picture(3);
        cut.pop();
        let characters = [
            character(2, picture(2)),
            character(2, picture(2)),
            character(3, cut),
            character(4, picture(4)),
        ];
        let expected = Losses {
            missing: 1,
            doubled: 1,
            altered: 1,
            unknown: 1,
        };
        assert_eq!(find(&visits, &characters), expected);
    }
}
