//! The core from outside, as a shell drives it: no network, no clock, no runtime.
//!
//! | module | what it tests |
//! |---|---|
//! | `shell` | a shell that answers each step from a script, for several instances with one store |
//! | `shared` | instances that share a store: creates that happen once, limits that hold over all |
//! | `sessions` | an app that knows its visitors |

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking; clippy only knows the functions marked #[test]"
)]

mod sessions;
mod shared;
mod shell;
