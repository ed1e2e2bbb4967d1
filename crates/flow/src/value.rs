//! Dynamically typed values: what a page hands over, and what an answer's JSON holds.

use std::fmt;

use crate::url::Url;

/// A dynamically typed value: a `JsValue` in the page, a `serde_json::Value` in tests.
///
/// [`Fields`](crate::read::Fields) reads typed records out of one. The state machine itself never looks
/// into a value: it only carries it.
pub trait Value: Clone {
    /// Returns what kind of value this is.
    fn kind(&self) -> ValueKind;

    /// Returns the field `name`, an array's element where `name` is a number, `undefined` where there is
    /// none.
    ///
    /// # Errors
    /// A getter threw this.
    fn field(&self, name: &str) -> Result<Self, Self>;

    /// Returns the names of an object's own fields.
    fn field_names(&self) -> Vec<String>;

    /// Returns the text, where this is one.
    fn as_text(&self) -> Option<String>;

    /// Returns the number, where this is one.
    fn as_number(&self) -> Option<f64>;

    /// Returns the flag, where this is one.
    fn as_flag(&self) -> Option<bool>;

    /// Returns this value as JSON; `None` where JSON has nothing for it, as for a function.
    ///
    /// # Errors
    /// A getter threw this, or the value is a circle.
    fn to_json(&self) -> Result<Option<String>, Self>;

    /// Returns the HTTP headers that this value lists, their names in lower case; `None` where HTTP does
    /// not allow one of them.
    fn to_headers(&self) -> Option<Vec<(String, String)>>;

    /// Parses a URL, relative to `base` where there is one.
    fn parse_url(text: &str, base: Option<&str>) -> Option<Url>;
}

/// What kind of value a value is, as far as a rule can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    Undefined,
    Null,
    Boolean,
    Number,
    Text,
    Function,
    Symbol,
    BigInt,
    Array,
    File,
    Blob,
    Url,
    AbortSignal,
    /// An object of any other class.
    Object,
}

impl ValueKind {
    /// Returns the name that messages call such a value by: its kind, never its content.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::Text => "a string",
            Self::Function => "a function",
            Self::Symbol => "a symbol",
            Self::BigInt => "a bigint",
            Self::Array => "an array",
            Self::File => "a File",
            Self::Blob => "a Blob",
            Self::Url => "a URL",
            Self::AbortSignal => "an AbortSignal",
            Self::Object => "an object",
        }
    }

    /// Returns whether a field of this kind counts as left out.
    pub const fn is_missing(self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
