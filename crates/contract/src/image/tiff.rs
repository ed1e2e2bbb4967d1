//! TIFF, and the raw formats of cameras that are built on it.

use super::FileKind;

/// Tags of the first directory (TIFF 6.0; DNG 1.7).
const MAKE: u16 = 0x010F;
const SUB_DIRECTORIES: u16 = 0x014A;
const DNG_VERSION: u16 = 0xC612;

/// The size of a directory's entry, which starts with its tag, in bytes.
const ENTRY_LENGTH: usize = 12;

/// Tells TIFF and raw photos apart, where the file is one of them.
///
/// A raw photo names its camera, and has a small picture in the first directory and the real one in a directory
/// below.
pub(super) fn find(header: &[u8]) -> Option<FileKind> {
    let is_little_endian = match header {
        [b'I', b'I', b'*', 0, ..] => true,
        [b'M', b'M', 0, b'*', ..] => false,
        // BigTIFF, which no camera writes.
        [b'I', b'I', b'+', 0, ..] | [b'M', b'M', 0, b'+', ..] => return Some(FileKind::Tiff),
        _ => return None,
    };
    let number = |at: usize| {
        let bytes = header.get(at..).and_then(|it| it.first_chunk());
        bytes.map_or(0, |it| match is_little_endian {
            true => u16::from_le_bytes(*it),
            false => u16::from_be_bytes(*it),
        })
    };
    // The offset has 4 bytes. A directory so far behind that it needs the upper two is not in the header.
    let directory = usize::from(number(if is_little_endian { 4 } else { 6 }));
    let has = |tag| {
        let entries = 0..usize::from(number(directory));
        entries
            .into_iter()
            .any(|it| number(directory + 2 + it * ENTRY_LENGTH) == tag)
    };
    let names = |make: &[u8]| header.windows(make.len()).any(|it| it == make);
    Some(if has(DNG_VERSION) {
        FileKind::Dng
    } else if !(has(MAKE) && has(SUB_DIRECTORIES)) {
        FileKind::Tiff
    } else if names(b"NIKON") {
        FileKind::Nef
    } else if names(b"SONY") {
        FileKind::Arw
    } else {
        FileKind::CameraRaw
    })
}
