use super::characters::{is_blank, start_of, text_of, visible};
use crate::limits::FILENAME_MAX_CHARS;

/// The longest text behind a name's last dot that counts as its extension, in characters: `heics`, `pjpeg`.
/// Our choice: longer ones are rarer than names with a dot in them.
const EXTENSION_MAX_CHARS: usize = 5;

/// The name of a file, safe to show and to send. Empty where the file has none, like a Blob.
///
/// It is the last part of a path, has at most [`FILENAME_MAX_CHARS`], and no character that reorders or hides
/// others: `photo.jpg` shows as `photo.jpg`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SafeName(String);

impl SafeName {
    /// Makes a file's name safe, whatever it is.
    ///
    /// - Of a path, the last part stays: some runtimes give a file's whole path as its name.
    /// - Characters that reorder text or that nobody sees are left out; control characters and line
    ///   separators become `_`. The API puts the name into a `Content-Disposition` header.
    /// - Blanks and dots at its end, and blanks at its start, are cut off.
    /// - A name that Windows keeps for a device (`CON.jpg`) gets `_` in front.
    /// - A long name is cut before its extension, between two graphemes. An extension is 1 to
    ///   5 ASCII letters and digits behind the last dot, with a letter among them.
    ///
    /// ```
    /// use aurous_contract::filename::SafeName;
    ///
    /// assert_eq!(SafeName::of("/home/me/private/photo.jpg").as_str(), "photo.jpg");
    /// assert_eq!(SafeName::of("holiday\u{202E}gpj.exe").as_str(), "holidaygpj.exe");
    /// assert_eq!(SafeName::of("..").as_str(), "");
    /// ```
    pub fn of(name: &str) -> Self {
        let visible = visible(name.trim_ascii());
        let name = last_part(&visible);
        let mut safe = Vec::new();
        if is_device(name) {
            safe.push('_');
        }
        let (stem, extension) = split_extension(name);
        let limit = FILENAME_MAX_CHARS - safe.len() - extension.len();
        safe.extend_from_slice(start_of(stem, limit));
        safe.extend_from_slice(extension);
        Self(text_of(trim(&safe)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SafeName {
    fn from(name: &str) -> Self {
        Self::of(name)
    }
}

/// Returns what stands behind the last slash or backslash that has something behind it, without a drive.
fn last_part(path: &[char]) -> &[char] {
    let parts = trim(path).rsplit(|it| matches!(it, '/' | '\\'));
    parts.map(trim).next().unwrap_or_default()
}

/// Leaves out what is no part of a name at its ends: blanks, dots at the end, slashes of a folder, and a drive.
fn trim(mut name: &[char]) -> &[char] {
    loop {
        name = match name {
            [first, rest @ ..] if is_blank(*first) => rest,
            ['a'..='z' | 'A'..='Z', ':', rest @ ..] => rest,
            [rest @ .., '.' | '/' | '\\'] => rest,
            [rest @ .., last] if is_blank(*last) => rest,
            _ => return name,
        }
    }
}

/// Splits a name before the dot of its extension. The extension is empty where there is none.
pub(super) fn split_extension(name: &[char]) -> (&[char], &[char]) {
    let dot = name.iter().rposition(|it| *it == '.');
    let split = name.split_at(dot.unwrap_or(name.len()));
    match split.1 {
        [_, extension @ ..]
            if extension.len() <= EXTENSION_MAX_CHARS
                && extension.iter().all(char::is_ascii_alphanumeric)
                && extension.iter().any(char::is_ascii_alphabetic) =>
        {
            split
        }
        _ => (name, &[]),
    }
}

/// Returns whether Windows takes a file of this name for a device, whatever its extension.
fn is_device(name: &[char]) -> bool {
    let Some((start, rest)) = name.split_at_checked(3) else {
        return false;
    };
    let is = |device: &str| {
        let mut pairs = device.chars().zip(start);
        pairs.all(|(wanted, it)| it.eq_ignore_ascii_case(&wanted))
    };
    match rest {
        [] | ['.', ..] => ["CON", "PRN", "AUX", "NUL"].into_iter().any(is),
        ['1'..='9'] | ['1'..='9', '.', ..] => is("COM") || is("LPT"),
        _ => false,
    }
}
