//! Which JPEG browsers decode. The frame header decides.

use super::FileKind;

/// What [`check`] goes by in a frame header (ITU T.81, B.2.2), which holds its length (2 bytes), its precision
/// (1), height (2), width (2) and the number of colors (1).
const PRECISION_AT: usize = 2;
const COLORS_AT: usize = 7;

/// The most bytes of a frame header that [`read_markers`] needs: the marker, and [`COLORS_AT`] in the header.
const FRAME_LENGTH: usize = 2 + COLORS_AT + 1;

/// The start of the image, which the other markers follow.
const SOI_LENGTH: usize = 2;

/// What the markers of a JPEG say, as far as they were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markers {
    /// The frame header is one that browsers decode.
    Decodable,
    /// The frame header is not among these bytes. The next marker is so many bytes behind their start.
    ContinueAt(usize),
}

/// Reads the first markers of a JPEG. As [`read_markers`], for a file's first bytes.
///
/// # Errors
/// The kind of JPEG, where browsers don't decode it.
pub fn read_first_markers(header: &[u8]) -> Result<Markers, FileKind> {
    let markers = read_markers(header.get(SOI_LENGTH..).unwrap_or_default())?;
    Ok(match markers {
        Markers::ContinueAt(offset) => Markers::ContinueAt(offset + SOI_LENGTH),
        Markers::Decodable => markers,
    })
}

/// Walks the markers of a JPEG to its frame header. `bytes` begin between two of them.
///
/// Cameras put any number of segments of up to 64 KB in front of the frame header: Exif with a preview, color
/// profiles, further pictures.
///
/// # Errors
/// The kind of JPEG, where browsers don't decode it.
pub fn read_markers(bytes: &[u8]) -> Result<Markers, FileKind> {
    let mut offset = 0;
    loop {
        let rest = bytes.get(offset..).unwrap_or_default();
        // Decoders skip bytes that stand between segments.
        let is_marker = |pair: &[u8]| matches!(pair, [0xFF, 0x01..=0xFE]);
        let Some(skipped) = rest.windows(2).position(is_marker) else {
            // The last byte may be the first half of a marker.
            return Ok(Markers::ContinueAt(
                offset.max(bytes.len().saturating_sub(1)),
            ));
        };
        offset += skipped;
        let Some([_, marker, segment @ ..]) = bytes.get(offset..) else {
            return Ok(Markers::ContinueAt(offset));
        };
        match marker {
            0xC0..=0xC2 if segment.len() + 2 < FRAME_LENGTH => {
                return Ok(Markers::ContinueAt(offset));
            }
            0xC0..=0xC2 => return check_frame(segment).map(|()| Markers::Decodable),
            0xC3 | 0xCB => return Err(FileKind::LosslessJpeg),
            0xC5..=0xC7 | 0xCD..=0xCF | 0xDE => return Err(FileKind::HierarchicalJpeg),
            0xC9 | 0xCA => return Err(FileKind::ArithmeticJpeg),
            0xF7 => return Err(FileKind::JpegLs),
            // A second start, the end, or the scan: no frame header came before it.
            0xC8 | 0xD8..=0xDA => return Err(FileKind::BrokenJpeg),
            // Nothing follows these.
            0x01 | 0xD0..=0xD7 => offset += 2,
            _ => {
                let Some(length) = segment.first_chunk() else {
                    return Ok(Markers::ContinueAt(offset));
                };
                let length = usize::from(u16::from_be_bytes(*length));
                if length < 2 {
                    return Err(FileKind::BrokenJpeg);
                }
                offset += 2 + length;
            }
        }
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
