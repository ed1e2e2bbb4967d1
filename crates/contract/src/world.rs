//! What the pure half can ask of the page that it runs in.

use crate::access::Url;
use crate::argument::Type;

/// What the shell tells of a call's surroundings. All that is decided is decided by what comes in here:
/// a test can play any page.
///
/// | path | what stands there |
/// |---|---|
/// | `subject` | the call's first argument |
/// | `file` | its second one, where it has one, else the first |
/// | `options`, `client` | the call's options, and its client's |
/// | `headerNames` | of the client's headers, in lower case, with commas between them; reading it throws where HTTP doesn't allow a header |
/// | `isBrowser`, `isOffline` | flags |
/// | `blobSize` | in bytes, of the file, or the copy in its place |
/// | `token` | what the page's function gave as a session token |
/// | `answer` | of the request at hand: `status`, `body` (its JSON), `requestId`, `retryAfter`, `gateway` (texts), `isRedirected` |
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

    /// Where `url` leads, seen from `base`; without one, from the page.
    fn resolve(&self, url: &str, base: &str) -> Option<Url>;

    /// What the job [`Read`](crate::call::Job::Read) gave.
    fn bytes(&self) -> Vec<u8>;

    /// Milliseconds since 1970.
    fn now_ms(&self) -> u64;

    /// From 0 to less than 1.
    fn random(&self) -> f64;
}
