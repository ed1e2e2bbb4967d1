use super::*;

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../../../../../samples/", $name))
    };
}

const PNG: &[u8; 16] = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR";

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
fn a_png_needs_its_header_chunk() {
    assert_eq!(sniff(PNG), Ok(ImageFormat::Png));
    assert_eq!(sniff(&PNG[..8]), Err(FileKind::TooShort));
    for (file, kind) in [
        (
            b"\x89PNG\r\n\x1A\n\0\0\0\x04CgBI\x50\0\x20\x02".as_slice(),
            FileKind::CrushedPng,
        ),
        (b"\x89PNG\r\n\x1A\n\0\0\0\x0DIDAT", FileKind::BrokenPng),
        (b"\x89PNG\n\x1A\n\0\0\0\x0DIHDR", FileKind::Mangled),
        (
            b"\xEF\xBF\xBDPNG\r\n\x1A\n\0\0\0\x0DIHDR",
            FileKind::Mangled,
        ),
        (
            "\u{FF}\u{D8}\u{FF}\u{E0}\0\x10JFIF".as_bytes(),
            FileKind::Mangled,
        ),
        (
            &String::from_utf8_lossy(b"\xFF\xD8\xFF\xE0\0\x10JFIF")
                .into_owned()
                .into_bytes(),
            FileKind::Mangled,
        ),
    ] {
        assert_eq!(sniff(file), Err(kind));
    }
}

#[test]
fn a_webp_needs_one_of_its_three_first_chunks() {
    for chunk in [b"VP8 ", b"VP8L", b"VP8X"] {
        let file = [b"RIFF\x24\0\0\0WEBP".as_slice(), chunk].concat();
        assert_eq!(sniff(&file), Ok(ImageFormat::Webp));
    }
    for (other, kind) in [
        (b"RIFF\x24\0\0\0WEBPALPH", FileKind::BrokenWebp),
        (b"RIFF\x24\0\0\0WAVEfmt ", FileKind::Audio),
        (b"RIFF\x24\0\0\0AVI LIST", FileKind::Avi),
    ] {
        assert_eq!(sniff(other), Err(kind));
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
fn a_saved_answer_of_a_server_is_named() {
    for (text, kind) in [
        ("<Error><Code>AccessDenied</Code></Error>", FileKind::Xml),
        ("\u{FEFF}<?xml version='1.0'?>\n<Error/>", FileKind::Xml),
        ("<svgs/>", FileKind::Xml),
        (
            "<!-- a comment that the header's end cuts off",
            FileKind::Xml,
        ),
        ("{\"error\": \"not found\"}", FileKind::Json),
        ("\u{FEFF}\n [{}]", FileKind::Json),
    ] {
        assert_eq!(sniff(text.as_bytes()), Err(kind), "{text}");
    }
}

#[test]
fn text_is_named_in_utf_8_and_utf_16() {
    for text in [
        "a",
        "BMW and BMX: not a bitmap",
        "IIRC, MZ is not a program",
        "\r\n\tpage two\x0C",
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
    assert_eq!(sniff(&[7; 16]), Err(FileKind::Unknown));
}

#[test]
fn a_placeholder_of_zero_bytes_is_named() {
    for length in [16, 128, 1024, 5000] {
        assert_eq!(sniff(&vec![0; length]), Err(FileKind::Zeros));
    }
}

#[test]
fn no_two_kinds_share_a_name() {
    let names: std::collections::HashSet<_> = FileKind::ALL.iter().map(|it| it.name()).collect();
    assert_eq!(names.len(), FileKind::ALL.len());
}
