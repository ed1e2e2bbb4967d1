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
        ("avif\0\0\0\0avifavio", FileKind::Avif),
        ("crx \0\0\0\x01crx isom", FileKind::CanonCr3),
        ("isom\0\0\0\0isommp42", FileKind::Mp4),
        ("mp42\0\0\0\0mp42avc1", FileKind::Mp4),
        ("qt  \0\0\0\0qt  ", FileKind::Mov),
        ("3gp5\0\0\0\0isom3gp5", FileKind::ThreeGp),
        ("3g2a\0\0\0\0", FileKind::ThreeGp),
        ("M4A \0\0\0\0M4A mp42", FileKind::Audio),
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
fn formats_that_people_pick_by_mistake_are_named() {
    use FileKind::*;
    for (file, kind) in [
        (b"GIF87a".as_slice(), Gif),
        (b"GIF89a", Gif),
        (b"MM\0*\0\0\0\x08", Tiff),
        (b"II*\0\x08\0\0\0", Tiff),
        (b"II+\0\x08\0\0\0", Tiff),
        (b"\xFF\x0A\xFA\x7F", JpegXl),
        (b"\0\0\0\x0CJXL \r\n\x87\n\0\0\0\x14ftyp", JpegXl),
        (b"\0\0\0\x0CjP  \r\n\x87\n\0\0\0\x14ftypjp2 ", Jpeg2000),
        (b"\xFF\x4F\xFF\x51\0\x2F\0\0", Jpeg2000),
        (b"II\xBC\x01\x20\0\0\0", JpegXr),
        (b"\x8AMNG\r\n\x1A\n", Mng),
        (b"\x8BJNG\r\n\x1A\n", Mng),
        (b"\0\0\x01\0\x02\0\x10\x10", Icon),
        (b"\0\0\x02\0\x01\0\x20\x20", Icon),
        (b"icns\0\x01\x02\x03", Icon),
        (b"\0\0\x02\0\0\0\0\0\0\0\0\0\x40\0\x40\0\x18\0", Tga),
        (b"\0\0\x0A\0\0\0\0\0\0\0\0\0\x40\0\x40\0\x20\x08", Tga),
        (b"\0\x01\x01\0\0\0\x01\x18\0\0\0\0\x40\0\x40\0\x08\0", Tga),
        (b"\x0A\x05\x01\x08\0\0\0\0", Pcx),
        (b"P3\n# made by hand\n2 2 255\n", Pnm),
        (b"P6 640 480 255\n\xFF\0", Pnm),
        (b"P7\nWIDTH 4\n", Pnm),
        (b"PF\n768 512\n", Pnm),
        (b"\x76\x2F\x31\x01\x02\0\0\0", OpenExr),
        (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe", RadianceHdr),
        (b"#?RGBE\n", RadianceHdr),
        (b"DDS \x7C\0\0\0\x07\x10", Dds),
        (b"\xABKTX 20\xBB\r\n\x1A\n", Ktx),
        (b"qoif\0\0\x02\x80", Qoi),
        (b"FLIFD4\x40", Flif),
        (b"BPG\xFB\0\0", Bpg),
        (b"\x01\xDA\x01\x01\0\x03", Sgi),
        (b"\x59\xA6\x6A\x95\0\0", SunRaster),
        (b"SDPX\0\0\x20\0", Dpx),
        (b"AT&TFORM\0\0\x1F\x2FDJVM", DjVu),
        (b"FORM\0\0\x10\0ILBMBMHD", Ilbm),
        (b"/* XPM */\nstatic char", Xpm),
        (b"\xD7\xCD\xC6\x9A\0\0", Wmf),
        (b"\x01\0\x09\0\0\x03\x52\x1F", Wmf),
        (
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%Creator: Adobe Illustrator",
            Eps,
        ),
        (b"\xC5\xD0\xD3\xC6\x1E\0\0\0", Eps),
        (b"SIMPLE  =                    T", Fits),
        (b"8BPS\0\x01\0\0\0\0\0\0", Photoshop),
        (b"gimp xcf v011\0", Gimp),
        (b"\0\xFFKA\x0A\0\0\0", Affinity),
        (b"PDN3\x4F\x0C\0<pdnImage", PaintDotNet),
        (b"Paint Shop Pro Image File\n\x1A", PaintShop),
        (b"CSFCHUNK\0\0\0\0", ClipStudio),
        (b"RIFF\x24\0\0\0CDRDvrsn", Corel),
        (b"\x06\x06\xED\xF5\xD8\x1D\x46\xE5", InDesign),
        (b"glTF\x02\0\0\0", Model),
        (b"BLENDER-v300", Model),
        (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", CanonCr3),
        (b"II*\0\x10\0\0\0CR\x02\0", CanonCr2),
        (b"II\x1A\0\0\0HEAPCCDR\x02\0", CanonCrw),
        (b"FUJIFILMCCD-RAW 0201FF389501", Raf),
        (b"IIU\0\x18\0\0\0", Rw2),
        (b"IIRO\x08\0\0\0", Orf),
        (b"IIRS\x08\0\0\0", Orf),
        (b"MMOR\0\0\0\x08", Orf),
        (b"FOVb\x01\0\x02\0", X3f),
        (b"\0MRM\0\x01\x02\x03", Mrw),
        (b"\0\0\0\x08wide\0\x12\x34\x56mdat", Mov),
        (b"\0\0\x01\0moov\0\0\0\x6Cmvhd", Mov),
        (b"\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01webm", Matroska),
        (b"\0\0\x01\xBA\x44\0\x04", Mpeg),
        (b"\0\0\x01\xB3\x16\0\xF0", Mpeg),
        (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9", Wmv),
        (b"FLV\x01\x05\0\0\0\x09", Flv),
        (b"%PDF-1.7\n%\xE2\xE3\xCF\xD3", Pdf),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", Office),
        (b"{\\rtf1\\ansi", Rtf),
        (b"7z\xBC\xAF\x27\x1C\0\x04", Archive),
        (b"Rar!\x1A\x07\x01\0", Archive),
        (b"\x1F\x8B\x08\0\0\0\0\0\0\x03", Archive),
        (b"BZh91AY&SY\x94\xE0", Archive),
        (b"\xFD7zXZ\0\0\x04", Archive),
        (b"data:image/png;base64,iVBORw0KGgo", Base64),
        (b"/9j/4AAQSkZJRgABAQ", Base64),
        (b"iVBORw0KGgoAAAANSUhEUg", Base64),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a",
            GitLfs,
        ),
        (b"\0\x05\x16\x07\0\x02\0\0Mac OS X        ", AppleDouble),
        (b"\0\x05\x16\0\0\x02\0\0", AppleDouble),
        (b"\0\0\0\x01Bud1\0\0\x10\0", DsStore),
        (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xC0", Shortcut),
        (b"[InternetShortcut]\r\nURL=https://example.com/", Shortcut),
        (b"[Desktop Entry]\nType=Link", Shortcut),
        (b"bplist00\xD1\x01\x02SURL", PropertyList),
        (
            b"<?xml version='1.0'?>\n<!DOCTYPE plist PUBLIC>\n<plist version='1.0'>",
            PropertyList,
        ),
        (b"ID3\x04\0\0\0", Audio),
        (b"\xFF\xFB\x90\x64\0\0", Audio),
        (b"OggS\0\x02\0\0", Audio),
        (b"fLaC\0\0\0\x22", Audio),
        (b"\0\x01\0\0\0\x10\x01\0", Font),
        (b"wOF2\0\x01\0\0", Font),
        (b"MZ\x90\0\x03\0\0\0", Program),
        (b"\x7FELF\x02\x01\x01\0", Program),
        (b"\xCF\xFA\xED\xFE\x07\0\0\x01", Program),
        (b"SQLite format 3\0\x10\0", Database),
    ] {
        assert_eq!(sniff(file), Err(kind), "{}", kind.name());
    }
}

#[test]
fn a_signature_may_stand_further_behind() {
    let with = |start: &[u8], at: usize, bytes: &[u8]| {
        let mut file = vec![7; 600];
        file[..start.len()].copy_from_slice(start);
        file[at..at + bytes.len()].copy_from_slice(bytes);
        file
    };
    let dicom = [[0; 128].as_slice(), b"DICM\x02\0\0\0UL"].concat();
    for (file, kind) in [
        (
            with(b"\x01\0\0\0\x6C\0\0\0", 40, b" EMF\0\0\x01\0"),
            FileKind::Emf,
        ),
        (dicom, FileKind::Dicom),
        (with(b"photos/\0", 257, b"ustar\x0000"), FileKind::Archive),
    ] {
        assert_eq!(sniff(&file), Err(kind));
    }
    let packets = |start: usize, length: usize| {
        let mut file = vec![0xFF; 1024];
        file.iter_mut()
            .skip(start)
            .step_by(length)
            .for_each(|it| *it = b'G');
        file
    };
    assert_eq!(sniff(&packets(0, 188)), Err(FileKind::Mpeg));
    assert_eq!(sniff(&packets(4, 192)), Err(FileKind::Mpeg));
    assert_eq!(sniff(&packets(0, 190)), Err(FileKind::Unknown));
}

#[test]
fn a_zip_archive_is_named_by_its_first_entry() {
    use FileKind::*;
    for (name, kind) in [
        ("IMG_0001.jpg", Zip),
        ("[Content_Types].xml", Office),
        ("word/document.xml", Office),
        (
            "mimetypeapplication/vnd.oasis.opendocument.text",
            OpenDocument,
        ),
        ("mimetypeapplication/epub+zip", Epub),
        ("mimetypeapplication/x-krita", Krita),
        ("mimetypeimage/openraster", Krita),
        ("document.json", Sketch),
        ("Document.archive", Procreate),
    ] {
        let file = [b"PK\x03\x04".as_slice(), &[0; 26], name.as_bytes()].concat();
        assert_eq!(sniff(&file), Err(kind), "{name}");
    }
    assert_eq!(sniff(b"PK\x03\x04"), Err(Zip));
    assert_eq!(sniff(b"PK\x05\x06\0\0\0\0"), Err(Zip));
}

/// A TIFF file with these tags in its first directory, and the camera's maker behind it.
fn tiff(is_little_endian: bool, tags: &[u16], make: &str) -> Vec<u8> {
    let short = |it: u16| {
        if is_little_endian {
            it.to_le_bytes()
        } else {
            it.to_be_bytes()
        }
    };
    let long = |it: u32| {
        if is_little_endian {
            it.to_le_bytes()
        } else {
            it.to_be_bytes()
        }
    };
    let mut file = if is_little_endian {
        b"II*\0".to_vec()
    } else {
        b"MM\0*".to_vec()
    };
    file.extend(long(8));
    file.extend(short(u16::try_from(tags.len()).unwrap()));
    for tag in tags {
        file.extend(short(*tag));
        file.extend([0; 10]);
    }
    file.extend(long(0));
    file.extend(make.as_bytes());
    file
}

#[test]
fn raw_photos_are_told_from_the_tiff_that_they_are_built_on() {
    use FileKind::*;
    for (tags, make, kind) in [
        (
            [0x0FE, 0x100, 0x10F, 0x14A].as_slice(),
            "NIKON CORPORATION",
            Nef,
        ),
        (&[0x0FE, 0x103, 0x10F, 0x14A], "SONY", Arw),
        (&[0x0FE, 0x10F, 0x14A], "PENTAX", CameraRaw),
        (&[0x0FE, 0x10F, 0x14A, 0xC612], "Apple", Dng),
        (&[0xC612], "", Dng),
        // A photo that was exported, a scan, a pyramid of one picture in several sizes.
        (&[0x100, 0x101, 0x10F, 0x110], "NIKON CORPORATION", Tiff),
        (&[0x100, 0x101, 0x103], "SONY", Tiff),
        (&[0x100, 0x14A], "", Tiff),
        (&[], "", Tiff),
    ] {
        for is_little_endian in [true, false] {
            let file = tiff(is_little_endian, tags, make);
            assert_eq!(sniff(&file), Err(kind), "{tags:X?}");
        }
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
