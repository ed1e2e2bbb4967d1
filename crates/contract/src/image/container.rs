//! Containers: files whose format is that of what they hold.

use super::FileKind::{self, *};
use super::signatures::starts_with;

/// Tells pictures and videos apart by the brands in the `ftyp` box (ISO/IEC 14496-12, 4.3; 23008-12, 10), which
/// holds its size, `ftyp`, the major brand, a version, and the compatible brands.
///
/// The first brand that names a format decides. `mif1` and `msf1` name the container of pictures alone; what
/// has no known brand is a video.
pub(super) fn find_brand(header: &[u8]) -> Option<FileKind> {
    if !starts_with(header, b"????ftyp") {
        return None;
    }
    let size = u32::from_be_bytes(*header.first_chunk()?) as usize;
    let (words, _) = header.get(..size).unwrap_or(header).as_chunks::<4>();
    // The fourth is the version, which may hold anything.
    let brands = words.iter().enumerate().skip(2).filter(|(at, _)| *at != 3);
    let mut kind = Mp4;
    for (_, brand) in brands {
        match BRANDS.iter().find(|(it, _)| starts_with(brand, it)) {
            Some((_, Heif)) => kind = Heif,
            Some((_, named)) => return Some(*named),
            None => {}
        }
    }
    Some(kind)
}

/// `?` stands for any character.
const BRANDS: &[(&[u8], FileKind)] = &[
    (b"hei?", Heic),
    (b"hev?", Heic),
    (b"avi?", Avif),
    (b"mif1", Heif),
    (b"msf1", Heif),
    (b"crx ", CanonCr3),
    (b"qt  ", Mov),
    (b"3g??", ThreeGp),
    (b"M4A ", Audio),
    (b"M4B ", Audio),
];

/// Tells by the name of its first entry what a ZIP archive is (APPNOTE 4.3.7), where the file is one.
pub(super) fn find_in_zip(header: &[u8]) -> Option<FileKind> {
    const NAME_AT: usize = 30;
    // A file, no file at all, or a part of several.
    let [b'P', b'K', 3 | 5 | 7, 4 | 6 | 8, ..] = header else {
        return None;
    };
    let name = header.get(NAME_AT..).unwrap_or_default();
    let entry = FIRST_ENTRIES.iter().find(|(it, _)| name.starts_with(it));
    Some(entry.map_or(Zip, |(_, kind)| *kind))
}

/// The names that first entries start with. `mimetype` is stored as it is, its content right behind its name.
const FIRST_ENTRIES: &[(&[u8], FileKind)] = &[
    (b"[Content_Types].xml", Office),
    (b"_rels/", Office),
    (b"docProps/", Office),
    (b"word/", Office),
    (b"mimetypeapplication/vnd.oasis", OpenDocument),
    (b"mimetypeapplication/epub", Epub),
    (b"mimetypeimage/openraster", Krita),
    (b"mimetypeapplication/x-krita", Krita),
    (b"document.json", Sketch),
    (b"Document.archive", Procreate),
];
