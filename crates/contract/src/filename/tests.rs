use super::*;

fn shown(name: &str) -> String {
    SafeName::of(name).as_str().to_owned()
}

fn sent(name: &str) -> String {
    Filename::for_upload(&SafeName::of(name), ImageFormat::Jpeg).into()
}

#[test]
fn an_ordinary_name_stays_as_it_is() {
    for name in [
        "a.jpg",
        "IMG_0001.JPG",
        "my.holiday.photo.jpeg",
        "写真 📷.jpg",
        "Screenshot from 2026-01-02 12:30:15.jpg",
        "Привет, мир.jpg",
        "صورة العائلة.jpg",
        "._IMG_0001.jpg",
    ] {
        assert_eq!(shown(name), name);
        assert_eq!(sent(name), name);
    }
}

#[test]
fn of_a_path_the_last_part_is_shown() {
    for path in [
        "/home/me/private/photo.jpg",
        r"C:\Users\me\photo.jpg",
        r"C:\fakepath\photo.jpg",
        r"\\server\share\photo.jpg",
        "C:photo.jpg",
        "C:D: photo.jpg",
        "a/b\\photo.jpg",
        "../../photo.jpg",
        "photo.jpg/",
        "photo.jpg\\//",
        " / photo.jpg ",
        "file:///home/me/photo.jpg",
    ] {
        assert_eq!(shown(path), "photo.jpg", "{path}");
    }
}

#[test]
fn what_reorders_or_hides_text_is_left_out() {
    for hidden in [
        '\u{AD}',
        '\u{61C}',
        '\u{180E}',
        '\u{200B}',
        '\u{200C}',
        '\u{200D}',
        '\u{200E}',
        '\u{200F}',
        '\u{202A}',
        '\u{202E}',
        '\u{2060}',
        '\u{2066}',
        '\u{2069}',
        '\u{206F}',
        '\u{3164}',
        '\u{FE0F}',
        '\u{FEFF}',
        '\u{FFF9}',
        '\u{FFFB}',
        '\u{FFFD}',
        '\u{E0001}',
        '\u{E0067}',
        '\u{E01EF}',
    ] {
        let name = ["exe", &hidden.to_string(), "gpj.jpg"].concat();
        assert_eq!(shown(&name), "exegpj.jpg", "{hidden:?}");
    }
}

#[test]
fn control_characters_and_line_separators_become_underscores() {
    assert_eq!(
        sent("a\r\nb\0c\u{7F}\u{85}\u{2028}\u{2029}.jpg"),
        "a__b_c____.jpg"
    );
}

#[test]
fn a_joiner_stays_where_it_joins() {
    for name in [
        "👨‍👩‍👧.jpg",
        "❤️‍🔥.jpg",
        "👩🏽‍🚀.jpg",
        "🏳️‍🌈.jpg",
        "می‌خواهم.jpg",
        "क्‍ष.jpg",
    ] {
        assert_eq!(shown(name), name);
    }
    // The file's name was cut within an emoji: half a surrogate pair is read as U+FFFD.
    assert_eq!(
        shown("Family picnic 👨\u{200D}\u{FFFD}"),
        "Family picnic 👨"
    );
    assert_eq!(
        shown("👨\u{200D}\u{202E}\u{200D}👩.jpg"),
        "👨\u{200D}👩.jpg"
    );
}

#[test]
fn a_name_that_says_nothing_is_none() {
    for name in [
        "", " ", "\t\n", ".", "..", "...", "/", "C:\\", "\u{3000}", "\u{200B}", " . .",
    ] {
        assert_eq!(shown(name), "", "{name:?}");
        assert_eq!(sent(name), "image.jpg", "{name:?}");
    }
    assert_eq!(
        Filename::for_upload(&SafeName::of(""), ImageFormat::Webp).as_str(),
        "image.webp"
    );
    for name in [".jpg", ".HEIC", "...jpg", ". .png"] {
        assert_eq!(sent(name), "image.jpg", "{name:?}");
    }
}

