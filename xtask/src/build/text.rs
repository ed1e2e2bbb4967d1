//! The wasm as text, to stand inside a script. `pkg-template/decode.js` turns it back.
//!
//! The text is printable ASCII without the characters that a minifier escapes or a page might
//! misread, so every charset, minifier and bundler leaves it as it is.
//!
//! A byte is one character, or a pair of them whose first is a prefix. The text begins with a table:
//! for each of the 256 byte values, its character or the prefix of its pair. The alphabet is the
//! table's characters in the order in which they first appear; the second characters of the pairs, in
//! the order of their bytes, go through it from start to end, and again.
//!
//! docs/benchmarks.md compares its size with other encodings.

use std::cmp::Reverse;

/// A script escapes quotes, the backslash and `$`; HTML reads `<`, `>` and `&`.
const EXCLUDED: &[u8] = b"\"'`\\$<>&";

const PREFIXES: [u8; 2] = *b"()";

pub fn encode(bytes: &[u8]) -> String {
    let table = table(bytes);
    let code = code(&table);
    let encoded = bytes.iter().flat_map(|byte| &code[usize::from(*byte)]);
    table
        .iter()
        .chain(encoded)
        .map(|it| char::from(*it))
        .collect()
}

/// The alphabet without the prefixes.
fn characters() -> Vec<u8> {
    let printable = b' '..=b'~';
    printable
        .filter(|it| !EXCLUDED.contains(it) && !PREFIXES.contains(it))
        .collect()
}

/// For each byte value its character, or the prefix of its pair. The most frequent values have a
/// character of their own.
fn table(bytes: &[u8]) -> [u8; 256] {
    let mut counts = [0_usize; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let characters = characters();
    let mut frequent: Vec<u8> = (0..=255).collect();
    frequent.sort_by_key(|byte| Reverse(counts[usize::from(*byte)]));
    let mut rare = frequent.split_off(characters.len());
    frequent.sort();
    rare.sort();

    let mut table = [0; 256];
    // Words in the wasm stay words: brotli knows English, and shares words with the script. Digits and punctuation
    // marks are rare in messages: they are of more use for the bytes of instructions.
    let (own, others): (Vec<u8>, Vec<u8>) = frequent
        .iter()
        .copied()
        .partition(|it| it.is_ascii_alphabetic() || *it == b' ');
    for byte in &own {
        table[usize::from(*byte)] = *byte;
    }
    let free = characters.iter().filter(|it| !own.contains(it));
    for (byte, character) in others.iter().zip(free) {
        table[usize::from(*byte)] = *character;
    }
    let pairs_with_each_prefix = characters.len() + PREFIXES.len();
    for (index, byte) in rare.iter().enumerate() {
        table[usize::from(*byte)] = PREFIXES[index / pairs_with_each_prefix];
    }
    table
}

/// For each byte value its character, or its pair.
fn code(table: &[u8; 256]) -> Vec<Vec<u8>> {
    let mut alphabet = Vec::new();
    for character in table {
        if !alphabet.contains(character) {
            alphabet.push(*character);
        }
    }
    let mut seconds = alphabet.iter().cycle();
    let characters = table.iter().map(|first| {
        let second = PREFIXES.contains(first).then(|| seconds.next()).flatten();
        std::iter::once(first).chain(second).copied().collect()
    });
    characters.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// What the JavaScript decoder is tested with: the text of [`every_byte`].
    const EVERY_BYTE: &str = include_str!("../../../tests/javascript/every-byte.txt");

    /// Each byte value at least once, some more often.
    fn every_byte() -> Vec<u8> {
        let all = 0..=255;
        all.flat_map(|byte: u8| vec![byte; 1 + usize::from(byte) * 7 % 5])
            .collect()
    }

    #[test]
    fn each_byte_has_a_code_of_its_own_and_none_begins_another() {
        for bytes in [every_byte(), Vec::new(), vec![200; 9]] {
            let code = code(&table(&bytes));
            let distinct: HashSet<_> = code.iter().collect();
            assert_eq!(distinct.len(), 256);
            assert!(
                code.iter()
                    .all(|it| it.len() == 1 || PREFIXES.contains(&it[0]))
            );
            assert!(!PREFIXES.iter().any(|it| distinct.contains(&vec![*it])));
        }
    }

    #[test]
    fn a_text_is_a_table_and_the_codes_of_the_bytes() {
        let bytes = every_byte();
        let (table, code) = (table(&bytes), code(&table(&bytes)));
        let expected: Vec<u8> = bytes
            .iter()
            .flat_map(|byte| code[usize::from(*byte)].clone())
            .collect();
        let text = encode(&bytes);
        assert_eq!(text.as_bytes()[..256], table);
        assert_eq!(text.as_bytes()[256..], expected);
    }

    #[test]
    fn no_minifier_page_or_charset_changes_the_text() {
        for character in encode(&every_byte()).chars() {
            assert!(
                matches!(character, ' '..='~') && !"\"'`\\$<>&".contains(character),
                "{character:?}"
            );
        }
    }

    #[test]
    fn frequent_bytes_are_one_character_and_letters_are_themselves() {
        let text = encode(&[b"the wasm of aurous web".repeat(9), vec![0; 99]].concat());
        let (table, text) = text.split_at(256);
        assert!(text.starts_with("the wasm of aurous web"), "{text}");
        assert_eq!(text.len(), 22 * 9 + 99);
        assert_eq!(&table[b'a'.into()..][..1], "a");
    }

    #[test]
    fn the_decoders_test_has_this_encoders_text() {
        assert_eq!(encode(&every_byte()), EVERY_BYTE.trim_end_matches('\n'));
    }
}
