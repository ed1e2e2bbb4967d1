use super::jpeg::read_first_markers;
use super::{FileKind, ImageFormat, container, signatures, text, tiff};

/// How many of a file's first bytes [`sniff`] looks at. Every signature lies within the first 300; an `<svg` may
/// stand behind an XML prologue and a comment. The frame header of a JPEG may lie far behind them.
pub const SNIFF_LENGTH: usize = 1024;

/// The longest signature of the three accepted formats (PNG with its `IHDR`, WebP with its first
/// chunk), in bytes. A shorter file of no known kind is [`FileKind::TooShort`].
const SIGNATURE_LENGTH: usize = 16;

/// Returns the format of a file that the API takes, by the file's first bytes.
///
/// Pass the first [`SNIFF_LENGTH`] bytes, or the whole file where it is shorter; any further bytes are
/// ignored. Only the header is judged: a picture that is cut off behind it passes. So does a JPEG whose frame
/// header lies behind these bytes: see [`read_first_markers`].
///
/// # Errors
/// The kind of file, where the API does not take it.
///
/// ```
/// use aurous_contract::image::{FileKind, ImageFormat, sniff};
///
/// assert_eq!(sniff(b"\xFF\xD8\xFF\xE0\x00\x10JFIF\0"), Ok(ImageFormat::Jpeg));
/// assert_eq!(sniff(b"GIF89a\x01\x00\x01\x00"), Err(FileKind::Gif));
/// assert_eq!(sniff(b""), Err(FileKind::Empty));
/// ```
pub fn sniff(header: &[u8]) -> Result<ImageFormat, FileKind> {
    let header = header.get(..SNIFF_LENGTH).unwrap_or(header);
    match accepted(header) {
        Some(ImageFormat::Jpeg) => read_first_markers(header).map(|_| ImageFormat::Jpeg),
        Some(format) => Ok(format),
        None => Err(refused(header)),
    }
}

/// Returns the accepted format that the header is of, if it is of one:
///
/// - JPEG (ITU T.81, annex B): SOI, then the start of a marker that may stand there. `FF D8 FF`
///   alone is not enough: no segment follows. [`read_first_markers`] looks at the rest.
/// - PNG (PNG 3, 5.2 and 5.6): the signature, then an `IHDR` chunk of 13 bytes. Apple's `CgBI`
///   variant, which browsers and servers can't read, has another chunk there.
/// - WebP (RFC 9649): RIFF, any size, `WEBP`, and one of the three chunks that may come first.
fn accepted(header: &[u8]) -> Option<ImageFormat> {
    if let [0xFF, 0xD8, 0xFF, marker, ..] = header {
        // Frames, tables, scans, APPn, comments, fill bytes; no restart, second start or end.
        return matches!(marker, 0xC0..=0xCF | 0xDA..).then_some(ImageFormat::Jpeg);
    }
    if header.starts_with(b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR") {
        return Some(ImageFormat::Png);
    }
    let is_webp = signatures::starts_with(header, b"RIFF????WEBPVP8")
        && matches!(header.get(15), Some(b' ' | b'L' | b'X'));
    is_webp.then_some(ImageFormat::Webp)
}

/// Returns the kind of a file whose format is not accepted.
fn refused(header: &[u8]) -> FileKind {
    if header.is_empty() {
        return FileKind::Empty;
    }
    let is_short = header.len() < SIGNATURE_LENGTH;
    if !is_short && header.iter().all(|it| *it == 0) {
        return FileKind::Zeros;
    }
    signatures::find(header)
        .or_else(|| tiff::find(header))
        .or_else(|| container::find_brand(header))
        .or_else(|| container::find_in_zip(header))
        .or_else(|| text::find(header))
        .unwrap_or(if is_short {
            FileKind::TooShort
        } else {
            FileKind::Unknown
        })
}

#[cfg(test)]
mod tests;
