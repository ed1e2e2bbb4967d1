//! Classes of characters, as far as names need them. Ranges instead of Unicode's tables: they are part of the
//! page's download.

const ZERO_WIDTH_NON_JOINER: char = '\u{200C}';
const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// Asks for the colored form of the emoji before it.
const EMOJI_SELECTOR: char = '\u{FE0F}';

/// The longest grapheme that a cut keeps whole, in characters. The longest emoji of Unicode 16 has 10; a letter
/// under a pile of accents has any number.
const GRAPHEME_MAX_CHARS: usize = 16;

/// Returns the characters of a text without those that reorder or hide others. Control characters and line
/// separators become `_`.
///
/// A joiner stays where it has a meaning: between emoji, and between letters of the scripts that need it
/// (Arabic to Sinhala).
pub(super) fn visible(text: &str) -> Vec<char> {
    let mut kept = Vec::new();
    for character in text.chars().chain(['\0']) {
        if is_hidden(character) {
            continue;
        }
        // A joiner is kept for as long as the next character is not known.
        while let [.., ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER] = *kept
            && !is_joining(character)
        {
            kept.pop();
        }
        let last = kept.last().copied().unwrap_or_default();
        kept.push(match character {
            ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER
                if !(is_joining(last) || last == EMOJI_SELECTOR) =>
            {
                continue;
            }
            EMOJI_SELECTOR if !is_emoji(last) => continue,
            '\0'..='\x1F' | '\x7F'..='\u{9F}' | '\u{2028}' | '\u{2029}' => '_',
            visible => visible,
        });
    }
    // The end that was put behind the text.
    kept.pop();
    kept
}

/// Returns these characters as a text.
pub(super) fn text_of(characters: &[char]) -> String {
    let mut text = String::new();
    for character in characters {
        text.push(*character);
    }
    text
}

/// Returns the longest start of the text that has at most `limit` characters and ends between two graphemes.
pub(super) fn start_of(text: &[char], limit: usize) -> &[char] {
    let Some(mut start) = text.get(..limit).filter(|_| limit < text.len()) else {
        return text;
    };
    let (mut grapheme, mut last, mut is_half_flag) = (0, '\0', false);
    // One character more: the cut is before it.
    for (place, character) in text.iter().enumerate().take(limit + 1) {
        let is_half = matches!(character, '\u{1F1E6}'..='\u{1F1FF}');
        if !(extends(*character) || last == ZERO_WIDTH_JOINER || is_half && is_half_flag) {
            grapheme = place;
        }
        is_half_flag = is_half && !is_half_flag;
        last = *character;
    }
    if limit - grapheme <= GRAPHEME_MAX_CHARS {
        start = text.get(..grapheme).unwrap_or_default();
    }
    while let [rest @ .., ZERO_WIDTH_NON_JOINER | ZERO_WIDTH_JOINER] = start {
        start = rest;
    }
    start
}

/// Returns whether this is white space. (Tabs and the like are no longer in a [`visible`] text.)
pub(super) const fn is_blank(character: char) -> bool {
    matches!(
        character,
        ' ' | '\u{A0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
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

const fn is_emoji(character: char) -> bool {
    matches!(character, '\u{2100}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Returns whether joiners have a meaning beside this character: an emoji, or one of a script that writes them
/// (Arabic to Sinhala).
const fn is_joining(character: char) -> bool {
    is_emoji(character) || matches!(character, '\u{600}'..='\u{DFF}')
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
