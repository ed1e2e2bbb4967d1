//! What every row stands on.
//!
//! | file | what it holds |
//! |---|---|
//! | `stage` | the gateway's real program before an emulator; what a row asks and asserts of it |
//! | `program` | the program: started, listened to, stopped |
//! | `request`, `connection`, `answer` | HTTP by hand, so that anything can be sent |
//! | `visitor` | session tokens, good and bad; sealed things |
//! | `rogue` | an upstream that does what no emulator would |
//! | `spill` | everything that was printed and answered, searched for what is secret |
//! | `rows` | a line of the table is a test |

pub mod answer;
pub mod connection;
pub mod program;
pub mod request;
pub mod rogue;
#[macro_use]
pub mod rows;
pub mod spill;
pub mod stage;
pub mod visitor;

use std::thread;
use std::time::{Duration, Instant};

/// Longest wait for what must come.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Asks until there is an answer.
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

/// In hex, as the emulator logs it.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    let hash = sha2::Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
