//! A page that a test plays.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use crate::failure::Step;
use crate::progress::Event;
use crate::world::{Type, World};

/// What stands at a path.
#[derive(Clone, Debug)]
pub struct Fake {
    pub of: Type,
    pub text: Option<String>,
    pub number: f64,
}

impl From<Type> for Fake {
    fn from(of: Type) -> Self {
        Self {
            of,
            text: None,
            number: f64::NAN,
        }
    }
}

impl From<&str> for Fake {
    fn from(text: &str) -> Self {
        Self {
            text: Some(text.into()),
            ..Type::Text.into()
        }
    }
}

impl From<f64> for Fake {
    fn from(number: f64) -> Self {
        Self {
            number,
            ..Type::Number.into()
        }
    }
}

impl From<bool> for Fake {
    fn from(flag: bool) -> Self {
        Self {
            number: flag.into(),
            ..Type::Boolean.into()
        }
    }
}

/// An array of so many values.
pub fn array(length: f64) -> Fake {
    Fake {
        number: length,
        ..Type::Array.into()
    }
}

#[derive(Debug, Default)]
pub struct FakeWorld {
    values: RefCell<HashMap<String, Fake>>,
    pub bytes: Vec<u8>,
    pub now_ms: Cell<u64>,
    pub told: RefCell<Vec<Event>>,
    pub kept: RefCell<Vec<Step>>,
}

impl FakeWorld {
    pub fn put(&mut self, path: &str, value: impl Into<Fake>) {
        self.values.get_mut().insert(path.into(), value.into());
    }

    /// Takes away what stands at a path and below it.
    pub fn clear(&mut self, path: &str) {
        self.values.get_mut().retain(|it, _| !it.starts_with(path));
    }
}

impl World for FakeWorld {
    fn type_of(&self, path: &str) -> Type {
        let values = self.values.borrow();
        values.get(path).map_or(Type::Undefined, |it| it.of)
    }

    fn text(&self, path: &str) -> Option<String> {
        self.values.borrow().get(path)?.text.clone()
    }

    fn number(&self, path: &str) -> f64 {
        let values = self.values.borrow();
        values.get(path).map_or(f64::NAN, |it| it.number)
    }

    /// Knows absolute URLs, and paths.
    fn resolve(&self, url: &str, name: &str) -> bool {
        let root = self.text("root").unwrap_or("https://app.example".into());
        let href = match url.split_once(':') {
            Some(_) => url.to_owned(),
            None => [&root, "/", url.trim_start_matches('/')].concat(),
        };
        let (protocol, rest) = href.split_once("://").unwrap_or(("none", ""));
        let mut values = self.values.borrow_mut();
        let mut put = |part: &str, text: &str| values.insert([name, part].concat(), text.into());
        put(".protocol", &[protocol, ":"].concat());
        put(".hostname", rest.split('/').next().unwrap_or_default());
        put(".username", "");
        put(".password", "");
        put(".href", &href);
        if name == "base" {
            values.insert("root".into(), href.as_str().into());
        }
        true
    }

    fn bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    fn now_ms(&self) -> u64 {
        self.now_ms.get()
    }

    fn random(&self) -> f64 {
        0.5
    }

    fn tell(&self, event: Event) {
        self.told.borrow_mut().push(event);
    }

    fn keep(&self, step: Step) {
        self.kept.borrow_mut().push(step);
    }
}
