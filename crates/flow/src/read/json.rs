use super::{Fields, Reading, threw};
use crate::failure::{Code, Failure};
use crate::value::{Value, ValueKind};

/// How deep the field at fault is looked for: a circle has no end.
const DEEPEST: usize = 8;

/// Returns the JSON of an argument, which messages call `name`: fields that the SDK does not know pass
/// through.
///
/// # Errors
/// `invalid_argument` about the innermost field that cannot be sent: its getter throws, it is a bigint, it is
/// part of a circle, or it is a text or has a key that was cut within a character.
pub fn read_json<V: Value>(argument: &Fields<'_, V>, name: &str) -> Reading<String, V> {
    let value = argument.object;
    let at_fault = || find_culprit(value, argument.path, DEEPEST);
    let at = |path: Option<String>, thrown: V| {
        let path = path.as_deref().unwrap_or(name);
        threw(path, Code::InvalidArgument, thrown)
    };
    match value.to_json() {
        Ok(Some(json)) if has_half_character(&json) => {
            let path = at_fault();
            let path = path.as_deref().unwrap_or(name);
            let message = "`{}` holds half a character (a lone surrogate), which can't be sent. A text was cut within an emoji: cut it by characters, as in `[...text].slice(0, 15).join(\"\")`.";
            let failure = Failure::new(Code::InvalidArgument, message, &[path]);
            Err(failure.about(path).into())
        }
        Ok(Some(json)) => Ok(json),
        Ok(None) => {
            let mut fault = at(None, value.clone());
            fault.cause = None;
            Err(fault)
        }
        Err(thrown) => Err(at(at_fault(), thrown)),
    }
}

/// Returns the path of the innermost field that cannot be sent as JSON.
fn find_culprit<V: Value>(value: &V, path: &str, depth: usize) -> Option<String> {
    if depth == 0 || !matches!(value.kind(), ValueKind::Object | ValueKind::Array) {
        return None;
    }
    for name in value.field_names() {
        let field = value.field(&name);
        if field.as_ref().is_ok_and(can_be_sent) {
            continue;
        }
        let inner = if path.is_empty() {
            name
        } else {
            [path, ".", &name].concat()
        };
        let innermost = field
            .ok()
            .and_then(|it| find_culprit(&it, &inner, depth - 1));
        return innermost.or(Some(inner));
    }
    // The fault is in a key.
    (!path.is_empty()).then(|| path.to_owned())
}

fn can_be_sent<V: Value>(value: &V) -> bool {
    match value.to_json() {
        Ok(json) => !json.is_some_and(|it| has_half_character(&it)),
        Err(_) => false,
    }
}

/// Returns whether a text in this JSON has half a surrogate pair. `JSON.stringify` escapes a surrogate only where
/// its other half is missing (ECMAScript 2019, 25.5.2.3); servers refuse the whole body then.
fn has_half_character(json: &str) -> bool {
    let mut rest = json.as_bytes();
    loop {
        rest = match rest {
            [b'\\', b'u', b'd', b'8'..=b'f', ..] => return true,
            // What follows a backslash is no escape of its own.
            [b'\\', _, rest @ ..] | [_, rest @ ..] => rest,
            [] => return false,
        };
    }
}
