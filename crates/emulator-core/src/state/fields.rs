//! Reads a request's JSON field by field, so that each refusal names the field at fault.

use std::ops::RangeInclusive;

use aurous_contract::character::Attributes;
use aurous_contract::error::ErrorCode;
use aurous_contract::limits;
use serde_json::{Map, Value};

use super::error::{ApiError, Result};

/// The fields of a request's JSON object. `null` counts as absent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) fn parse(body: &[u8]) -> Result<Self> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(ApiError::new(
                ErrorCode::InvalidFormat,
                "the body must be a JSON object",
            )),
            Err(error) => Err(ApiError::new(
                ErrorCode::InvalidFormat,
                format!("the body is not JSON: {error}"),
            )),
        }
    }

    /// Parses the body of a call that needs none: no body counts as an empty object.
    pub(crate) fn parse_optional(body: &[u8]) -> Result<Self> {
        if body.is_empty() {
            Ok(Self::default())
        } else {
            Self::parse(body)
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Returns the first key that is not among the known ones.
    pub(crate) fn first_unknown(&self, known: &[&str]) -> Option<&str> {
        let mut names = self.0.keys().map(String::as_str);
        names.find(|name| !known.contains(name))
    }

    pub(crate) fn required_text(&self, name: &str, chars: RangeInclusive<usize>) -> Result<String> {
        self.text(name, chars)?
            .ok_or_else(|| ApiError::missing(name))
    }

    pub(crate) fn text(&self, name: &str, chars: RangeInclusive<usize>) -> Result<Option<String>> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let text = value
            .as_str()
            .ok_or_else(|| ApiError::format(name, "a string"))?;
        if !chars.contains(&text.chars().count()) {
            let rule = format!("{} to {} characters", chars.start(), chars.end());
            return Err(ApiError::range(name, &rule));
        }
        Ok(Some(text.to_owned()))
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(ApiError::format(name, "true or false")),
        }
    }

    /// Reads one of a set of words, which `spell` writes.
    pub(crate) fn word<T: Copy>(
        &self,
        name: &str,
        all: &[T],
        spell: impl Fn(T) -> &'static str,
    ) -> Result<T> {
        let value = self.get(name).ok_or_else(|| ApiError::missing(name))?;
        let found = all.iter().find(|it| value.as_str() == Some(spell(**it)));
        found.copied().ok_or_else(|| {
            let words: Vec<_> = all.iter().map(|it| spell(*it)).collect();
            ApiError::format(name, &format!("one of {}", words.join(", ")))
        })
    }

    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<String>>> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let texts = value.as_array().and_then(|items| {
            let texts = items.iter().map(|it| it.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>()
        });
        texts
            .map(Some)
            .ok_or_else(|| ApiError::format(name, "an array of strings"))
    }

    /// Reads `attributes`, which may have the documented keys and no other.
    pub(crate) fn attributes(&self) -> Result<Option<Attributes>> {
        let Some(value) = self.get("attributes") else {
            return Ok(None);
        };
        let object = value
            .as_object()
            .ok_or_else(|| ApiError::format("attributes", "an object"))?;
        let fields = Self(object.clone());
        if let Some(name) = fields.first_unknown(&Attributes::KEYS) {
            let error = ApiError::new(
                ErrorCode::InvalidRequest,
                format!("attributes has no key {name}"),
            );
            return Err(error.with_param(&format!("attributes.{name}")));
        }
        fields.read_attributes().map(Some).map_err(|error| {
            let param = error.param.as_deref().unwrap_or_default();
            let param = format!("attributes.{param}");
            error.with_param(&param)
        })
    }

    fn read_attributes(&self) -> Result<Attributes> {
        let text = |name| self.text(name, 0..=limits::ATTRIBUTE_MAX_CHARS);
        Ok(Attributes {
            gender: text("gender")?,
            age: self.age()?,
            ethnicity: text("ethnicity")?,
            hair_color: text("hair_color")?,
            hair_style: text("hair_style")?,
            eye_color: text("eye_color")?,
            body_type: text("body_type")?,
            additional_details: text("additional_details")?,
        })
    }

    fn age(&self) -> Result<Option<u8>> {
        let Some(value) = self.get("age") else {
            return Ok(None);
        };
        // JSON has one kind of number, so 28.0 is 28.
        let age = value.as_f64().filter(|age| age.fract() == 0.0);
        let age = age.ok_or_else(|| ApiError::format("age", "an integer"))?;
        let mut ages = limits::AGE_MIN..=limits::AGE_MAX;
        let age = ages.find(|it| f64::from(*it) == age);
        age.map(Some).ok_or_else(|| {
            let rule = format!("{} to {}", limits::AGE_MIN, limits::AGE_MAX);
            ApiError::range("age", &rule)
        })
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }
}
