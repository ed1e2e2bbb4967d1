/// What type a value is of, as far as a rule can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    Undefined,
    Null,
    Boolean,
    Number,
    Text,
    Function,
    Array,
    Object,
    File,
    Blob,
    Url,
    AbortSignal,
    Symbol,
    BigInt,
    /// Looking at it threw.
    Unreadable,
}

/// Each by the name that messages call a value by: its type, never its content.
const NAMES: [(Type, &str); 14] = [
    (Type::Undefined, "undefined"),
    (Type::Null, "null"),
    (Type::Boolean, "a boolean"),
    (Type::Number, "a number"),
    (Type::Text, "a string"),
    (Type::Function, "a function"),
    (Type::Array, "an array"),
    (Type::Object, "an object"),
    (Type::File, "a File"),
    (Type::Blob, "a Blob"),
    (Type::Url, "a URL"),
    (Type::AbortSignal, "an AbortSignal"),
    (Type::Symbol, "a symbol"),
    (Type::BigInt, "a bigint"),
];

impl Type {
    /// ```
    /// use aurous_contract::argument::Type;
    ///
    /// assert_eq!(Type::named("a File"), Type::File);
    /// assert_eq!(Type::named("a File").name(), "a File");
    /// assert_eq!(Type::named("anything else"), Type::Unreadable);
    /// ```
    pub fn named(name: &str) -> Self {
        let found = NAMES.iter().find(|it| it.1 == name);
        found.map_or(Self::Unreadable, |it| it.0)
    }

    pub fn name(self) -> &'static str {
        let found = NAMES.iter().find(|it| it.0 == self);
        found.map_or("", |it| it.1)
    }

    /// This one's in a set of types.
    pub const fn bit(self) -> u16 {
        1 << self as u16
    }
}
