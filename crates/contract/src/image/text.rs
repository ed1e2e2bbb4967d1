//! Texts.

use super::FileKind;

/// Returns the kind of a text, where the file is one.
pub(super) fn find(header: &[u8]) -> Option<FileKind> {
    find_tag(header).or_else(|| {
        is_text(header).then(|| match text_of(header) {
            [b'<', ..] => FileKind::Xml,
            [b'{' | b'[', ..] => FileKind::Json,
            _ => FileKind::Text,
        })
    })
}

/// Returns the text behind a byte order mark and white space.
fn text_of(header: &[u8]) -> &[u8] {
    let text = header.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(header);
    text.trim_ascii_start()
}

/// Recognises SVG, HTML and property lists by the first known tag or document type of a file that begins with a tag, a
/// prologue or a comment: in any letter case, and in any encoding that extends ASCII.
fn find_tag(header: &[u8]) -> Option<FileKind> {
    let text = text_of(header);
    if text.first() != Some(&b'<') {
        return None;
    }
    let tag_at = |at| {
        let rest = text.get(at..).unwrap_or_default();
        let tag = TAGS.iter().find(|(tag, _)| starts_with_tag(rest, tag));
        tag.map(|(_, kind)| *kind)
    };
    (0..text.len()).find_map(tag_at)
}

fn starts_with_tag(text: &[u8], tag: &[u8]) -> bool {
    text.split_at_checked(tag.len())
        .is_some_and(|(start, after)| {
            start.eq_ignore_ascii_case(tag) && !after.first().is_some_and(u8::is_ascii_alphanumeric)
        })
}

/// The tags that markup is recognised by. Those of HTML are the ones that real pages start with.
const TAGS: &[(&[u8], FileKind)] = &[
    (b"<svg", FileKind::Svg),
    (b"<!doctype svg", FileKind::Svg),
    (b"<html", FileKind::Html),
    (b"<!doctype html", FileKind::Html),
    (b"<head", FileKind::Html),
    (b"<body", FileKind::Html),
    (b"<script", FileKind::Html),
    (b"<title", FileKind::Html),
    (b"<meta", FileKind::Html),
    (b"<div", FileKind::Html),
    (b"<plist", FileKind::PropertyList),
];

/// Returns whether this is UTF-8 without control characters other than white space. The last character may
/// be cut off, since a header ends anywhere.
fn is_text(header: &[u8]) -> bool {
    let length = match str::from_utf8(header) {
        Ok(text) => text.len(),
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        Err(_) => return false,
    };
    let is_printable = |byte: &u8| byte.is_ascii_whitespace() || !byte.is_ascii_control();
    length > 0 && header.iter().take(length).all(is_printable)
}
