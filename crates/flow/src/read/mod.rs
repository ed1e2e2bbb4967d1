//! Reads typed records out of dynamically typed values, each field once, and names the field at fault.
//!
//! A type that a field can have says by [`FromValue`] which values it takes; [`Fields`] reads the fields of
//! one object. The rules that concern several fields at once stand with their record:
//! [`client`](crate::client), [`arguments`](crate::arguments).

mod json;
mod values;

use crate::failure::{Code, Failure};
use crate::message::decimal;
use crate::value::{Value, ValueKind};

pub use json::read_json;
pub use values::{
    ApiVersion, Bytes, Callback, CharacterName, Elements, HeaderValue, IdempotencyKey, ListLimit,
    MaxRetries, Milliseconds, Object, PathId, Signal, SynthesizedPose, UrlText,
};

/// A type that can be read out of a value.
pub trait FromValue<V>: Sized {
    /// What the value must be, as a message puts it: "`name` must be …".
    const MUST_BE: &'static str;

    /// Reads the value.
    ///
    /// # Errors
    /// How the value breaks the rule.
    fn from_value(value: &V) -> Result<Self, Mismatch>;
}

/// How a value breaks a rule. A text goes on after "`name` must be …; ", and never quotes the value, which may
/// be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It is of another kind.
    Kind,
    /// It is of the right kind, and has this fault.
    Value(&'static str),
    /// It is of the right kind, and out of its range in this way.
    Range(&'static str),
}

/// A value that could not be read.
#[derive(Debug)]
pub struct Fault<V> {
    pub failure: Box<Failure>,
    /// What a getter threw.
    pub cause: Option<V>,
}

impl<V> From<Box<Failure>> for Box<Fault<V>> {
    fn from(failure: Box<Failure>) -> Self {
        let cause = None;
        Self::new(Fault { failure, cause })
    }
}

/// The result of reading a value of type `V`.
pub type Reading<T, V> = Result<T, Box<Fault<V>>>;

/// The fields of one object.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a, V> {
    object: &'a V,
    /// What messages call the object; empty where they call its fields by their bare names.
    path: &'a str,
    /// The code of a field that breaks its rule, but for one that is out of its range.
    code: Code,
}

impl<'a, V: Value> Fields<'a, V> {
    /// Reads the fields of `object`, which messages call `path`.
    pub fn of(object: &'a V, path: &'a str) -> Self {
        let code = Code::InvalidArgument;
        Self { object, path, code }
    }

    /// Reports faults under another code.
    pub fn with_code(self, code: Code) -> Self {
        Self { code, ..self }
    }

    /// Reads a field that may be left out. `undefined` and `null` count as left out.
    ///
    /// # Errors
    /// The field breaks its rule, or its getter threw.
    pub fn optional<T: FromValue<V>>(&self, name: &str) -> Reading<Option<T>, V> {
        let value = self.field(name)?;
        if value.kind().is_missing() {
            return Ok(None);
        }
        self.read(name, &value).map(Some)
    }

    /// Reads a field that must be there.
    ///
    /// # Errors
    /// The field is left out or breaks its rule, or its getter threw.
    pub fn required<T: FromValue<V>>(&self, name: &str) -> Reading<T, V> {
        self.read(name, &self.field(name)?)
    }

    /// Reads the elements of an array.
    ///
    /// # Errors
    /// An element breaks its rule, or its getter threw.
    pub fn elements<T: FromValue<V>>(&self, length: usize) -> Reading<Vec<T>, V> {
        let mut elements = Vec::new();
        for index in 0..length {
            let index = decimal(index as u64);
            let path = [self.path, "[", &index, "]"].concat();
            let value = self.object.field(&index);
            let value = value.map_err(|thrown| threw(&path, self.code, thrown))?;
            elements.push(convert(&value, &path, self.code)?);
        }
        Ok(elements)
    }

    fn read<T: FromValue<V>>(&self, name: &str, value: &V) -> Reading<T, V> {
        T::from_value(value).map_err(|it| self.refused(name, T::MUST_BE, it, value.kind()))
    }

    /// Not generic over the field's type, so that the page downloads it once.
    fn refused(
        &self,
        name: &str,
        must_be: &str,
        mismatch: Mismatch,
        found: ValueKind,
    ) -> Box<Fault<V>> {
        refused(&self.path_of(name), must_be, mismatch, found, self.code).into()
    }

    /// Returns a field as it is.
    ///
    /// # Errors
    /// Its getter threw.
    pub fn field(&self, name: &str) -> Reading<V, V> {
        let thrown = |thrown| threw(&self.path_of(name), self.code, thrown);
        self.object.field(name).map_err(thrown)
    }

    fn path_of(&self, name: &str) -> String {
        let dot = if self.path.is_empty() { "" } else { "." };
        [self.path, dot, name].concat()
    }
}

/// Reads a value that messages call `path`.
///
/// # Errors
/// `code`, or `value_out_of_range`.
pub fn convert<T: FromValue<V>, V: Value>(value: &V, path: &str, code: Code) -> Reading<T, V> {
    T::from_value(value)
        .map_err(|mismatch| refused(path, T::MUST_BE, mismatch, value.kind(), code).into())
}

/// Not generic, so that the page downloads it once.
fn refused(
    path: &str,
    must_be: &str,
    mismatch: Mismatch,
    found: ValueKind,
    code: Code,
) -> Box<Failure> {
    let (code, it_is, fault) = match mismatch {
        Mismatch::Kind => (code, "it is ", found.name()),
        Mismatch::Value(fault) => (code, "", fault),
        Mismatch::Range(fault) => (Code::ValueOutOfRange, "", fault),
    };
    let message = "`{}` must be {}; {}{}.";
    Failure::new(code, message, &[path, must_be, it_is, fault]).about(path)
}

/// Reports a getter, or another function of a value that messages call `path`, that threw.
pub fn threw<V>(path: &str, code: Code, thrown: V) -> Box<Fault<V>> {
    let message = "`{}` could not be read: it threw. Hand over plain values.";
    Box::new(Fault {
        failure: Failure::new(code, message, &[path]).about(path),
        cause: Some(thrown),
    })
}

#[cfg(test)]
mod tests;