#[test]
fn a_devices_name_gets_an_underscore() {
    for name in ["CON.jpg", "con.holiday.jpg", "Lpt1.jpg", "COM9.jpg"] {
        assert_eq!(sent(name), ["_", name].concat());
    }
    for name in ["CONSTANCE.jpg", "com0.jpg", "lpt10.jpg", "a.con.jpg"] {
        assert_eq!(sent(name), name);
    }
}

#[test]
fn the_extension_that_is_sent_is_that_of_the_bytes() {
    for (name, as_sent) in [
        ("IMG_0001.HEIC", "IMG_0001.jpg"),
        ("picture.png", "picture.jpg"),
        ("picture.jfif", "picture.jpg"),
        ("picture.jpg.webp", "picture.jpg.jpg"),
        ("picture.JPEG", "picture.JPEG"),
        ("picture.Jpg", "picture.Jpg"),
        ("picture", "picture.jpg"),
        ("picture.", "picture.jpg"),
        ("Mr. Smith", "Mr. Smith.jpg"),
        ("2026.01.02", "2026.01.02.jpg"),
        ("picture.jpg_large", "picture.jpg_large.jpg"),
    ] {
        assert_eq!(sent(name), as_sent);
    }
    let png = |name| String::from(Filename::for_upload(&SafeName::of(name), ImageFormat::Png));
    assert_eq!(png("picture.jpg"), "picture.png");
    assert_eq!(png("picture.PNG"), "picture.PNG");
}

#[test]
fn a_long_name_is_cut_before_its_extension() {
    let long = "x".repeat(200);
    for (extension, kept) in [(".jpg", 116), (".jpeg", 115)] {
        let name = [&long, extension].concat();
        let cut = [&"x".repeat(kept), extension].concat();
        assert_eq!(shown(&name), cut);
        assert_eq!(sent(&name), cut);
    }
    assert_eq!(
        sent(&[&long, ".HEIC"].concat()),
        ["x".repeat(115).as_str(), ".jpg"].concat(),
        "cut for its own extension, which is longer"
    );
    let name = ["y".repeat(117).as_str(), ".jpg"].concat();
    assert_eq!(sent(&name), ["y".repeat(116).as_str(), ".jpg"].concat());
    assert_eq!(shown(&long), long[..120]);
}

#[test]
fn a_cut_falls_between_two_graphemes() {
    for grapheme in [
        "👨‍👩‍👧‍👦",
        "👩🏽‍❤️‍💋‍👨🏿",
        "🇩🇪",
        "e\u{301}",
        "か\u{3099}",
        "\u{1112}\u{1161}\u{11AB}",
        "1\u{20E3}",
    ] {
        let stem = grapheme.repeat(120);
        for start in ["", "x", "xx", "xxx"] {
            let cut = sent(&[start, &stem, ".jpg"].concat());
            let kept = cut.strip_prefix(start).unwrap();
            let kept = kept.strip_suffix(".jpg").unwrap();
            assert_eq!(kept.replace(grapheme, ""), "", "{grapheme}");
            let missing = 120 - cut.chars().count();
            assert!(missing < grapheme.chars().count(), "{grapheme}: {missing}");
        }
    }
}

#[test]
fn a_letter_under_any_number_of_accents_is_cut_all_the_same() {
    let pile = ["a", &"\u{301}".repeat(300)].concat();
    assert_eq!(sent(&pile).chars().count(), 120);
}

#[test]
fn a_name_that_breaks_the_rule_does_not_deserialise() {
    let read =
        |text: &str| serde_json::from_value::<Filename>(serde_json::Value::String(text.to_owned()));
    assert_eq!(read("a.png").unwrap().to_string(), "a.png");
    assert!(read("").is_err());
    assert!(read(&"é".repeat(120)).is_ok());
    let error = read(&"é".repeat(121)).unwrap_err().to_string();
    assert_eq!(error, "a file name has at most 120 characters");
}
