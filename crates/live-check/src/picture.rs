//! The pictures that a run uploads: the project's samples, which are in the public domain.

use std::borrow::Cow;

use aurous_contract::image::{ContentType, Extension};
use bytes::Bytes;

/// A picture. No two have the same size in pixels, so that a reference image can be told from another even
/// if the API encoded it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub filename: Cow<'static, str>,
    pub extension: Extension,
    pub content_type: ContentType,
    pub bytes: Bytes,
}

macro_rules! sample {
    ($file:literal, $extension:ident, $content_type:ident) => {
        Picture {
            filename: Cow::Borrowed($file),
            extension: Extension::$extension,
            content_type: ContentType::$content_type,
            bytes: Bytes::from_static(include_bytes!(concat!("../../../samples/", $file))),
        }
    };
}

/// A JPEG of 320 × 400 pixels.
pub const FRONT: Picture = sample!("front.jpg", Jpg, Jpeg);
/// Another JPEG, of 1024 × 1024 pixels.
pub const FRONT_LARGE: Picture = sample!("front-progressive.jpeg", Jpeg, Jpeg);
pub const PORTRAIT: Picture = sample!("portrait.png", Png, Png);
pub const SIDE: Picture = sample!("side.webp", Webp, Webp);

/// The longest segment of a JPEG, and the shortest, in bytes: a marker of two bytes, a length of two that
/// counts itself, and the content (ITU T.81, B.1.1.4).
const SEGMENT_MAX: usize = 2 + 65_535;
const SEGMENT_MIN: usize = 2 + 2;

impl Picture {
    /// Returns this JPEG with comments after its start, so that it has this many bytes, or a few more. It
    /// shows the same picture.
    pub fn padded_to(&self, size: usize) -> Self {
        let (start, rest) = self.bytes.split_at(2.min(self.bytes.len()));
        let mut bytes = Vec::with_capacity(size);
        bytes.extend_from_slice(start);
        loop {
            let missing = size.saturating_sub(bytes.len() + rest.len());
            if missing == 0 {
                break;
            }
            let whole = missing.clamp(SEGMENT_MIN, SEGMENT_MAX);
            // Leaves no rest that is shorter than a segment.
            let segment = match missing - whole.min(missing) {
                1..SEGMENT_MIN => whole - SEGMENT_MIN,
                _ => whole,
            };
            let length = u16::try_from(segment - 2).unwrap_or(u16::MAX);
            bytes.extend_from_slice(&[0xFF, 0xFE]);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.resize(bytes.len() + segment - SEGMENT_MIN, b' ');
        }
        bytes.extend_from_slice(rest);
        Self {
            bytes: Bytes::from(bytes),
            ..self.clone()
        }
    }

    /// Returns whether this is the picture in `bytes`: the very file, or one with as many pixels.
    pub fn is_shown_by(&self, bytes: &[u8]) -> bool {
        let pixels = |bytes: &[u8]| imagesize::blob_size(bytes).ok();
        self.bytes == bytes || (pixels(bytes).is_some() && pixels(bytes) == pixels(&self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use aurous_contract::image::{ImageFormat, Markers, read_first_markers, sniff};

    use super::*;

    #[test]
    fn a_padded_picture_has_its_size_and_is_a_jpeg() {
        let size = FRONT.bytes.len();
        for padding in [4, 5, 65_536, 65_537, 65_538, 65_541, 200_000] {
            let padded = FRONT.padded_to(size + padding);
            assert_eq!(padded.bytes.len(), size + padding);
            assert_eq!(sniff(&padded.bytes), Ok(ImageFormat::Jpeg));
            assert_eq!(
                read_first_markers(&padded.bytes),
                Ok(Markers::Decodable),
                "{padding}"
            );
            assert!(FRONT.is_shown_by(&padded.bytes));
        }
        assert_eq!(FRONT.padded_to(10), FRONT);
    }

    #[test]
    fn every_picture_is_told_from_the_others() {
        let all = [FRONT, FRONT_LARGE, PORTRAIT, SIDE];
        for (at, one) in all.iter().enumerate() {
            assert_eq!(
                sniff(&one.bytes),
                Ok(one.content_type.format()),
                "{}",
                one.filename
            );
            for (other_at, other) in all.iter().enumerate() {
                assert_eq!(one.is_shown_by(&other.bytes), at == other_at);
            }
        }
    }
}
