//! The first bytes of formats that the API does not take.

use super::FileKind::{self, *};

/// Returns the kind of a file by its first bytes.
pub(super) fn find(header: &[u8]) -> Option<FileKind> {
    let near = SIGNATURES.iter().find(|(it, _)| starts_with(header, it));
    if let Some((_, kind)) = near {
        return Some(*kind);
    }
    let far = FAR_SIGNATURES.iter().find(|(offset, bytes, _)| {
        let rest = header.get(usize::from(*offset)..);
        rest.is_some_and(|it| it.starts_with(bytes))
    });
    if let Some((.., kind)) = far {
        return Some(*kind);
    }
    match header {
        // A frame of MP3 or AAC.
        [0xFF, 0xF1..=0xF3 | 0xF9 | 0xFB, ..] => Some(Audio),
        [
            b'P',
            b'1'..=b'7' | b'F' | b'f',
            b'\t' | b'\n' | b'\r' | b' ',
            ..,
        ] => Some(Pnm),
        _ => is_transport_stream(header).then_some(Mpeg),
    }
}

/// Returns whether the bytes start with a pattern, in which `?` stands for any byte.
pub(super) fn starts_with(bytes: &[u8], pattern: &[u8]) -> bool {
    bytes.len() >= pattern.len()
        && bytes
            .iter()
            .zip(pattern)
            .all(|(byte, wanted)| *wanted == b'?' || byte == wanted)
}

/// Returns whether this is MPEG-2 TS, whose packets each start with `G`: 188 bytes long, or 192 in camcorders' files.
fn is_transport_stream(header: &[u8]) -> bool {
    [(0, 188), (4, 192)].into_iter().any(|(start, length)| {
        (0..5).all(|packet| header.get(start + packet * length) == Some(&b'G'))
    })
}

