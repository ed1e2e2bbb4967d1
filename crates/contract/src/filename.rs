//! The name sent with an upload.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::image::ImageFormat;
use crate::limits::FILENAME_MAX_CHARS;

/// The longest text behind a name's last dot that counts as its extension when the name is cut, in
/// characters. Our choice: real extensions are shorter, and a sentence that has a dot goes on for longer.
pub const EXTENSION_MAX_CHARS: usize = 16;

/// A name that the API takes: 1 to [`FILENAME_MAX_CHARS`] characters (Unicode code points), any
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Filename(String);

/// Why a text is no [`Filename`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FilenameError {
    /// It has no characters.
    Empty,
    /// It has more than [`FILENAME_MAX_CHARS`] characters: this many.
    TooLong { chars: usize },
}

impl Filename {
    /// Returns the text as a name, where the API takes it as it is.
    ///
    /// ```
    /// use aurous_contract::filename::{Filename, FilenameError};
    ///
    /// assert!(Filename::parse("front-portrait.jpg").is_ok());
    /// assert_eq!(Filename::parse(""), Err(FilenameError::Empty));
    /// assert_eq!(
    ///     Filename::parse(&"é".repeat(121)),
    ///     Err(FilenameError::TooLong { chars: 121 })
    /// );
    /// ```
    pub fn parse(text: &str) -> Result<Self, FilenameError> {
        check(text)?;
        Ok(Self(text.to_owned()))
    }

    /// Returns the name to send for a file that a person picked, whatever it is called.
    ///
    /// - An empty name, and one of ASCII white space alone, becomes `image.<extension>`: a Blob has no name.
    /// - Each control character becomes `_`: a person sees none of them, and the API puts the name into a
    ///   `Content-Disposition` header, which must not get a line break.
    /// - A name of more than [`FILENAME_MAX_CHARS`] is cut before its extension, between code points; one
    ///   without an extension, at its end. An extension is the text behind the last dot: 1 to
    ///   [`EXTENSION_MAX_CHARS`] characters, with something before the dot.
    /// - All else stays. Slashes do, since browsers give bare names, and the API uses the name as a label,
    ///   not as a path. So does an extension that disagrees with `format`: it is the person's own.
    ///
    /// ```
    /// use aurous_contract::filename::Filename;
    /// use aurous_contract::image::ImageFormat;
    ///
    /// let named = |name| Filename::for_upload(name, ImageFormat::Png);
    /// assert_eq!(named("me.jpg").as_str(), "me.jpg");
    /// assert_eq!(named("").as_str(), "image.png");
    ///
    /// let cut = named(&["a".repeat(200).as_str(), ".jpeg"].concat());
    /// assert_eq!(cut.as_str().len(), 120);
    /// assert!(cut.as_str().ends_with("a.jpeg"));
    /// ```
    pub fn for_upload(name: &str, format: ImageFormat) -> Self {
        if name.trim_ascii().is_empty() {
            return Self(["image.", format.extension().as_str()].concat());
        }
        let whole = name.chars().count();
        let behind_cut = whole - extension_length(name);
        let cut = behind_cut.saturating_sub(whole.saturating_sub(FILENAME_MAX_CHARS));
        let kept = name
            .chars()
            .enumerate()
            .filter(|(place, _)| !(cut..behind_cut).contains(place));
        Self(
            kept.map(|(_, it)| if it.is_control() { '_' } else { it })
                .collect(),
        )
    }

    /// Returns the name as it is sent.
    ///
    /// ```
    /// # use aurous_contract::filename::{Filename, FilenameError};
    /// assert_eq!(Filename::parse("a.png")?.as_str(), "a.png");
    /// # Ok::<(), FilenameError>(())
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(text: &str) -> Result<(), FilenameError> {
    match text.chars().count() {
        0 => Err(FilenameError::Empty),
        chars if chars > FILENAME_MAX_CHARS => Err(FilenameError::TooLong { chars }),
        _ => Ok(()),
    }
}

/// Returns the length of the extension with its dot, in characters; 0 where there is none.
fn extension_length(name: &str) -> usize {
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return 0;
    };
    match extension.chars().count() {
        length @ 1..=EXTENSION_MAX_CHARS if !stem.is_empty() => length + 1,
        _ => 0,
    }
}

impl TryFrom<String> for Filename {
    type Error = FilenameError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        check(&text)?;
        Ok(Self(text))
    }
}

impl From<Filename> for String {
    fn from(name: Filename) -> Self {
        name.0
    }
}

impl fmt::Display for Filename {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for FilenameError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "a file name has at least 1 character",
            Self::TooLong { .. } => "a file name has at most 120 characters",
        })
    }
}

impl std::error::Error for FilenameError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(name: &str) -> String {
        Filename::for_upload(name, ImageFormat::Jpeg).into()
    }

    #[test]
    fn a_name_of_1_to_120_characters_is_taken_as_it_is() {
        for name in [
            "a",
            ".jpg",
            "my.holiday.photo.JPG",
            "写真 📷.png",
            "a/b\\c.jpg",
        ] {
            assert_eq!(sent(name), name);
        }
        let longest = "é".repeat(120);
        assert_eq!(sent(&longest), longest);
    }

    #[test]
    fn a_nameless_blob_is_named_after_its_format() {
        for name in ["", " ", "\t\n", &" ".repeat(200)] {
            assert_eq!(sent(name), "image.jpg");
        }
        assert_eq!(
            Filename::for_upload("", ImageFormat::Webp).as_str(),
            "image.webp"
        );
    }

    #[test]
    fn a_long_name_is_cut_before_its_extension() {
        let long = "x".repeat(200);
        for (extension, kept) in [
            (".jpg", 116),
            (".jpeg", 115),
            (".写真", 117),
            (".sixteen-letters-", 103),
        ] {
            let cut = sent(&[&long, extension].concat());
            assert_eq!(cut, [&"x".repeat(kept), extension].concat());
            assert_eq!(cut.chars().count(), 120);
        }
    }

    #[test]
    fn a_name_of_121_characters_loses_one() {
        let name = ["y".repeat(117).as_str(), ".jpg"].concat();
        assert_eq!(sent(&name), ["y".repeat(116).as_str(), ".jpg"].concat());
    }

    #[test]
    fn a_long_name_without_an_extension_is_cut_at_its_end() {
        let long = "x".repeat(200);
        for name in [
            long.clone(),
            [&long, "."].concat(),
            [".", &long].concat(),
            [&long, ".seventeen-letters"].concat(),
        ] {
            assert_eq!(sent(&name), name[..120]);
        }
    }

    #[test]
    fn a_cut_falls_between_code_points() {
        let cut = sent(&["📷".repeat(200).as_str(), ".png"].concat());
        assert_eq!(cut, ["📷".repeat(116).as_str(), ".png"].concat());
    }

    #[test]
    fn control_characters_become_underscores() {
        assert_eq!(sent("a\r\nb\0c\u{7F}\u{85}.jpg"), "a__b_c__.jpg");
    }

    #[test]
    fn a_name_that_breaks_the_rule_does_not_deserialise() {
        let read = |text: &str| {
            serde_json::from_value::<Filename>(serde_json::Value::String(text.to_owned()))
        };
        assert_eq!(read("a.png").unwrap().to_string(), "a.png");
        assert!(read("").is_err());
        assert!(read(&"é".repeat(120)).is_ok());
        let error = read(&"é".repeat(121)).unwrap_err().to_string();
        assert_eq!(error, "a file name has at most 120 characters");
    }
}
