//! Headers as lists of names and values in turn. JavaScript's values of headers are bytes, a character each.

use http::{HeaderMap, HeaderName, HeaderValue};

/// Reads headers. What no header can be is left out.
pub(crate) fn from_texts(texts: &[String]) -> HeaderMap {
    let pairs = texts.as_chunks::<2>().0.iter();
    let pairs = pairs.filter_map(|[name, value]| {
        let bytes: Vec<u8> = value.chars().map(|it| it as u32 as u8).collect();
        Some((
            HeaderName::try_from(name).ok()?,
            HeaderValue::from_bytes(&bytes).ok()?,
        ))
    });
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(name, value);
    }
    headers
}

pub(crate) fn to_texts(headers: &HeaderMap) -> Vec<String> {
    let texts = headers.iter().flat_map(|(name, value)| {
        let value = value.as_bytes().iter().map(|it| char::from(*it)).collect();
        [name.as_str().to_owned(), value]
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_the_same_after_the_way_there_and_back() {
        let texts = ["content-type", "image/jpeg", "x-name", "caf\u{e9}"].map(str::to_owned);
        assert_eq!(to_texts(&from_texts(&texts)), texts);
    }

    #[test]
    fn what_no_header_can_be_is_left_out() {
        let texts = ["a b", "1", "x", "line\nfeed", "lonely"].map(str::to_owned);
        assert!(from_texts(&texts).is_empty());
    }
}
