//! What the arguments and options that a page hands over must be: tables of rules.
//!
//! The rules that concern several values at once (a key and where it goes, the flow of a create) stand
//! with their subject: [`access`](crate::access), [`character`](crate::character).

use crate::access::is_header_value;
use crate::concat;
use crate::failure::{Code, Failure};
use crate::filename;
use crate::id::is_id;
use crate::image::{ContentType, Extension};
use crate::limits::{IDEMPOTENCY_KEY_MAX_CHARS, UPLOAD_IDS_MAX, UPLOAD_IDS_MIN};
use crate::retry::LONGEST_WAIT_MS;
use crate::version::is_api_version;

/// A value, as far as a rule can tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Value {
    /// What a message calls it: `a string`, `an array`, `a File`, `undefined`. Never its content.
    pub kind: String,
    pub text: Option<String>,
    /// A number; of an array, its length.
    pub number: Option<f64>,
}

/// What one value must be.
#[derive(Debug)]
pub struct Rule {
    /// What [`Value::kind`] may be.
    kinds: &'static [&'static str],
    must: &'static str,
    /// Of a value of these kinds.
    test: Test,
    /// Whether a value of these kinds that doesn't hold is out of its range.
    is_range: bool,
}

#[derive(Debug)]
enum Test {
    Always,
    /// Of a text; a value of another kind passes.
    Text(fn(&str) -> bool),
    /// Of a number, or of the length of an array: from the first to the second.
    Within(f64, f64),
    /// The same, and whole.
    WholeWithin(f64, f64),
}

/// A field of an object, and what it must be.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    rule: &'static Rule,
    is_required: bool,
}

impl Rule {
    /// What is wrong about `value`, the argument or option `name`. `code`: of a value that is of
    /// another kind.
    ///
    /// ```
    /// use aurous_contract::argument::{MILLISECONDS, Value};
    /// use aurous_contract::failure::Code;
    ///
    /// let text = Value { kind: "a string".into(), text: Some("5".into()), ..Value::default() };
    /// let failure = MILLISECONDS.refusal(Code::InvalidArgument, "options.timeoutMs", &text).unwrap();
    /// assert_eq!(
    ///     failure.message,
    ///     "`options.timeoutMs` must be a number of milliseconds, 1 to 2147483647; it is a string."
    /// );
    /// let number = Value { kind: "a number".into(), number: Some(5.0), ..Value::default() };
    /// assert!(MILLISECONDS.refusal(Code::InvalidArgument, "options.timeoutMs", &number).is_none());
    /// ```
    pub fn refusal(&self, code: Code, name: &str, value: &Value) -> Option<Box<Failure>> {
        let holds = self.is_of_kind(value) && self.test.holds(value);
        (!holds).then(|| self.refuse(code, name, value))
    }

    /// Says that `value` is not what this rule wants.
    pub fn refuse(&self, code: Code, name: &str, value: &Value) -> Box<Failure> {
        let is_of_kind = self.is_of_kind(value);
        let code = if is_of_kind && self.is_range {
            Code::ValueOutOfRange
        } else {
            code
        };
        let other = value.kind.strip_prefix("a ").filter(|_| is_of_kind);
        let found = match other {
            Some(kind) => &concat(&["another ", kind]),
            None => &value.kind,
        };
        Failure::field(code, name, self.must, found)
    }

    fn is_of_kind(&self, value: &Value) -> bool {
        self.kinds.contains(&value.kind.as_str())
    }
}

impl Field {
    const fn optional(name: &'static str, rule: &'static Rule) -> Self {
        Self {
            name,
            rule,
            is_required: false,
        }
    }

    const fn required(name: &'static str, rule: &'static Rule) -> Self {
        Self {
            is_required: true,
            ..Self::optional(name, rule)
        }
    }

    /// As [`Rule::refusal`]; one that may be left out may be `undefined`.
    pub fn refusal(&self, code: Code, name: &str, value: &Value) -> Option<Box<Failure>> {
        if value.kind == "undefined" && !self.is_required {
            return None;
        }
        self.rule.refusal(code, name, value)
    }
}

