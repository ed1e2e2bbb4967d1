use super::*;

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../../../../../samples/", $name))
    };
}

const PNG: &[u8; 16] = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR";

fn ftyp(size: u8, brands: &[u8]) -> Vec<u8> {
    [&[0, 0, 0, size], b"ftyp".as_slice(), brands].concat()
}

#[test]
fn the_good_samples_are_what_their_bytes_say() {
    for (file, format) in [
        (sample!("front.jpg").as_slice(), ImageFormat::Jpeg),
        (sample!("front-progressive.jpeg"), ImageFormat::Jpeg),
        (sample!("phone-12mp.jpg"), ImageFormat::Jpeg),
        (sample!("phone-gps-orientation6.jpg"), ImageFormat::Jpeg),
        (sample!("portrait.png"), ImageFormat::Png),
        (sample!("png-named.jpg"), ImageFormat::Png),
        (sample!("side.webp"), ImageFormat::Webp),
        (sample!("lossless.webp"), ImageFormat::Webp),
        (sample!("alpha.webp"), ImageFormat::Webp),
    ] {
        assert_eq!(sniff(file), Ok(format));
    }
}

#[test]
fn the_bad_samples_are_named() {
    for (file, kind) in [
        (sample!("bad/IMG_0001.HEIC").as_slice(), FileKind::Heic),
        (sample!("bad/heic-renamed.jpg"), FileKind::Heic),
        (sample!("bad/photo.avif"), FileKind::Avif),
        (sample!("bad/animation.gif"), FileKind::Gif),
        (sample!("bad/scan.tiff"), FileKind::Tiff),
        (sample!("bad/paint.bmp"), FileKind::Bmp),
        (sample!("bad/vector.svg"), FileKind::Svg),
        (sample!("bad/page.html.jpg"), FileKind::Html),
        (sample!("bad/text-renamed.png"), FileKind::Text),
        (sample!("bad/empty.jpg"), FileKind::Empty),
        (sample!("bad/header-only.jpg"), FileKind::TooShort),
    ] {
        assert_eq!(sniff(file), Err(kind));
    }
}

#[test]
fn a_picture_cut_behind_its_header_passes() {
    assert_eq!(sniff(sample!("bad/truncated.jpg")), Ok(ImageFormat::Jpeg));
}

#[test]
fn a_jpeg_needs_a_marker_that_may_follow_its_start() {
    for marker in [0xC0, 0xC4, 0xDB, 0xE0, 0xE1, 0xEE, 0xFE, 0xFF] {
        assert_eq!(sniff(&[0xFF, 0xD8, 0xFF, marker]), Ok(ImageFormat::Jpeg));
    }
    for marker in [0x00, 0x51, 0xD0, 0xD8, 0xD9] {
        let file = [&[0xFF, 0xD8, 0xFF, marker], [0; 12].as_slice()].concat();
        assert_eq!(sniff(&file), Err(FileKind::Unknown));
    }
}

#[test]
fn a_png_needs_its_header_chunk() {
    assert_eq!(sniff(PNG), Ok(ImageFormat::Png));
    assert_eq!(sniff(&PNG[..8]), Err(FileKind::TooShort));
    assert_eq!(
        sniff(b"\x89PNG\r\n\x1A\n\0\0\0\x04CgBI\x50\0\x20\x02"),
        Err(FileKind::Unknown)
    );
}

#[test]
fn a_webp_needs_one_of_its_three_first_chunks() {
    for chunk in [b"VP8 ", b"VP8L", b"VP8X"] {
        let file = [b"RIFF\x24\0\0\0WEBP".as_slice(), chunk].concat();
        assert_eq!(sniff(&file), Ok(ImageFormat::Webp));
    }
    for other in [
        b"RIFF\x24\0\0\0WEBPALPH",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"RIFF\x24\0\0\0AVI LIST",
    ] {
        assert_eq!(sniff(other), Err(FileKind::Unknown));
    }
}

#[test]
fn the_brands_tell_heic_heif_and_avif_apart() {
    for (brands, kind) in [
        ("heic\0\0\0\0mif1heic", FileKind::Heic),
        ("heix\0\0\0\0mif1", FileKind::Heic),
        ("hevc\0\0\0\0msf1", FileKind::Heic),
        ("mif1\0\0\0\0mif1heic", FileKind::Heic),
        ("msf1\0\0\0\0msf1hevc", FileKind::Heic),
        ("mif1\0\0\0\0mif1avifmiaf", FileKind::Avif),
        ("avif\0\0\0\0mif1heic", FileKind::Avif),
        ("avis\0\0\0\0msf1", FileKind::Avif),
        ("mif1\0\0\0\0mif1miaf", FileKind::Heif),
        ("msf1\0\0\0\0", FileKind::Heif),
        // The version is no brand.
        ("mif1heicmif1", FileKind::Heif),
        ("isom\0\0\0\0isommp42", FileKind::Unknown),
        ("qt  \0\0\0\0qt  ", FileKind::Unknown),
    ] {
        let size = u8::try_from(8 + brands.len()).unwrap();
        assert_eq!(sniff(&ftyp(size, brands.as_bytes())), Err(kind), "{brands}");
    }
}

