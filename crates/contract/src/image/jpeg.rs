//! Which JPEG browsers decode. The frame header decides.

use super::FileKind;

/// What [`check`] goes by in a frame header (ITU T.81, B.2.2), which holds its length (2 bytes), its precision
/// (1), height (2), width (2) and the number of colors (1).
const PRECISION_AT: usize = 2;
const COLORS_AT: usize = 7;

/// Walks the markers of a JPEG to its frame header, behind the start of the image.
///
/// A header that ends before the frame's passes: cameras put kilobytes of Exif in front of it.
///
/// # Errors
/// The kind of JPEG, where browsers don't decode it.
pub(super) fn check(header: &[u8]) -> Result<(), FileKind> {
    let mut rest = header.get(2..).unwrap_or_default();
    while let Some((marker, segment)) = next_marker(rest) {
        match marker {
            0xC0..=0xC2 => return check_frame(segment),
            0xC3 | 0xCB => return Err(FileKind::LosslessJpeg),
            0xC5..=0xC7 | 0xCD..=0xCF | 0xDE => return Err(FileKind::HierarchicalJpeg),
            0xC9 | 0xCA => return Err(FileKind::ArithmeticJpeg),
            0xF7 => return Err(FileKind::JpegLs),
            // A second start, the end, or the scan: no frame header came before it.
            0xC8 | 0xD8..=0xDA => return Err(FileKind::BrokenJpeg),
            // Nothing follows these.
            0x01 | 0xD0..=0xD7 => rest = segment,
            _ => {
                let Some(length) = segment.first_chunk() else {
                    return Ok(());
                };
                let length = usize::from(u16::from_be_bytes(*length));
                if length < 2 {
                    return Err(FileKind::BrokenJpeg);
                }
                rest = segment.get(length..).unwrap_or_default();
            }
        }
    }
    Ok(())
}

/// Returns the next marker and what follows it. Decoders skip bytes that stand between segments.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let is_marker = |pair: &[u8]| matches!(pair, [0xFF, 0x01..=0xFE]);
    let at = bytes.windows(2).position(is_marker)?;
    match bytes.get(at + 1..) {
        Some([marker, rest @ ..]) => Some((*marker, rest)),
        _ => None,
    }
}

fn check_frame(frame: &[u8]) -> Result<(), FileKind> {
    match frame.get(PRECISION_AT) {
        None | Some(8) => {}
        Some(_) => return Err(FileKind::DeepJpeg),
    }
    match frame.get(COLORS_AT) {
        None | Some(1 | 3 | 4) => Ok(()),
        Some(_) => Err(FileKind::OddlyColoredJpeg),
    }
}

#[cfg(test)]
mod tests;
