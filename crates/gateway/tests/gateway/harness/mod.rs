//! The means that every test uses.
//!
//! | file | what it holds |
//! |---|---|
//! | `stage` | the gateway's real program before an emulator, with requests and assertions |
//! | `program` | the program: its start, its output, its end |
//! | `request`, `connection`, `answer` | HTTP byte by byte, so that a test can send anything |
//! | `visitor` | session tokens, good and bad; upload tokens |
//! | `rogue` | an upstream that breaks the rules of HTTP |
//! | `proxy` | nginx and Caddy |
//! | `spill` | the search for secrets in every output and response |
//! | `rows` | the macros that make a test of each row |

pub mod answer;
pub mod connection;
pub mod program;
pub mod proxy;
pub mod request;
pub mod rogue;
#[macro_use]
pub mod rows;
pub mod spill;
pub mod stage;
pub mod visitor;

use std::thread;
use std::time::{Duration, Instant};

/// The longest wait for something that must happen.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Asks again and again until `ask` returns something.
#[track_caller]
pub fn until<T>(what: &str, ask: impl Fn() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Returns the SHA-256 in hex, as the emulator logs it.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    let hash = sha2::Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