impl Test {
    fn holds(&self, value: &Value) -> bool {
        let is_within = |least: f64, most: f64| {
            let number = value.number.unwrap_or(f64::NAN);
            number >= least && number <= most
        };
        match *self {
            Self::Always => true,
            Self::Text(holds) => value.text.as_deref().is_none_or(holds),
            Self::Within(least, most) => is_within(least, most),
            Self::WholeWithin(least, most) => {
                is_within(least, most) && value.number.map(f64::trunc) == value.number
            }
        }
    }
}

/// A rule that any value of these kinds meets.
const fn any(kinds: &'static [&'static str], must: &'static str) -> Rule {
    Rule {
        kinds,
        must,
        test: Test::Always,
        is_range: false,
    }
}

const fn text(must: &'static str, test: fn(&str) -> bool) -> Rule {
    Rule {
        test: Test::Text(test),
        ..any(&["a string"], must)
    }
}

const fn number(must: &'static str, test: Test) -> Rule {
    Rule {
        test,
        ..any(&["a number"], must)
    }
}

/// A value of the right kind that does not hold is out of its range.
const fn range(rule: Rule) -> Rule {
    Rule {
        is_range: true,
        ..rule
    }
}

static TEXT: Rule = any(&["a string"], "must be a string");
static FLAG: Rule = any(&["a boolean"], "must be a boolean");
static NUMBER: Rule = any(&["a number"], "must be a number");
pub static OBJECT: Rule = any(&["an object"], "must be an object");
static ABORT_SIGNAL: Rule = any(&["an AbortSignal"], "must be an AbortSignal");
static FUNCTION: Rule = any(&["a function"], "must be a function");
/// What `init` is called with.
pub static SOURCE: Rule = any(
    &["an object", "a File", "a Blob"],
    "must be a File, a Blob, or { filename, extension, content_type }",
);
pub static FILE: Rule = any(&["a File", "a Blob"], "must be a File or a Blob");
pub static TARGET: Rule = any(
    &["an object", "a string", "a URL"],
    "must be the ticket of initUpload, or its upload_url",
);
pub static UPLOAD: Rule = any(
    &["an object", "a string"],
    "must be an upload_id or the ticket of initUpload",
);

/// What a timer takes: it counts in 32 bits.
pub static MILLISECONDS: Rule = number(
    "must be a number of milliseconds, 1 to 2147483647",
    Test::Within(1.0, LONGEST_WAIT_MS as f64),
);
/// Beyond a hundred lies for ever.
static MAX_RETRIES: Rule = number(
    "must be a whole number, 0 to 100",
    Test::WholeWithin(0.0, 100.0),
);
static BYTES: Rule = number(
    "must be a number of bytes, 0 or more",
    Test::Within(0.0, f64::INFINITY),
);
static UPLOAD_IDS: Rule = range(Rule {
    test: Test::Within(UPLOAD_IDS_MIN as f64, UPLOAD_IDS_MAX as f64),
    ..any(&["an array"], "must be an array of 1 to 6 upload_ids")
});

