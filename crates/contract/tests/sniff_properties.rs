//! Properties that `sniff` has whatever the file is.

use aurous_contract::image::{FileKind, ImageFormat, SNIFF_LENGTH, sniff};
use proptest::prelude::*;

macro_rules! samples {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("../../../samples/", $name)).as_slice())),*]
    };
}

const SAMPLES: [(&str, &[u8]); 21] = samples![
    "front.jpg",
    "front-progressive.jpeg",
    "phone-12mp.jpg",
    "phone-gps-orientation6.jpg",
    "portrait.png",
    "png-named.jpg",
    "side.webp",
    "lossless.webp",
    "alpha.webp",
    "bad/IMG_0001.HEIC",
    "bad/heic-renamed.jpg",
    "bad/photo.avif",
    "bad/animation.gif",
    "bad/scan.tiff",
    "bad/paint.bmp",
    "bad/vector.svg",
    "bad/page.html.jpg",
    "bad/text-renamed.png",
    "bad/empty.jpg",
    "bad/header-only.jpg",
    "bad/truncated.jpg",
];

fn header(file: &[u8]) -> &[u8] {
    file.get(..SNIFF_LENGTH).unwrap_or(file)
}

#[test]
fn the_first_bytes_of_a_sample_say_what_the_whole_says() {
    for (name, file) in SAMPLES {
        assert_eq!(sniff(header(file)), sniff(file), "{name}");
    }
}

#[test]
fn every_prefix_of_a_good_sample_is_too_short_until_it_is_known_for_good() {
    for (name, file) in SAMPLES.iter().filter(|(name, _)| !name.starts_with("bad/")) {
        let known = (1..SNIFF_LENGTH)
            .find(|&length| sniff(&file[..length]).is_ok())
            .unwrap();
        assert!(known <= 16, "{name}");
        for length in known..=SNIFF_LENGTH {
            assert_eq!(sniff(&file[..length]), sniff(file), "{name}: {length}");
        }
        for length in 1..known {
            assert!(
                matches!(
                    sniff(&file[..length]),
                    // "RIFF" alone is a word.
                    Err(FileKind::TooShort | FileKind::Text)
                ),
                "{name}: {length}"
            );
        }
    }
}

#[test]
fn no_prefix_of_a_bad_sample_passes() {
    for (name, file) in SAMPLES.iter().filter(|(name, _)| name.starts_with("bad/")) {
        if *name == "bad/truncated.jpg" {
            continue;
        }
        for length in 0..=header(file).len() {
            assert!(sniff(&file[..length]).is_err(), "{name}: {length}");
        }
    }
}

fn signature() -> impl Strategy<Value = (Vec<u8>, Result<ImageFormat, FileKind>)> {
    let jpeg = (0xE0..=0xEF_u8).prop_map(|marker| {
        let frame = b"\xFF\xC0\0\x11\x08\0\x10\0\x10\x03";
        let start = [0xFF, 0xD8, 0xFF, marker, 0, 4, 0, 0];
        ([&start, frame.as_slice()].concat(), Ok(ImageFormat::Jpeg))
    });
    let png = Just((
        b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR".to_vec(),
        Ok(ImageFormat::Png),
    ));
    let webp =
        (any::<[u8; 4]>(), prop::sample::select(b" LX".as_slice())).prop_map(|(size, chunk)| {
            (
                [b"RIFF".as_slice(), &size, b"WEBPVP8", &[chunk]].concat(),
                Ok(ImageFormat::Webp),
            )
        });
    let refused = prop::sample::select(vec![
        (
            b"\0\0\0\x14ftypheic\0\0\0\0mif1".to_vec(),
            Err(FileKind::Heic),
        ),
        (
            b"\0\0\0\x14ftypavif\0\0\0\0mif1".to_vec(),
            Err(FileKind::Avif),
        ),
        (
            b"\0\0\0\x14ftypmif1\0\0\0\0miaf".to_vec(),
            Err(FileKind::Heif),
        ),
        (b"GIF89a".to_vec(), Err(FileKind::Gif)),
        (b"II*\0".to_vec(), Err(FileKind::Tiff)),
        (b"\xFF\x0A".to_vec(), Err(FileKind::JpegXl)),
        (b"%PDF-".to_vec(), Err(FileKind::Pdf)),
        (b"<?xml version='1.0'?><svg ".to_vec(), Err(FileKind::Svg)),
        (b"<!DOCTYPE html>".to_vec(), Err(FileKind::Html)),
    ]);
    prop_oneof![jpeg, png, webp, refused]
}

proptest! {
    #[test]
    fn random_bytes_get_an_answer_that_their_header_decides(
        file in prop::collection::vec(any::<u8>(), 0..2 * SNIFF_LENGTH)
    ) {
        prop_assert_eq!(sniff(&file), sniff(header(&file)));
        prop_assert_eq!(sniff(&file) == Err(FileKind::Empty), file.is_empty());
    }

    #[test]
    fn a_signature_is_recognised_whatever_follows(
        (start, kind) in signature(),
        rest in prop::collection::vec(any::<u8>(), 0..200)
    ) {
        prop_assert_eq!(sniff(&[start, rest].concat()), kind);
    }

    #[test]
    fn a_box_of_random_brands_gets_an_answer(
        size in any::<u32>(),
        brands in prop::collection::vec(any::<u8>(), 0..64)
    ) {
        let file = [&size.to_be_bytes(), b"ftyp".as_slice(), &brands].concat();
        prop_assert!(sniff(&file).is_err());
    }

    #[test]
    fn random_markup_never_passes_for_a_picture(text in "(<[?!-]{0,3}|-->|[?]>|svg|html|[ a-z>])*") {
        prop_assert!(sniff(text.as_bytes()).is_err());
    }

    #[test]
    fn every_text_without_control_characters_is_named(text in "[a-z0-9 \n\u{A0}-\u{FF00}]{16,2000}") {
        prop_assert_eq!(sniff(text.as_bytes()), Err(FileKind::Text));
    }
}
