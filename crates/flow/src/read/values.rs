//! The types that a field can have, each with its rule.

use std::ops::RangeInclusive;

use aurous_contract::filename::{Filename, FilenameError, SafeName};
use aurous_contract::header::is_header_value;
use aurous_contract::id::{CharacterId, UploadId};
use aurous_contract::image::{ContentType, Extension};
use aurous_contract::limits::{IDEMPOTENCY_KEY_MAX_CHARS, LIST_LIMIT_MAX, LIST_LIMIT_MIN};
use aurous_contract::upload::Pose;
use aurous_contract::version::is_api_version;

use super::{FromValue, Mismatch};
use crate::request::Credentials;
use crate::retry::LONGEST_WAIT_MS;
use crate::value::{Value, ValueKind};

/// A number of milliseconds, 1 to [`LONGEST_WAIT_MS`]: a timer counts in 32 bits. Fractions are cut off,
/// but never to 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Milliseconds(pub u64);

/// A number of retries, 0 to 100. Beyond a hundred, a call that fails would never end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxRetries(pub u32);

/// A number of bytes, 0 or more; infinity, too. A float, since that is what a JavaScript number is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bytes(pub f64);

/// A text that may stand in a header: see [`is_header_value`].
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderValue(String);

/// `Aurous-Version`: a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiVersion(pub String);

/// `Idempotency-Key`: 1 to 256 printable ASCII characters, without a space at either end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub String);

/// The name of a character: a text that is not empty. How long it may be, the API says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharacterName(pub String);

/// The id of a character, as it can stand in a URL's path and query without an escape: letters, digits, `-`, `_`,
/// `.` and `~`, but no dot at its start, so that it is no way up (RFC 3986, 2.3 and 5.2.4). The vendor's ids are of those, and a
/// gateway's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathId(pub CharacterId);

/// The most characters of a page of a list: 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListLimit(pub u64);

/// A pose that is synthesized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SynthesizedPose;

/// A URL as a text: relative or absolute, not parsed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlText(pub String);

/// A value of kind [`ValueKind::Object`], whose fields are read next.
#[derive(Clone, Copy, Debug)]
pub struct Object<V>(pub V);

/// A function of the page's.
#[derive(Clone, Copy, Debug)]
pub struct Callback<V>(pub V);

/// What can be listened to for a cancellation: an `AbortSignal` of whatever realm or library.
#[derive(Clone, Copy, Debug)]
pub struct Signal<V>(pub V);

impl HeaderValue {
    /// Returns `text` as a header's value; `None` where it may not stand in one.
    pub fn parse(text: &str) -> Option<Self> {
        is_header_value(text).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows nothing of the value: it may be a key or a token.
impl std::fmt::Debug for HeaderValue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("HeaderValue")
    }
}

const EMPTY: &str = "it is empty";

/// Returns what `parse` makes of a text, which else has this fault.
fn parsed<T, V: Value>(
    value: &V,
    fault: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Mismatch> {
    let text = value.as_text().ok_or(Mismatch::Kind)?;
    let fault = if text.is_empty() { EMPTY } else { fault };
    parse(&text).ok_or(Mismatch::Value(fault))
}

/// Returns a number in this range; NaN is in none.
fn number_within<V: Value>(value: &V, range: RangeInclusive<f64>) -> Result<f64, Mismatch> {
    let number = value.as_number().ok_or(Mismatch::Kind)?;
    if range.contains(&number) {
        return Ok(number);
    }
    Err(Mismatch::Value(if number < *range.start() {
        "it is less"
    } else if number > *range.end() {
        "it is more"
    } else {
        "it is not a number"
    }))
}

fn whole_number_within<V: Value>(value: &V, range: RangeInclusive<f64>) -> Result<u64, Mismatch> {
    match number_within(value, range)? {
        whole if whole.trunc() == whole => Ok(whole as u64),
        _ => Err(Mismatch::Value("it has a fraction")),
    }
}

/// Returns a value of this kind as it is.
fn of_kind<V: Value>(value: &V, kind: ValueKind) -> Result<V, Mismatch> {
    if value.kind() == kind {
        Ok(value.clone())
    } else {
        Err(Mismatch::Kind)
    }
}

/// Implements [`FromValue`] for a type that is parsed from a text.
macro_rules! from_text {
    ($($type:ty, $must_be:literal, $fault:literal, $parse:expr;)+) => {$(
        impl<V: Value> FromValue<V> for $type {
            const MUST_BE: &'static str = $must_be;

            fn from_value(value: &V) -> Result<Self, Mismatch> {
                parsed(value, $fault, $parse)
            }
        }
    )+};
}

from_text! {
    String, "a string", "", |text| Some(text.to_owned());
    UploadId, "an upload_id as initUpload gave it", "no id looks like it", UploadId::parse;
    CharacterId, "a character's id", "no id looks like it", CharacterId::parse;
    PathId, "a character's id", "no id looks like it", |text| {
        let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        let fits = text.bytes().all(is_safe) && !text.starts_with('.');
        CharacterId::parse(text).filter(|_| fits).map(PathId)
    };
    SynthesizedPose, "\"portrait\", \"front\", \"side\" or \"back\"", "it is none of them", |text| {
        let is_it = Pose::SYNTHESIZED.iter().any(|it| it.as_str() == text);
        is_it.then_some(SynthesizedPose)
    };
    Extension, "\"jpg\", \"jpeg\", \"png\" or \"webp\"", "it is none of them", Extension::parse;
    ContentType, "\"image/jpeg\", \"image/png\" or \"image/webp\"", "it is none of them", ContentType::parse;
    HeaderValue, "a string of printable ASCII", "it has another character, or a space at its end",
        HeaderValue::parse;
    ApiVersion, "a date, YYYY-MM-DD", "it is no such date", |text| is_api_version(text).then(|| ApiVersion(text.to_owned()));
    IdempotencyKey, "1 to 256 printable ASCII characters", "it has more, another one, or a space at its end", |text| {
        let is_key = is_header_value(text) && text.len() <= IDEMPOTENCY_KEY_MAX_CHARS;
        is_key.then(|| IdempotencyKey(text.to_owned()))
    };
    Credentials, "\"omit\", \"same-origin\" or \"include\"", "it is none of them", Credentials::parse;
}

impl<V: Value> FromValue<V> for Filename {
    const MUST_BE: &'static str = "a file's name of 1 to 120 characters";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        let text = value.as_text().ok_or(Mismatch::Kind)?;
        let name = Self::parse(&text).map_err(|error| {
            Mismatch::Range(match error {
                FilenameError::Empty => EMPTY,
                FilenameError::TooLong { .. } => "it has more",
            })
        })?;
        if SafeName::of(&text).as_str() == text {
            Ok(name)
        } else {
            Err(Mismatch::Value(
                "it is a path or no file's name, or has characters that hide or reorder others",
            ))
        }
    }
}

