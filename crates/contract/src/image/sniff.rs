use super::ImageFormat;

/// How many of a file's first bytes [`sniff`] looks at. Every binary signature lies within the first 32; an
/// `<svg` may stand behind an XML prologue and a comment.
pub const SNIFF_LENGTH: usize = 1024;

/// The longest signature of the three accepted formats (PNG with its `IHDR`, WebP with its first
/// chunk), in bytes. A shorter file of no known kind is [`FileKind::TooShort`].
const SIGNATURE_LENGTH: usize = 16;

/// A kind of file that the API does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// HEIF with HEVC inside: the format of an iPhone's photos.
    Heic,
    /// HEIF with another codec inside, or with none that is named.
    Heif,
    Avif,
    Gif,
    /// TIFF and BigTIFF, and with them the raw formats built on it (CR2, NEF, ARW, DNG).
    Tiff,
    Bmp,
    /// A bare codestream or a container.
    JpegXl,
    Svg,
    Pdf,
    Html,
    /// UTF-8 without control characters, or anything that starts with a UTF-16 byte order mark.
    Text,
    Empty,
    /// Fewer bytes than a signature has.
    TooShort,
    Unknown,
}

impl FileKind {
    pub const ALL: [Self; 14] = [
        Self::Heic,
        Self::Heif,
        Self::Avif,
        Self::Gif,
        Self::Tiff,
        Self::Bmp,
        Self::JpegXl,
        Self::Svg,
        Self::Pdf,
        Self::Html,
        Self::Text,
        Self::Empty,
        Self::TooShort,
        Self::Unknown,
    ];

    /// Returns what follows "… is " in a message.
    ///
    /// ```
    /// use aurous_contract::image::FileKind;
    ///
    /// let refusal = ["IMG_0001.HEIC is ", FileKind::Heic.name()].concat();
    /// assert_eq!(refusal, "IMG_0001.HEIC is HEIC");
    /// assert_eq!(FileKind::Empty.name(), "an empty file");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Heic => "HEIC",
            Self::Heif => "HEIF",
            Self::Avif => "AVIF",
            Self::Gif => "GIF",
            Self::Tiff => "TIFF",
            Self::Bmp => "BMP",
            Self::JpegXl => "JPEG XL",
            Self::Svg => "SVG",
            Self::Pdf => "PDF",
            Self::Html => "HTML",
            Self::Text => "plain text",
            Self::Empty => "an empty file",
            Self::TooShort => "too short to be an image",
            Self::Unknown => "not an image format that is known here",
        }
    }
}

/// Returns the format of a file that the API takes, by the file's first bytes.
///
/// Pass the first [`SNIFF_LENGTH`] bytes, or the whole file where it is shorter; any further bytes are
/// ignored. Only the header is judged: a picture that is cut off behind it passes.
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
    accepted(header).ok_or_else(|| refused(header))
}

/// Returns the accepted format that the header is of, if it is of one:
///
/// - JPEG (ITU T.81, annex B): SOI, then the start of a marker that may stand there. `FF D8 FF`
///   alone is not enough: no segment follows.
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
    let webp = header.starts_with(b"RIFF")
        && has(header, 8, b"WEBPVP8")
        && matches!(header.get(15), Some(b' ' | b'L' | b'X'));
    webp.then_some(ImageFormat::Webp)
}

/// Returns the kind of a file whose format is not accepted.
fn refused(header: &[u8]) -> FileKind {
    if header.is_empty() {
        return FileKind::Empty;
    }
    SIGNATURES
        .iter()
        .find(|(start, offset, more, _)| header.starts_with(start) && has(header, *offset, more))
        .map(|(.., kind)| *kind)
        .or_else(|| brand(header))
        .or_else(|| markup(header))
        .or_else(|| is_text(header).then_some(FileKind::Text))
        .unwrap_or(if header.len() < SIGNATURE_LENGTH {
            FileKind::TooShort
        } else {
            FileKind::Unknown
        })
}

/// The first bytes of a file; an offset, and the bytes there; the kind of a file that has both.
type Signature = (&'static [u8], usize, &'static [u8], FileKind);

