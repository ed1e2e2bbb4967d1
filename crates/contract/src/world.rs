//! What the pure half sees of the page that it runs in.

use crate::failure::Step;
use crate::progress::Event;

/// The surroundings of a call. All that is decided is decided by what this tells: a test can play any page.
///
/// | path | what stands there |
/// |---|---|
/// | `subject` | the call's first argument |
/// | `file` | its second one, where it has one, else the first |
/// | `options`, `client` | the call's options, and its client's |
/// | `headers` | the client's headers, by their names in lower case; looking at it throws where HTTP doesn't allow one |
/// | `isBrowser`, `isOffline` | flags |
/// | `base`, `target` | a URL that was [resolved](Self::resolve), with the parts that the URL standard names: `protocol`, `hostname`, … |
/// | `root` | the base without query and slashes at its end |
/// | `blobSize` | in bytes, of the file, or the copy in its place |
/// | `token` | what the page's function gave as a session token |
/// | `answer` | of the request at hand: `status`, `body` (its JSON), `retryAfter` and `gateway` (headers), `retryDate` (the former in milliseconds since 1970, if it is a date), `isRedirected` |
/// | `init` | the ticket that was minted |
pub trait World {
    /// The type of the value at a path, with dots between its parts; `undefined` where there is none.
    /// It is looked at once, an answer's once for each request: what was held against a rule is what is
    /// used.
    fn type_of(&self, path: &str) -> Type;

    /// The text at a path, where there is one. Of a value whose type was asked for, that value's.
    fn text(&self, path: &str) -> Option<String>;

    /// Likewise a number, an array's length, 1 for `true` and 0 for `false`; else NaN.
    fn number(&self, path: &str) -> f64;

    /// Likewise whether a flag is set.
    fn flag(&self, path: &str) -> bool {
        self.number(path) == 1.0
    }

    /// Puts the URL `url`, seen from `root`, at `name`; before there is one, seen from the page. `false`
    /// where it is not a URL.
    fn resolve(&self, url: &str, name: &str) -> bool;

    /// What the job [`Read`](crate::call::Job::Read) gave.
    fn bytes(&self) -> Vec<u8>;

    /// Milliseconds since 1970.
    fn now_ms(&self) -> u64;

    /// From 0 to less than 1.
    fn random(&self) -> f64;

    /// Calls `onProgress`.
    fn tell(&self, event: Event);

    /// Keeps the answer's body as the result of a step, a ticket with the URL `target` in it.
    fn keep(&self, step: Step);
}

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
    /// use aurous_contract::world::Type;
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
