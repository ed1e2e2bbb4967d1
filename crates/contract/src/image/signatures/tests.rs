use crate::image::{FileKind, sniff};

fn ftyp(size: u8, brands: &[u8]) -> Vec<u8> {
    [&[0, 0, 0, size], b"ftyp".as_slice(), brands].concat()
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
