//! What the arguments and options that a page hands over must be, and what the SDK needs of an answer:
//! tables of rules.
//!
//! The rules that concern several values at once (a key and where it goes, the flow of a create) stand
//! with their subject: [`access`](crate::access), [`character`](crate::character).

mod tables;

use crate::concat;
use crate::failure::{Code, Failure};
use crate::world::{Type, World};

pub use tables::*;

/// What one value must be.
#[derive(Debug)]
pub struct Rule {
    /// The types that it may be of, as [`Type::bit`]s.
    types: u16,
    must: &'static str,
    /// Of a value of these types.
    test: Test,
    /// Whether a value of these types that doesn't hold is out of its range.
    is_range: bool,
}

#[derive(Debug)]
enum Test {
    Always,
    /// Of a text; a value of another type passes.
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

/// A value that a page hands over: where it stands in the [`World`], what messages call it, and the code
/// of one that is not of the right type.
#[derive(Clone, Copy, Debug)]
pub struct Argument<'a> {
    pub path: &'a str,
    pub shown: &'a str,
    pub code: Code,
}

impl<'a> Argument<'a> {
    /// Of a call.
    pub const fn new(path: &'a str, shown: &'a str) -> Self {
        let code = Code::InvalidArgument;
        Self { path, shown, code }
    }

    /// Holds it against its rule.
    ///
    /// # Errors
    /// It says what is wrong, by the argument's name.
    pub fn check(&self, world: &dyn World, rule: &Rule) -> Result<(), Box<Failure>> {
        let found = world.type_of(self.path);
        if found == Type::Unreadable {
            return Err(self.unreadable());
        }
        let is_of_type = rule.types & found.bit() != 0;
        if is_of_type && rule.test.holds(world, self.path) {
            return Ok(());
        }
        let code = if is_of_type && rule.is_range {
            Code::ValueOutOfRange
        } else {
            self.code
        };
        let name = found.name();
        let other = name.strip_prefix("a ").filter(|_| is_of_type);
        let (another, name) = other.map_or(("", name), |it| ("another ", it));
        let message = "`{}` must be {}; it is {}{}.";
        Err(Failure::new(code, message, &[self.shown, rule.must, another, name]).about(self.shown))
    }

    /// Holds the fields of an object against their rules.
    pub fn check_fields(&self, world: &dyn World, rules: &[Field]) -> Result<(), Box<Failure>> {
        for field in rules {
            let path = concat(&[self.path, ".", field.name]);
            if !field.is_required && world.type_of(&path) == Type::Undefined {
                continue;
            }
            let dot = if self.shown.is_empty() { "" } else { "." };
            let argument = Argument {
                path: &path,
                shown: &concat(&[self.shown, dot, field.name]),
                code: self.code,
            };
            argument.check(world, field.rule)?;
        }
        Ok(())
    }

    /// It is not what it must be, since reading or writing it threw.
    pub fn unreadable(&self) -> Box<Failure> {
        let message = "`{}` could not be read: it threw. Hand over plain values.";
        Failure::new(self.code, message, &[self.shown]).about(self.shown)
    }
}

impl Test {
    fn holds(&self, world: &dyn World, path: &str) -> bool {
        let is_within = |least: f64, most: f64| {
            let number = world.number(path);
            number >= least && number <= most
        };
        match *self {
            Self::Always => true,
            Self::Text(holds) => world.text(path).as_deref().is_none_or(holds),
            Self::Within(least, most) => is_within(least, most),
            Self::WholeWithin(least, most) => {
                is_within(least, most) && world.number(path).trunc() == world.number(path)
            }
        }
    }
}

#[cfg(test)]
mod tests;
