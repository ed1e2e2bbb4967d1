//! One layer of escapes: those of JSON strings, of URLs and of HTML.

/// The named characters of HTML that are written instead of characters with a meaning there.
const NAMED: [(&str, char); 5] = [
    ("amp;", '&'),
    ("quot;", '"'),
    ("apos;", '\''),
    ("lt;", '<'),
    ("gt;", '>'),
];

/// Returns the text with one layer of escapes decoded. `None` where it has none.
pub(super) fn decode_escapes(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    let mut has_escapes = false;
    while let Some(start) = rest.find(['%', '\\', '&']) {
        let (before, escape) = rest.split_at(start);
        decoded.extend_from_slice(before.as_bytes());
        if let Some((bytes, after)) = decode_first(escape) {
            has_escapes = true;
            decoded.extend_from_slice(&bytes);
            rest = after;
        } else {
            let (mark, after) = escape.split_at(1);
            decoded.extend_from_slice(mark.as_bytes());
            rest = after;
        }
    }
    decoded.extend_from_slice(rest.as_bytes());
    // Bytes that are no text stand between others; they end no search.
    has_escapes.then(|| String::from_utf8_lossy(&decoded).into_owned())
}

/// Decodes the escape that a text begins with, and returns the rest of the text, too.
fn decode_first(text: &str) -> Option<(Vec<u8>, &str)> {
    if let Some(escape) = text.strip_prefix('%') {
        return hexadecimal(escape, 2).map(|(byte, rest)| (vec![byte as u8], rest));
    }
    if let Some(escape) = text.strip_prefix('\\') {
        return decode_backslash(escape);
    }
    let escape = text.strip_prefix('&')?;
    if let Some(number) = escape.strip_prefix('#') {
        let (number, rest) = number.split_once(';').filter(|(it, _)| it.len() <= 8)?;
        let number = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some((utf8(number), rest));
    }
    NAMED.iter().find_map(|(name, character)| {
        let rest = escape.strip_prefix(name)?;
        Some((utf8(u32::from(*character)), rest))
    })
}

fn decode_backslash(escape: &str) -> Option<(Vec<u8>, &str)> {
    let mut characters = escape.chars();
    let kind = characters.next()?;
    let rest = characters.as_str();
    match kind {
        'u' => hexadecimal(rest, 4).map(|(number, rest)| (utf8(number), rest)),
        'x' => hexadecimal(rest, 2).map(|(byte, rest)| (vec![byte as u8], rest)),
        'n' | 'r' | 't' | 'b' | 'f' => Some((vec![b' '], rest)),
        other => Some((utf8(u32::from(other)), rest)),
    }
}

/// Reads a number of this many hexadecimal digits.
fn hexadecimal(text: &str, digits: usize) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    let is_number = number.bytes().all(|it| it.is_ascii_hexdigit());
    let number = is_number.then(|| u32::from_str_radix(number, 16).ok())??;
    Some((number, rest))
}

fn utf8(number: u32) -> Vec<u8> {
    let character = char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
    character.to_string().into_bytes()
}