impl<V: Value> FromValue<V> for CharacterName {
    const MUST_BE: &'static str = "a string of 1 to 120 characters";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        match value.as_text() {
            Some(text) if text.is_empty() => Err(Mismatch::Range(EMPTY)),
            text => text.map(Self).ok_or(Mismatch::Kind),
        }
    }
}

impl<V: Value> FromValue<V> for UrlText {
    const MUST_BE: &'static str = "a string or a URL";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        let href = match value.kind() {
            ValueKind::Url => value
                .field("href")
                .map_err(|_| Mismatch::Value("it can't be read"))?
                .as_text(),
            _ => value.as_text(),
        };
        href.map(Self).ok_or(Mismatch::Kind)
    }
}

impl<V: Value> FromValue<V> for bool {
    const MUST_BE: &'static str = "a boolean";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        value.as_flag().ok_or(Mismatch::Kind)
    }
}

impl<V: Value> FromValue<V> for f64 {
    const MUST_BE: &'static str = "a number";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        value.as_number().ok_or(Mismatch::Kind)
    }
}

impl<V: Value> FromValue<V> for Milliseconds {
    const MUST_BE: &'static str = "a number of milliseconds, 1 to 2147483647";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        let range = 1.0..=LONGEST_WAIT_MS as f64;
        number_within(value, range).map(|it| Self(it as u64))
    }
}

impl<V: Value> FromValue<V> for ListLimit {
    const MUST_BE: &'static str = "a whole number, 1 to 100";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        let range = f64::from(LIST_LIMIT_MIN)..=f64::from(LIST_LIMIT_MAX);
        whole_number_within(value, range).map(Self)
    }
}

impl<V: Value> FromValue<V> for MaxRetries {
    const MUST_BE: &'static str = "a whole number, 0 to 100";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        whole_number_within(value, 0.0..=100.0).map(|it| Self(it as u32))
    }
}

impl<V: Value> FromValue<V> for Bytes {
    const MUST_BE: &'static str = "a number of bytes, 0 or more";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        number_within(value, 0.0..=f64::INFINITY).map(Self)
    }
}

impl<V: Value> FromValue<V> for Object<V> {
    const MUST_BE: &'static str = "an object";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        of_kind(value, ValueKind::Object).map(Self)
    }
}

impl<V: Value> FromValue<V> for Callback<V> {
    const MUST_BE: &'static str = "a function";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        of_kind(value, ValueKind::Function).map(Self)
    }
}

/// Goes by what the value can do: a polyfill's signal has another class, and an object of that class may
/// be no signal.
impl<V: Value> FromValue<V> for Signal<V> {
    const MUST_BE: &'static str = "an AbortSignal";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        let can = |name| {
            let field = value.field(name);
            field.is_ok_and(|it| it.kind() == ValueKind::Function)
        };
        let is_signal = matches!(value.kind(), ValueKind::AbortSignal | ValueKind::Object)
            && value
                .field("aborted")
                .is_ok_and(|it| it.as_flag().is_some())
            && can("addEventListener")
            && can("removeEventListener");
        let mismatch = if value.kind() == ValueKind::AbortSignal {
            Mismatch::Value("this one can't be listened to")
        } else {
            Mismatch::Kind
        };
        is_signal.then(|| Self(value.clone())).ok_or(mismatch)
    }
}

/// An array of any length, whose elements are left alone.
#[derive(Clone, Copy, Debug)]
pub struct Elements;

impl<V: Value> FromValue<V> for Elements {
    const MUST_BE: &'static str = "an array";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        of_kind(value, ValueKind::Array).map(|_| Self)
    }
}
