//! The images of synthesized characters: small PNGs, painted by arithmetic.
//!
//! A page puts them into an `<img>`, so they must be real raster images. They differ by pose and by
//! seed, so that a person sees that a regenerated one is new.

use aurous_contract::upload::Pose;
use bytes::Bytes;

const WIDTH: usize = 96;
const HEIGHT: usize = 128;

/// Paints a figure on a ground, as PNG.
pub(crate) fn paint(pose: Pose, seed: u64) -> Bytes {
    let palette = [ground_colour(seed), figure_colour(seed), [255, 255, 255]];
    let mut rows = Vec::with_capacity((WIDTH + 1) * HEIGHT);
    for y in 0..HEIGHT {
        rows.push(0); // the filter of this row: none
        rows.extend((0..WIDTH).map(|x| palette_index(pose, x, y)));
    }
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend((WIDTH as u32).to_be_bytes());
    header.extend((HEIGHT as u32).to_be_bytes());
    header.extend([8, 3, 0, 0, 0]); // 8 bits, palette, deflate, no filter method, not interlaced
    push_chunk(&mut png, *b"IHDR", &header);
    push_chunk(&mut png, *b"PLTE", palette.as_flattened());
    push_chunk(&mut png, *b"IDAT", &zlib_stored(&rows));
    push_chunk(&mut png, *b"IEND", &[]);
    Bytes::from(png)
}

fn ground_colour(seed: u64) -> [u8; 3] {
    let [a, b, c, ..] = seed.to_le_bytes();
    [a / 4 + 160, b / 4 + 160, c / 4 + 160]
}

fn figure_colour(seed: u64) -> [u8; 3] {
    let [.., a, b, c] = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
    [a / 2 + 20, b / 2 + 20, c / 2 + 20]
}

/// Returns the palette index of a pixel: a head over shoulders, and a mark in place of the face, which a
/// back does not have.
fn palette_index(pose: Pose, x: usize, y: usize) -> u8 {
    let (scale, face_x) = match pose {
        Pose::Portrait => (2, Some(48)),
        Pose::Front | Pose::Other => (1, Some(48)),
        Pose::Side => (1, Some(58)),
        Pose::Back => (1, None),
    };
    let within = |cx: usize, cy: usize, rx: usize, ry: usize| {
        let (dx, dy) = (x.abs_diff(cx) * ry, y.abs_diff(cy) * rx);
        dx * dx + dy * dy <= rx * rx * ry * ry
    };
    let head = within(48, 44, 16 * scale, 19 * scale);
    let body = within(48, 128, 36 * scale, 60 / scale);
    match face_x {
        Some(cx) if within(cx, 44, 6 * scale, 8 * scale) => 2,
        _ if head || body => 1,
        _ => 0,
    }
}

fn push_chunk(png: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    png.extend((data.len() as u32).to_be_bytes());
    let start = png.len();
    png.extend(name);
    png.extend(data);
    let check = crc32(png.get(start..).unwrap_or_default());
    png.extend(check.to_be_bytes());
}

/// Writes a zlib stream (RFC 1950 and 1951) without compression, in blocks of at most 65 535 bytes.
fn zlib_stored(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(usize::from(u16::MAX)).peekable();
    while let Some(block) = blocks.next() {
        stream.push(u8::from(blocks.peek().is_none()));
        let length = block.len() as u16;
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(data).to_be_bytes());
    stream
}

fn adler32(data: &[u8]) -> u32 {
    let (a, b) = data.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    (b << 16) | a
}

fn crc32(data: &[u8]) -> u32 {
    let crc = data.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    });
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_match_known_values() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
    }

    #[test]
    fn an_image_is_a_png_that_differs_by_pose_and_seed() {
        let front = paint(Pose::Front, 1);
        assert_eq!(
            aurous_contract::image::sniff(&front),
            Ok(aurous_contract::image::ImageFormat::Png)
        );
        assert_eq!(front, paint(Pose::Front, 1));
        assert_ne!(front, paint(Pose::Back, 1));
        assert_ne!(front, paint(Pose::Front, 2));
    }

    #[test]
    fn a_long_stream_is_cut_into_blocks() {
        let stream = zlib_stored(&[5; 70_000]);
        assert_eq!(stream.len(), 2 + 5 + 65_535 + 5 + (70_000 - 65_535) + 4);
        assert_eq!(stream[2], 0);
        assert_eq!(stream[2 + 5 + 65_535], 1);
    }
}
