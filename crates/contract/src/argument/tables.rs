//! The rules, and for each object the fields that are of interest.

use super::{Field, Rule, Test};
use crate::access::is_header_value;
use crate::filename;
use crate::id::is_id;
use crate::image::{ContentType, Extension};
use crate::limits::{IDEMPOTENCY_KEY_MAX_CHARS, UPLOAD_IDS_MAX, UPLOAD_IDS_MIN};
use crate::retry::LONGEST_WAIT_MS;
use crate::version::is_api_version;
use crate::world::Type;
use crate::world::Type::{
    AbortSignal, Array, Blob, Boolean, File, Function, Number, Object, Text, Url,
};

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
}

/// A rule that any value of these types meets.
const fn any<const N: usize>(types: [Type; N], must: &'static str) -> Rule {
    let mut bits = 0;
    let mut rest: &[Type] = &types;
    while let [first, others @ ..] = rest {
        bits |= first.bit();
        rest = others;
    }
    Rule {
        types: bits,
        must,
        test: Test::Always,
        is_range: false,
    }
}

const fn text(must: &'static str, test: fn(&str) -> bool) -> Rule {
    Rule {
        test: Test::Text(test),
        ..any([Text], must)
    }
}

const fn number(must: &'static str, test: Test) -> Rule {
    Rule {
        test,
        ..any([Number], must)
    }
}

/// A value of the right type that does not hold is out of its range.
const fn range(rule: Rule) -> Rule {
    Rule {
        is_range: true,
        ..rule
    }
}

static ANY_ARRAY: Rule = any([Array], "an array");
static TEXT: Rule = any([Text], "a string");
static FLAG: Rule = any([Boolean], "a boolean");
static NUMBER: Rule = any([Number], "a number");
pub static OBJECT: Rule = any([Object], "an object");
static ABORT_SIGNAL: Rule = any([AbortSignal], "an AbortSignal");
static FUNCTION: Rule = any([Function], "a function");
/// What `init` is called with.
pub static SOURCE: Rule = any(
    [Object, File, Blob],
    "a File, a Blob, or { filename, extension, content_type }",
);
pub static FILE: Rule = any([File, Blob], "a File or a Blob");
pub static TARGET: Rule = any(
    [Object, Text, Url],
    "the ticket of initUpload, or its upload_url",
);
pub static UPLOAD: Rule = any([Object, Text], "an upload_id or the ticket of initUpload");

/// What a timer takes: it counts in 32 bits.
pub static MILLISECONDS: Rule = number(
    "a number of milliseconds, 1 to 2147483647",
    Test::Within(1.0, LONGEST_WAIT_MS as f64),
);
/// Beyond a hundred lies for ever.
static MAX_RETRIES: Rule = number("a whole number, 0 to 100", Test::WholeWithin(0.0, 100.0));
static BYTES: Rule = number(
    "a number of bytes, 0 or more",
    Test::Within(0.0, f64::INFINITY),
);
static UPLOAD_IDS: Rule = range(Rule {
    test: Test::Within(UPLOAD_IDS_MIN as f64, UPLOAD_IDS_MAX as f64),
    ..any([Array], "an array of 1 to 6 upload_ids")
});

pub static UPLOAD_ID: Rule = text("an upload_id as initUpload gave it", is_id);
static CHARACTER_ID: Rule = text("a character's id", is_id);
static NAME: Rule = range(text("a string of at least 1 character", |it| {
    !it.is_empty()
}));
static FILENAME: Rule = range(text("a string of 1 to 120 characters", |it| {
    filename::check(it).is_ok()
}));
static EXTENSION: Rule = text("\"jpg\", \"jpeg\", \"png\" or \"webp\"", |it| {
    Extension::parse(it).is_some()
});
static CONTENT_TYPE: Rule = text("\"image/jpeg\", \"image/png\" or \"image/webp\"", |it| {
    ContentType::parse(it).is_some()
});
static IDEMPOTENCY_KEY: Rule = text("1 to 256 printable ASCII characters", |it| {
    is_header_value(it) && it.len() <= IDEMPOTENCY_KEY_MAX_CHARS
});
static API_KEY: Rule = text("a string of printable ASCII", is_header_value);
static SESSION_TOKEN: Rule = Rule {
    test: Test::Text(is_header_value),
    ..any(
        [Text, Function],
        "a string of printable ASCII, or a function that gives one",
    )
};
static API_VERSION: Rule = text("a date, YYYY-MM-DD", is_api_version);
static BASE_URL: Rule = any([Text, Url], "a string or a URL");
static HEADERS: Rule = any([Object, Array], "an object of strings");
static CREDENTIALS: Rule = text("\"omit\", \"same-origin\" or \"include\"", |it| {
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

/// What is relied on of the answer that mints a ticket.
pub static TICKET_FIELDS: [Field; 3] = [
    Field::required("upload_id", &UPLOAD_ID),
    Field::required("upload_url", &TEXT),
    Field::required("expires_at", &TEXT),
];

/// Of the one that classifies.
pub static CLASSIFICATION_FIELDS: [Field; 3] = [
    Field::required("upload_id", &UPLOAD_ID),
    Field::required("pose", &TEXT),
    Field::required("confidence", &NUMBER),
];

/// Of a character.
pub static CHARACTER_FIELDS: [Field; 3] = [
    Field::required("id", &CHARACTER_ID),
    Field::required("status", &TEXT),
    Field::required("refs", &ANY_ARRAY),
];
