//! What the pure half sees of the page that it runs in.

use crate::argument::Type;
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
    /// Looks afresh.
    fn type_of(&self, path: &str) -> Type;

    /// The text at a path, where there is one. What was looked at before is not looked at again: what was
    /// held against a rule is what is used.
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
