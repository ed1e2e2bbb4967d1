//! The names of files: as they are shown, and as they are sent.

mod characters;
mod safe_name;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::image::{Extension, ImageFormat};
use crate::limits::FILENAME_MAX_CHARS;
use characters::{is_blank, start_of, text_of, visible};
use safe_name::split_extension;

pub use safe_name::SafeName;

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

    /// Returns the name to send for a file of this format: its own, with the format's extension.
    ///
    /// - An extension that names another format is replaced: the bytes decide. One that agrees stays as it
    ///   is (`.jpeg`, `.JPG`).
    /// - A name of an extension alone, and no name, become `image.<extension>`: a Blob has no name.
    ///
    /// ```
    /// use aurous_contract::filename::{Filename, SafeName};
    /// use aurous_contract::image::ImageFormat;
    ///
    /// let sent = |name| String::from(Filename::for_upload(&SafeName::of(name), ImageFormat::Jpeg));
    /// assert_eq!(sent("IMG_0001.HEIC"), "IMG_0001.jpg");
    /// assert_eq!(sent("/home/me/front.jpeg"), "front.jpeg");
    /// assert_eq!(sent(""), "image.jpg");
    /// ```
    pub fn for_upload(name: &SafeName, format: ImageFormat) -> Self {
        let name = visible(name.as_str());
        let (stem, own) = split_extension(&name);
        let own = text_of(own);
        let own = own.strip_prefix('.').unwrap_or_default();
        let extension = match Extension::parse(&own.to_ascii_lowercase()) {
            Some(extension) if extension.format() == format => own,
            _ => format.extension().as_str(),
        };
        let stem = start_of(stem, FILENAME_MAX_CHARS - 1 - extension.len());
        let is_empty = stem.iter().all(|it| *it == '.' || is_blank(*it));
        let stem = if is_empty {
            "image".to_owned()
        } else {
            text_of(stem)
        };
        Self([&stem, ".", extension].concat())
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
mod tests;
