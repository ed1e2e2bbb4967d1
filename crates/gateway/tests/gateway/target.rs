//! What is under test: the gateway's program. `crates/e2e/tests/handler_in_*` have their own.

use std::process::Command;

/// Makes tests that hold for the program alone.
macro_rules! of_the_program {
    ($($items:tt)*) => { $($items)* };
}

/// Makes tests that hold for the handler alone, in whatever server it runs.
macro_rules! of_the_handler {
    ($($items:tt)*) => {};
}

/// Makes tests that hold everywhere but in Cloudflare Workers.
macro_rules! not_in_workerd {
    ($($items:tt)*) => { $($items)* };
}

/// The setting that holds the session secrets, as the log has it.
pub const SESSION_SECRETS: &str = "AUROUS_SESSION_SECRETS";

/// Whether there are metrics.
pub const HAS_METRICS: bool = true;

/// The memory that a runtime takes, in bytes: there is none.
pub const RUNTIME_BYTES: u64 = 0;

/// The headers that come upstream beside those of the gateway's own, with their values.
pub const ADDED_UPSTREAM: [(&str, &[&str]); 0] = [];

/// The headers that come to the visitor beside those of the gateway's own.
pub const ADDED_TO_ANSWERS: [&str; 0] = [];

/// Returns a setting's name, as messages have it.
pub fn setting(name: &str) -> String {
    format!("--{name}")
}

pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aurous-gateway"));
    // Variables of the developer's shell must not change the test.
    command.env_clear();
    command
}
