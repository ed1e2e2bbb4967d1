use super::{Fields, Reading, threw};
use crate::failure::Code;
use crate::value::{Value, ValueKind};

/// How deep the field at fault is looked for: a circle has no end.
const DEEPEST: usize = 8;

/// Returns the JSON of an argument, which messages call `name`: fields that the SDK does not know pass
/// through.
///
/// # Errors
/// `invalid_argument` about the innermost field that JSON has no place for: its getter throws, it is a
/// bigint, or it is part of a circle.
pub fn read_json<V: Value>(argument: Fields<'_, V>, name: &str) -> Reading<String, V> {
    let value = argument.object;
    let at = |path: Option<String>, thrown: V| {
        let path = path.as_deref().unwrap_or(name);
        threw(path, Code::InvalidArgument, thrown)
    };
    match value.to_json() {
        Ok(Some(json)) => Ok(json),
        Ok(None) => {
            let mut fault = at(None, value.clone());
            fault.cause = None;
            Err(fault)
        }
        Err(thrown) => Err(at(find_culprit(value, argument.path, DEEPEST), thrown)),
    }
}

/// Returns the path of the innermost field that cannot be written as JSON.
fn find_culprit<V: Value>(value: &V, path: &str, depth: usize) -> Option<String> {
    if depth == 0 || !matches!(value.kind(), ValueKind::Object | ValueKind::Array) {
        return None;
    }
    for name in value.field_names() {
        let field = value.field(&name);
        if field.as_ref().is_ok_and(|it| it.to_json().is_ok()) {
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
    None
}