const SIGNATURES: &[Signature] = &[
    (b"GIF87a", 0, b"", FileKind::Gif),
    (b"GIF89a", 0, b"", FileKind::Gif),
    (b"II*\0", 0, b"", FileKind::Tiff),
    (b"MM\0*", 0, b"", FileKind::Tiff),
    (b"II+\0", 0, b"", FileKind::Tiff),
    (b"MM\0+", 0, b"", FileKind::Tiff),
    // "BM" alone also starts "BMW": the size of the header that follows, 12 to 124, fits one byte
    // of its four.
    (b"BM", 15, b"\0\0\0", FileKind::Bmp),
    (b"\xFF\x0A", 0, b"", FileKind::JpegXl),
    (b"\0\0\0\x0CJXL \r\n\x87\n", 0, b"", FileKind::JpegXl),
    (b"%PDF-", 0, b"", FileKind::Pdf),
    (b"\xFF\xFE", 0, b"", FileKind::Text),
    (b"\xFE\xFF", 0, b"", FileKind::Text),
];

/// Tells HEIC, HEIF and AVIF apart by the brands in the `ftyp` box (ISO/IEC 14496-12, 4.3; 23008-12, 10),
/// which holds its size, `ftyp`, the major brand, a version, and the compatible brands.
///
/// The first brand that names a codec decides. `mif1` and `msf1` name the container alone.
fn brand(header: &[u8]) -> Option<FileKind> {
    if !has(header, 4, b"ftyp") {
        return None;
    }
    let size = u32::from_be_bytes(*header.first_chunk()?) as usize;
    let (brands, _) = header.get(..size).unwrap_or(header).as_chunks::<4>();
    // The third is the version, which may hold anything.
    let brands = brands
        .iter()
        .enumerate()
        .filter(|(place, _)| !matches!(place, 0 | 1 | 3));
    let kinds = brands.filter_map(|(_, brand)| BRANDS.iter().find(|(name, _)| *name == brand));
    let mut container = None;
    for (_, kind) in kinds {
        if *kind != FileKind::Heif {
            return Some(*kind);
        }
        container = Some(*kind);
    }
    container
}

const BRANDS: &[(&[u8; 4], FileKind)] = &[
    (b"heic", FileKind::Heic),
    (b"heix", FileKind::Heic),
    (b"heim", FileKind::Heic),
    (b"heis", FileKind::Heic),
    (b"hevc", FileKind::Heic),
    (b"hevx", FileKind::Heic),
    (b"hevm", FileKind::Heic),
    (b"hevs", FileKind::Heic),
    (b"avif", FileKind::Avif),
    (b"avis", FileKind::Avif),
    (b"mif1", FileKind::Heif),
    (b"msf1", FileKind::Heif),
];

/// Recognises SVG and HTML by the first known tag or document type of a file that begins with a tag, a
/// prologue or a comment: in any letter case, and in any encoding that extends ASCII.
fn markup(header: &[u8]) -> Option<FileKind> {
    let text = header.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(header);
    if text.trim_ascii_start().first() != Some(&b'<') {
        return None;
    }
    let tag_at = |at| {
        let rest = text.get(at..).unwrap_or_default();
        let tag = TAGS.iter().find(|(tag, _)| starts_with_tag(rest, tag));
        tag.map(|(_, kind)| *kind)
    };
    (0..text.len()).find_map(tag_at)
}

fn starts_with_tag(text: &[u8], tag: &[u8]) -> bool {
    text.split_at_checked(tag.len())
        .is_some_and(|(start, after)| {
            start.eq_ignore_ascii_case(tag) && !after.first().is_some_and(u8::is_ascii_alphanumeric)
        })
}

/// The tags that SVG and HTML are recognised by. Those of HTML are the ones that real pages start with.
const TAGS: &[(&[u8], FileKind)] = &[
    (b"<svg", FileKind::Svg),
    (b"<!doctype svg", FileKind::Svg),
    (b"<html", FileKind::Html),
    (b"<!doctype html", FileKind::Html),
    (b"<head", FileKind::Html),
    (b"<body", FileKind::Html),
    (b"<script", FileKind::Html),
    (b"<title", FileKind::Html),
    (b"<meta", FileKind::Html),
    (b"<div", FileKind::Html),
];

/// Returns whether this is UTF-8 without control characters other than white space. The last character may
/// be cut off, since a header ends anywhere.
fn is_text(header: &[u8]) -> bool {
    let length = match str::from_utf8(header) {
        Ok(text) => text.len(),
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        Err(_) => return false,
    };
    let is_printable = |byte: &u8| byte.is_ascii_whitespace() || !byte.is_ascii_control();
    length > 0 && header.iter().take(length).all(is_printable)
}

fn has(header: &[u8], offset: usize, bytes: &[u8]) -> bool {
    header
        .get(offset..)
        .is_some_and(|rest| rest.starts_with(bytes))
}

#[cfg(test)]
mod tests;