/// Signatures at the start of a file, the more exact ones first. `?` stands for any byte.
const SIGNATURES: &[(&[u8], FileKind)] = &[
    (b"GIF8?a", Gif),
    (b"II*\0????CR\x02", CanonCr2),
    (b"II\x1A\0\0\0HEAPCCDR", CanonCrw),
    (b"FUJIFILMCCD-RAW", Raf),
    (b"IIU\0", Rw2),
    (b"IIRO\x08\0", Orf),
    (b"IIRS\x08\0", Orf),
    (b"MMOR\0\0", Orf),
    (b"FOVb", X3f),
    (b"\0MRM", Mrw),
    (b"II\xBC?", JpegXr),
    // "BM" alone also starts "BMW": the size of the header that follows, 12 to 124, fits one byte of its
    // four.
    (b"BM?????????????\0\0\0", Bmp),
    (b"\xFF\x0A", JpegXl),
    (b"\0\0\0\x0CJXL \r\n\x87\n", JpegXl),
    (b"\0\0\0\x0CjP  \r\n\x87\n", Jpeg2000),
    (b"\xFF\x4F\xFF\x51", Jpeg2000),
    (b"\x89PNG\r\n\x1A\n\0\0\0\x04CgBI", CrushedPng),
    (b"\x89PNG\n", Mangled),
    (b"\xEF\xBF\xBDPNG", Mangled),
    (b"\xC2\x89PNG", Mangled),
    // The first three bytes of a JPEG, none of which is UTF-8; and each of them as a Latin-1 character.
    (b"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", Mangled),
    (b"\xC3\xBF\xC3\x98\xC3\xBF", Mangled),
    (b"\x89PNG????????????", BrokenPng),
    (b"\xFF\xD8??????????????", BrokenJpeg),
    (b"?MNG\r\n\x1A\n", Mng),
    (b"?JNG\r\n\x1A\n", Mng),
    // Before cursors, which have a number other than 0 in the fifth byte.
    (b"\0\0\x02\0\0\0\0\0", Tga),
    (b"\0\0\x03\0\0\0\0\0", Tga),
    (b"\0\0\x0A\0\0\0\0\0", Tga),
    (b"\0\0\x0B\0\0\0\0\0", Tga),
    (b"\0\x01\x01\0\0", Tga),
    (b"\0\x01\x09\0\0", Tga),
    // With the upper byte of their number: the size of an MP4 box may have the first four.
    (b"\0\0\x01\0?\0", Icon),
    (b"\0\0\x02\0?\0", Icon),
    (b"icns\0", Icon),
    (b"\x0A\x05\x01", Pcx),
    (b"\x76\x2F\x31\x01", OpenExr),
    (b"#?RADIANCE", RadianceHdr),
    (b"#?RGBE", RadianceHdr),
    (b"DDS |\0\0\0", Dds),
    (b"\xABKTX", Ktx),
    (b"qoif", Qoi),
    (b"FLIF", Flif),
    (b"BPG\xFB", Bpg),
    (b"\x01\xDA", Sgi),
    (b"\x59\xA6\x6A\x95", SunRaster),
    (b"SDPX", Dpx),
    (b"XPDS", Dpx),
    (b"AT&TFORM", DjVu),
    (b"FORM????ILBM", Ilbm),
    (b"FORM????AIF", Audio),
    (b"/* XPM", Xpm),
    (b"\xD7\xCD\xC6\x9A", Wmf),
    (b"\x01\0\x09\0\0", Wmf),
    (b"%!PS", Eps),
    (b"\xC5\xD0\xD3\xC6", Eps),
    (b"SIMPLE  =", Fits),
    (b"8BPS\0", Photoshop),
    (b"gimp xcf", Gimp),
    (b"\0\xFFKA", Affinity),
    (b"PDN3", PaintDotNet),
    (b"Paint Shop Pro Image", PaintShop),
    (b"CSFCHUNK", ClipStudio),
    (b"RIFF????CDR", Corel),
    (b"\x06\x06\xED\xF5", InDesign),
    (b"glTF", Model),
    (b"BLENDER", Model),
    (b"Kaydara FBX", Model),
    (b"RIFF????WEBP????", BrokenWebp),
    (b"RIFF????AVI ", Avi),
    (b"RIFF????WAVE", Audio),
    (b"????moov", Mov),
    (b"????mdat", Mov),
    (b"????wide", Mov),
    (b"????pnot", Mov),
    (b"\x1A\x45\xDF\xA3", Matroska),
    (b"\0\0\x01\xBA", Mpeg),
    (b"\0\0\x01\xB3", Mpeg),
    (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", Wmv),
    (b"FLV\x01", Flv),
    (b"ID3", Audio),
    (b"OggS", Audio),
    (b"fLaC", Audio),
    (b"#!AMR", Audio),
    (b"%PDF-", Pdf),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Office),
    (b"{\\rtf", Rtf),
    (b"7z\xBC\xAF\x27\x1C", Archive),
    (b"Rar!\x1A\x07", Archive),
    (b"\x1F\x8B\x08", Archive),
    (b"BZh?1AY&SY", Archive),
    (b"\xFD7zXZ\0", Archive),
    (b"\x28\xB5\x2F\xFD", Archive),
    (b"MSCF\0", Archive),
    (b"data:image/", Base64),
    (b"/9j/", Base64),
    (b"iVBORw0KGgo", Base64),
    (b"version https://git-lfs", GitLfs),
    (b"\xFF\xFE", Text),
    (b"\xFE\xFF", Text),
    (b"\0\x05\x16\x07", AppleDouble),
    (b"\0\x05\x16\0", AppleDouble),
    (b"\0\0\0\x01Bud1", DsStore),
    (b"L\0\0\0\x01\x14\x02\0", Shortcut),
    (b"[InternetShortcut", Shortcut),
    (b"[Desktop Entry]", Shortcut),
    (b"bplist0", PropertyList),
    (b"\0\x01\0\0\0", Font),
    (b"OTTO\0", Font),
    (b"wOF?", Font),
    (b"MZ?\0", Program),
    (b"\x7FELF", Program),
    (b"\xCF\xFA\xED\xFE", Program),
    (b"\xCA\xFE\xBA\xBE", Program),
    (b"\0asm", Program),
    (b"SQLite format 3\0", Database),
];

/// Signatures further behind: an offset, and the bytes there.
const FAR_SIGNATURES: &[(u16, &[u8], FileKind)] = &[
    (40, b" EMF", Emf),
    (128, b"DICM", Dicom),
    (257, b"ustar", Archive),
];

#[cfg(test)]
mod tests;