#[test]
fn brands_end_where_their_box_ends() {
    assert_eq!(
        sniff(&ftyp(20, b"mif1\0\0\0\0miafheic")),
        Err(FileKind::Heif)
    );
    // A box that says it is longer than the header is read as far as it is there.
    assert_eq!(
        sniff(&ftyp(255, b"mif1\0\0\0\0miafheic")),
        Err(FileKind::Heic)
    );
}

#[test]
fn other_image_formats_are_named() {
    for (file, kind) in [
        (b"GIF87a".as_slice(), FileKind::Gif),
        (b"GIF89a", FileKind::Gif),
        (b"MM\0*\0\0\0\x08", FileKind::Tiff),
        (b"II+\0\x08\0\0\0", FileKind::Tiff),
        (b"\xFF\x0A\xFA\x7F", FileKind::JpegXl),
        (b"\0\0\0\x0CJXL \r\n\x87\n\0\0\0\x14ftyp", FileKind::JpegXl),
        (b"%PDF-1.7\n%\xE2\xE3\xCF\xD3", FileKind::Pdf),
    ] {
        assert_eq!(sniff(file), Err(kind));
    }
}

#[test]
fn svg_is_found_behind_its_prologue() {
    for text in [
        "<svg>",
        "<SVG width='9'/>",
        "<svg:svg xmlns:svg='http://www.w3.org/2000/svg'>",
        "\u{FEFF}<svg xmlns='http://www.w3.org/2000/svg'/>",
        "\u{FEFF}<?xml version='1.0' encoding='UTF-8'?>\r\n<svg>",
        "<?xml version='1.0'?><!-- made > by --><!-- hand -->\n<svg>",
        "<?xml version='1.0'?>\n<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x'>\n<svg>",
        "<!DOCTYPE svg [ <!ENTITY ns 'http://ns.adobe.com/'> ]><svg>",
    ] {
        assert_eq!(sniff(text.as_bytes()), Err(FileKind::Svg), "{text}");
    }
}

#[test]
fn html_is_named_in_any_letter_case() {
    for text in [
        "<!DOCTYPE html>",
        "<!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'>",
        "\n\n  <html lang=en>",
        "<HEAD><TITLE>413 Request Entity Too Large</TITLE>",
        "<!-- cached --><body>",
        "<?xml version='1.0'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'>",
    ] {
        assert_eq!(sniff(text.as_bytes()), Err(FileKind::Html), "{text}");
    }
    assert_eq!(sniff(b"<html><p>caf\xE9"), Err(FileKind::Html), "Latin-1");
}

#[test]
fn text_is_named_in_utf_8_and_utf_16() {
    for text in [
        "a",
        "BMW and BMX: not a bitmap",
        "<svgs/>",
        "<Error><Code>AccessDenied</Code></Error>",
        "<!-- a comment that the header's end cuts off",
        "{\"json\": true}\r\n\tpage two\x0C",
        "Grüße, 写真, 📷",
    ] {
        assert_eq!(sniff(text.as_bytes()), Err(FileKind::Text), "{text}");
    }
    assert_eq!(sniff(b"\xFF\xFEh\0i\0"), Err(FileKind::Text));
    assert_eq!(sniff(b"\xFE\xFF\0h\0i"), Err(FileKind::Text));
}

#[test]
fn text_may_end_within_a_character() {
    let text = "📷".repeat(SNIFF_LENGTH);
    for length in SNIFF_LENGTH - 4..=SNIFF_LENGTH {
        assert_eq!(sniff(&text.as_bytes()[..length]), Err(FileKind::Text));
    }
}

#[test]
fn control_characters_and_broken_utf_8_are_no_text() {
    for file in [
        b"sixteen bytes \x00.".as_slice(),
        b"sixteen bytes \x1B.",
        b"sixteen bytes \x7F.",
        b"sixteen bytes \xFF.",
    ] {
        assert_eq!(sniff(file), Err(FileKind::Unknown));
    }
}

#[test]
fn a_few_bytes_of_nothing_known_are_too_short() {
    for file in [b"\xFF".as_slice(), b"\xFF\xD8\xFF", &[0; 15], b"\xE2"] {
        assert_eq!(sniff(file), Err(FileKind::TooShort));
    }
    assert_eq!(sniff(&[0; 16]), Err(FileKind::Unknown));
}

#[test]
fn no_two_kinds_share_a_name() {
    let names: std::collections::HashSet<_> =
        FileKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(names.len(), FileKind::ALL.len());
}
