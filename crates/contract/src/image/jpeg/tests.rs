use super::{Markers, read_first_markers, read_markers};
use crate::image::{FileKind, ImageFormat, SNIFF_LENGTH, sniff};

#[test]
fn a_jpeg_needs_a_marker_that_may_follow_its_start() {
    for marker in [0xC0, 0xC4, 0xDB, 0xE0, 0xE1, 0xEE, 0xFE, 0xFF] {
        assert_eq!(sniff(&[0xFF, 0xD8, 0xFF, marker]), Ok(ImageFormat::Jpeg));
    }
    for marker in [0x00, 0x51, 0xD0, 0xD8, 0xD9] {
        let file = [&[0xFF, 0xD8, 0xFF, marker], [0; 12].as_slice()].concat();
        assert_eq!(sniff(&file), Err(FileKind::BrokenJpeg));
    }
}

/// A JPEG of these segments, each a marker and its content.
fn jpeg(segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    for (marker, content) in segments {
        let length = u16::try_from(content.len() + 2).unwrap();
        file.extend([0xFF, *marker]);
        file.extend(length.to_be_bytes());
        file.extend(*content);
    }
    file
}

/// A frame header of 16 x 16 pixels.
fn frame(precision: u8, colors: u8) -> Vec<u8> {
    let mut frame = vec![precision, 0, 16, 0, 16, colors];
    frame.extend([1, 0x11, 0].repeat(colors.into()));
    frame
}

const EXIF: (u8, &[u8]) = (0xE1, b"Exif\0\0MM\0*\xFF\xC3\xFF\xF7");
const TABLE: (u8, &[u8]) = (0xDB, &[1; 65]);

#[test]
fn the_frame_header_says_whether_browsers_decode_a_jpeg() {
    use FileKind::*;
    let ok = Ok(ImageFormat::Jpeg);
    for (marker, precision, colors, verdict) in [
        (0xC0, 8, 3, ok),
        (0xC1, 8, 3, ok),
        (0xC2, 8, 1, ok),
        (0xC2, 8, 4, ok),
        (0xC1, 12, 3, Err(DeepJpeg)),
        (0xC2, 12, 1, Err(DeepJpeg)),
        (0xC0, 8, 2, Err(OddlyColoredJpeg)),
        (0xC0, 8, 0, Err(OddlyColoredJpeg)),
        (0xC3, 8, 3, Err(LosslessJpeg)),
        (0xC3, 16, 1, Err(LosslessJpeg)),
        (0xCB, 8, 3, Err(LosslessJpeg)),
        (0xC5, 8, 3, Err(HierarchicalJpeg)),
        (0xC7, 8, 3, Err(HierarchicalJpeg)),
        (0xCD, 8, 3, Err(HierarchicalJpeg)),
        (0xDE, 8, 3, Err(HierarchicalJpeg)),
        (0xC9, 8, 3, Err(ArithmeticJpeg)),
        (0xCA, 8, 3, Err(ArithmeticJpeg)),
        (0xF7, 8, 3, Err(JpegLs)),
        (0xC8, 8, 3, Err(BrokenJpeg)),
    ] {
        let frame = frame(precision, colors);
        let frame = (marker, frame.as_slice());
        let huffman = (0xC4, [0; 20].as_slice());
        let arithmetic = (0xCC, [0; 2].as_slice());
        for segments in [
            vec![frame],
            vec![EXIF, TABLE, huffman, arithmetic, frame],
            vec![(0xFE, b"a comment"), frame, (0xDA, b"\0")],
        ] {
            assert_eq!(
                sniff(&jpeg(&segments)),
                verdict,
                "{marker:X} {precision} {colors}"
            );
        }
    }
}

#[test]
fn a_jpeg_whose_frame_header_is_not_in_the_first_bytes_passes() {
    let exif = vec![0xFF; 4000];
    let frame = frame(8, 3);
    let far = jpeg(&[(0xE1, &exif), (0xF7, &frame)]);
    assert_eq!(sniff(&far), Ok(ImageFormat::Jpeg));
    for length in 4..8 {
        let cut = &jpeg(&[(0xC0, &frame)])[..length];
        assert_eq!(sniff(cut), Ok(ImageFormat::Jpeg), "{length}");
    }
}

#[test]
fn bytes_between_the_segments_of_a_jpeg_are_skipped() {
    let mut file = jpeg(&[EXIF]);
    file.extend([0, 0, 0xFF, 0, 0xFF, 0xFF, 0xFF]);
    file.extend(&jpeg(&[(0xF7, &frame(8, 3))])[3..]);
    assert_eq!(sniff(&file), Err(FileKind::JpegLs));
}

#[test]
fn a_jpeg_with_a_scan_before_its_frame_is_damaged() {
    for segment in [(0xDA, [0; 20].as_slice()), (0xD9, &[0; 20])] {
        let file = jpeg(&[EXIF, segment]);
        assert_eq!(sniff(&file), Err(FileKind::BrokenJpeg));
    }
}

/// Reads a file's markers in parts, as a page does.
fn read_in_parts(file: &[u8]) -> (Result<Markers, FileKind>, u32) {
    let part = |start: usize| {
        let rest = file.get(start..).unwrap_or_default();
        rest.get(..SNIFF_LENGTH).unwrap_or(rest)
    };
    let (mut start, mut reads) = (0, 1);
    let mut markers = read_first_markers(part(0));
    while let Ok(Markers::ContinueAt(offset)) = markers
        && part(start).len() == SNIFF_LENGTH
    {
        assert!(offset > 0, "no progress");
        start += offset;
        reads += 1;
        markers = read_markers(part(start));
    }
    (markers, reads)
}

#[test]
fn the_frame_header_decides_wherever_it_stands() {
    let (exif, profile) = (vec![0xFF; 60_000], vec![0xC3; 3_000]);
    for (marker, verdict) in [
        (0xC2, Ok(Markers::Decodable)),
        (0xF7, Err(FileKind::JpegLs)),
        (0xC3, Err(FileKind::LosslessJpeg)),
    ] {
        let file = jpeg(&[
            (0xE1, &exif),
            (0xE1, &exif),
            (0xE2, &profile),
            TABLE,
            (marker, &frame(8, 3)),
            (0xDA, &[0; 2_000]),
        ]);
        assert_eq!(read_in_parts(&file), (verdict, 4), "{marker:X}");
    }
}

#[test]
fn a_frame_header_may_lie_across_two_parts() {
    let whole = jpeg(&[(0xC0, &frame(12, 3)), (0xDA, &[0; 2_000])]);
    for length in SNIFF_LENGTH - 40..SNIFF_LENGTH + 8 {
        let before = vec![0; length];
        let mut file = jpeg(&[(0xE1, &before)]);
        file.extend(&whole[2..]);
        assert_eq!(read_in_parts(&file).0, Err(FileKind::DeepJpeg), "{length}");
    }
}

#[test]
fn bytes_without_a_marker_are_read_to_their_end() {
    let mut file = jpeg(&[EXIF]);
    file.extend([0xFF, 0x00].repeat(2_000));
    assert!(matches!(
        read_in_parts(&file),
        (Ok(Markers::ContinueAt(_)), 4..6)
    ));
}
