use crate::record::{FieldValue, Record};

use super::{ContentType, Extension, ImageFormat};

/// What the bytes of an image tell.
///
/// ```
/// use aurous_contract::image::{ContentType, ImageFacts, ImageFormat};
///
/// let facts = ImageFacts::of(ImageFormat::Png, 2048.0);
/// assert_eq!((facts.content_type, facts.size), (ContentType::Png, 2048.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImageFacts {
    pub format: ImageFormat,
    pub content_type: ContentType,
    /// The extension to send: that of the format, whatever the file's name says.
    pub extension: Extension,
    /// Bytes. A float, since that is what a JavaScript number is.
    pub size: f64,
}

impl Record for ImageFacts {
    fn fields(&self) -> Vec<(&'static str, FieldValue<'_>)> {
        vec![
            ("format", FieldValue::Text(self.format.as_str())),
            ("contentType", FieldValue::Text(self.content_type.as_str())),
            ("extension", FieldValue::Text(self.extension.as_str())),
            ("size", FieldValue::Number(self.size)),
        ]
    }
}

impl ImageFacts {
    /// Returns the facts of an image of this format and size.
    pub const fn of(format: ImageFormat, size: f64) -> Self {
        Self {
            format,
            content_type: format.content_type(),
            extension: format.extension(),
            size,
        }
    }
}
