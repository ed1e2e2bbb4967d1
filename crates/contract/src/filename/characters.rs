//! Classes of characters, as far as names need them. Ranges instead of Unicode's tables: they are part of the
//! page's download.

const ZERO_WIDTH_NON_JOINER: char = '\u{200C}';
const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// Asks for the colored form of the emoji before it.
const EMOJI_SELECTOR: char = '\u{FE0F}';

/// The longest grapheme that a cut keeps whole, in characters. The longest emoji of Unicode 16 has 10; a letter
/// under a pile of accents has any number.
const GRAPHEME_MAX_CHARS: usize = 16;

/// Returns the text without the characters that reorder or hide the others. Control characters and line
/// separators become `_`.
///
/// A joiner stays where it has a meaning: between emoji, and between letters of the scripts that need it
/// (Arabic to Sinhala).
pub(super) fn visible(text: &str) -> String {
    let mut kept = String::new();
    let mut last = '\0';
    let mut characters = text.chars().filter(|it| !is_hidden(*it)).peekable();
    while let Some(character) = characters.next() {
        let stays = match character {
            ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER => {
                let is_joined = is_emoji(last) || last == EMOJI_SELECTOR || is_joining(last);
                let next = characters.peek();
                is_joined && next.is_some_and(|it| is_emoji(*it) || is_joining(*it))
            }
            EMOJI_SELECTOR => is_emoji(last),
            _ => true,
        };
        if stays {
            last = if breaks_lines(character) {
                '_'
            } else {
                character
            };
            kept.push(last);
        }
    }
    kept
}

/// Returns the longest start of the text that has at most `limit` characters and ends between two graphemes.
pub(super) fn start_of(text: &str, limit: usize) -> &str {
    let (mut grapheme, mut grapheme_count) = (0, 0);
    let (mut last, mut is_half_flag) = ('\0', false);
    for (count, (place, character)) in text.char_indices().enumerate() {
        let is_half = matches!(character, '\u{1F1E6}'..='\u{1F1FF}');
        if !(extends(character) || last == ZERO_WIDTH_JOINER || is_half && is_half_flag) {
            (grapheme, grapheme_count) = (place, count);
        }
        if count == limit {
            let is_too_long = count - grapheme_count > GRAPHEME_MAX_CHARS;
            let end = if is_too_long { place } else { grapheme };
            let start = text.get(..end).unwrap_or_default();
            return start.trim_end_matches([ZERO_WIDTH_NON_JOINER, ZERO_WIDTH_JOINER]);
        }
        is_half_flag = is_half && !is_half_flag;
        last = character;
    }
    text
}

pub(super) fn is_dot_or_blank(character: char) -> bool {
    character == '.' || character.is_whitespace()
}

/// Returns whether a character reorders the text around it, or shows nothing: Unicode's `Bidi_Control` and
/// `Default_Ignorable_Code_Point`, less joiners and the emoji selector; and U+FFF0 to U+FFFF, where the
/// replacement character stands for half a surrogate pair.
const fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}' | '\u{200E}' | '\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{3164}'
        | '\u{FE00}'..='\u{FE0E}'
        | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFF}'
        | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}'
    )
}

fn breaks_lines(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

const fn is_emoji(character: char) -> bool {
    matches!(character, '\u{2100}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Returns whether this is of a script that writes joiners: Arabic to Sinhala.
const fn is_joining(character: char) -> bool {
    matches!(character, '\u{600}'..='\u{DFF}')
}

/// Returns whether a character belongs to the one before it: an accent, a skin tone, or part of a syllable
/// (macOS splits those of Japanese and Korean names).
const fn extends(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36F}'
        | '\u{64B}'..='\u{65F}'
        | '\u{E31}' | '\u{E34}'..='\u{E3A}' | '\u{E47}'..='\u{E4E}'
        | '\u{1160}'..='\u{11FF}'
        | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}'
        | ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER
        | '\u{20D0}'..='\u{20FF}'
        | '\u{3099}' | '\u{309A}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FE20}'..='\u{FE2F}'
        | '\u{1F3FB}'..='\u{1F3FF}'
    )
}