/// What a PUT goes to.
pub static UPLOAD_URL: Rule = any(&[], "must be an http or https URL");
pub static UPLOAD_ID: Rule = text("must be an upload_id as initUpload gave it", is_id);
static NAME: Rule = range(text("must be a string of at least 1 character", |it| {
    !it.is_empty()
}));
static FILENAME: Rule = range(text("must be a string of 1 to 120 characters", |it| {
    filename::check(it).is_ok()
}));
static EXTENSION: Rule = text("must be \"jpg\", \"jpeg\", \"png\" or \"webp\"", |it| {
    Extension::parse(it).is_some()
});
static CONTENT_TYPE: Rule = text(
    "must be \"image/jpeg\", \"image/png\" or \"image/webp\"",
    |it| ContentType::parse(it).is_some(),
);
static IDEMPOTENCY_KEY: Rule = text("must be 1 to 256 printable ASCII characters", |it| {
    is_header_value(it) && it.len() <= IDEMPOTENCY_KEY_MAX_CHARS
});
static API_KEY: Rule = text("must be a string of printable ASCII", is_header_value);
static SESSION_TOKEN: Rule = Rule {
    kinds: &["a string", "a function"],
    must: "must be a string of printable ASCII, or a function that gives one",
    test: Test::Text(is_header_value),
    is_range: false,
};
static API_VERSION: Rule = text("must be a date, YYYY-MM-DD", is_api_version);
static BASE_URL: Rule = any(&["a string", "a URL"], "must be a string or a URL");
static HEADERS: Rule = any(&["an object", "an array"], "must be an object of strings");
static CREDENTIALS: Rule = text("must be \"omit\", \"same-origin\" or \"include\"", |it| {
    matches!(it, "omit" | "same-origin" | "include")
});

/// The options of every call. What a call has no use for is checked all the same.
pub static CALL_OPTIONS: [Field; 9] = [
    Field::optional("signal", &ABORT_SIGNAL),
    Field::optional("onProgress", &FUNCTION),
    Field::optional("classify", &FLAG),
    Field::optional("snapshotBytes", &BYTES),
    Field::optional("idempotencyKey", &IDEMPOTENCY_KEY),
    Field::optional("timeoutMs", &MILLISECONDS),
    Field::optional("stallTimeoutMs", &MILLISECONDS),
    Field::optional("deadlineMs", &MILLISECONDS),
    Field::optional("maxRetries", &MAX_RETRIES),
];

pub static CLIENT_OPTIONS: [Field; 11] = [
    Field::optional("baseUrl", &BASE_URL),
    Field::optional("apiKey", &API_KEY),
    Field::optional("sessionToken", &SESSION_TOKEN),
    Field::optional("headers", &HEADERS),
    Field::optional("apiVersion", &API_VERSION),
    Field::optional("credentials", &CREDENTIALS),
    Field::optional("dangerouslyAllowBrowser", &FLAG),
    Field::optional("timeoutMs", &MILLISECONDS),
    Field::optional("stallTimeoutMs", &MILLISECONDS),
    Field::optional("deadlineMs", &MILLISECONDS),
    Field::optional("maxRetries", &MAX_RETRIES),
];

/// What matters of a `File` or `Blob`.
pub static FILE_FIELDS: [Field; 2] = [
    Field::optional("name", &TEXT),
    Field::required("size", &NUMBER),
];

/// A file that isn't at hand, described.
pub static SOURCE_FIELDS: [Field; 3] = [
    Field::required("filename", &FILENAME),
    Field::required("extension", &EXTENSION),
    Field::required("content_type", &CONTENT_TYPE),
];

pub static TARGET_FIELDS: [Field; 2] = [
    Field::required("upload_url", &TEXT),
    Field::optional("upload_headers", &OBJECT),
];

pub static UPLOAD_HEADERS_FIELDS: [Field; 1] = [Field::optional("Content-Type", &CONTENT_TYPE)];

/// What the API documents of a create, and one value decides; the rest is the API's to refuse.
pub static REQUEST_FIELDS: [Field; 4] = [
    Field::required("name", &NAME),
    Field::optional("generate", &FLAG),
    Field::optional("upload_ids", &UPLOAD_IDS),
    Field::optional("attributes", &OBJECT),
];

pub static ATTRIBUTES_FIELDS: [Field; 8] = [
    Field::optional("gender", &TEXT),
    Field::optional("age", &NUMBER),
    Field::optional("ethnicity", &TEXT),
    Field::optional("hair_color", &TEXT),
    Field::optional("hair_style", &TEXT),
    Field::optional("eye_color", &TEXT),
    Field::optional("body_type", &TEXT),
    Field::optional("additional_details", &TEXT),
];

#[cfg(test)]
mod tests;
