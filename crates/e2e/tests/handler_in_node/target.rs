//! What is under test: the handler, in a server of Node's own.

use std::path::Path;
use std::process::Command;

use aurous_e2e::testbed::package;

/// Leaves out tests that hold for the program alone.
macro_rules! of_the_program {
    ($($items:tt)*) => {};
}

/// Makes tests that hold for the handler alone, in whatever server it runs.
macro_rules! of_the_handler {
    ($($items:tt)*) => { $($items)* };
}

/// Makes tests that hold everywhere but in Cloudflare Workers.
macro_rules! not_in_workerd {
    ($($items:tt)*) => { $($items)* };
}

/// The setting that holds the session secrets, as the log has it.
pub const SESSION_SECRETS: &str = "`sessionSecrets`";

/// Whether there are metrics.
pub const HAS_METRICS: bool = false;

/// The memory that the runtime takes, in bytes: itself, and garbage that it has yet to collect. Measured with Node 20.20: 63 MB at its start, 40 more after 1000 creates, and then no more.
pub const RUNTIME_BYTES: u64 = 110_000_000;

/// Node adds it, for the connection alone.
pub const ADDED_UPSTREAM: [(&str, &[&str]); 1] = [("connection", &["close", "keep-alive"])];

pub const ADDED_TO_ANSWERS: [&str; 1] = ["keep-alive"];

/// Returns a setting's name, as messages have it.
pub fn setting(name: &str) -> String {
    format!("`{name}`")
}

pub fn command() -> Command {
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../gateway-js/programs");
    let mut command = Command::new("node");
    command
        .arg(programs.join("serve-node.mjs"))
        // Variables of the developer's shell must not change the test.
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("AUROUS_PKG", package());
    command
}
