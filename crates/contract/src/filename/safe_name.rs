use super::characters::{is_dot_or_blank, start_of, visible};
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
    ///   [`EXTENSION_MAX_CHARS`] ASCII letters and digits behind the last dot, with a letter among them.
    ///
    /// ```
    /// use aurous_contract::filename::SafeName;
    ///
    /// assert_eq!(SafeName::of("/home/me/private/photo.jpg").as_str(), "photo.jpg");
    /// assert_eq!(SafeName::of("holiday\u{202E}gpj.exe").as_str(), "holidaygpj.exe");
    /// assert_eq!(SafeName::of("..").as_str(), "");
    /// ```
    pub fn of(name: &str) -> Self {
        let name = visible(name.trim());
        let name = last_part(&name);
        let mark = if is_device(name) { "_" } else { "" };
        let name = [mark, name].concat();
        let (stem, extension) = split_extension(&name);
        if extension.is_empty() {
            let start = start_of(&name, FILENAME_MAX_CHARS);
            return Self(start.trim_end_matches(is_dot_or_blank).to_owned());
        }
        let stem = start_of(stem, FILENAME_MAX_CHARS - 1 - extension.len());
        Self([stem, ".", extension].concat())
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
fn last_part(path: &str) -> &str {
    const SLASHES: [char; 2] = ['/', '\\'];
    let path = path.trim_end_matches(SLASHES);
    let mut name = path.rsplit(SLASHES).next().unwrap_or_default();
    loop {
        name = name.trim_start();
        match name.as_bytes() {
            [drive, b':', ..] if drive.is_ascii_alphabetic() => {
                name = name.get(2..).unwrap_or_default();
            }
            _ => return name.trim_end_matches(is_dot_or_blank),
        }
    }
}

/// Splits a name at the dot before its extension. The extension is empty where there is none.
pub(super) fn split_extension(name: &str) -> (&str, &str) {
    match name.rsplit_once('.') {
        Some((stem, extension))
            if extension.len() <= EXTENSION_MAX_CHARS
                && extension.bytes().all(|it| it.is_ascii_alphanumeric())
                && extension.bytes().any(|it| it.is_ascii_alphabetic()) =>
        {
            (stem, extension)
        }
        _ => (name, ""),
    }
}

/// Returns whether Windows takes a file of this name for a device, whatever its extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let is = |device: &str| stem.eq_ignore_ascii_case(device);
    let is_numbered = |device: &str| {
        let start = stem.get(..3);
        start.is_some_and(|it| it.eq_ignore_ascii_case(device))
            && matches!(stem.as_bytes(), [_, _, _, b'1'..=b'9'])
    };
    ["CON", "PRN", "AUX", "NUL"].into_iter().any(is) || is_numbered("COM") || is_numbered("LPT")
}
