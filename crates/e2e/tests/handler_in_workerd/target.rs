//! What is under test: the handler, in a worker of workerd's.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use aurous_e2e::testbed::package;

/// Leaves out tests that hold for the program alone.
macro_rules! of_the_program {
    ($($items:tt)*) => {};
}

/// Makes tests that hold for the handler alone, in whatever server it runs.
macro_rules! of_the_handler {
    ($($items:tt)*) => { $($items)* };
}

/// Leaves out tests that hold everywhere but here.
macro_rules! not_in_workerd {
    ($($items:tt)*) => {};
}

/// The setting that holds the session secrets, as the log has it.
pub const SESSION_SECRETS: &str = "`sessionSecrets`";

/// Whether there are metrics.
pub const HAS_METRICS: bool = false;

/// The memory that the runtime takes, in bytes: itself, and garbage that it has yet to collect. Measured with workerd
/// 2026-04-26 and the Node that starts it: 211 MB after 1000 creates, 229 after 3000.
pub const RUNTIME_BYTES: u64 = 200_000_000;

pub const ADDED_UPSTREAM: [(&str, &[&str]); 0] = [];

pub const ADDED_TO_ANSWERS: [&str; 0] = [];

/// Returns a setting's name, as messages have it.
pub fn setting(name: &str) -> String {
    format!("`{name}`")
}

pub fn command() -> Command {
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../gateway-js/programs");
    let mut command = Command::new("node");
    command
        .arg(programs.join("serve-workerd.mjs"))
        // Variables of the developer's shell must not change the test.
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("AUROUS_PKG", package())
        .env("AUROUS_WORKERD", workerd());
    command
}

/// Finds workerd in its npm package for this platform.
fn workerd() -> PathBuf {
    let folder = env::var_os("AUROUS_BUNDLERS");
    let folder = folder.expect("AUROUS_BUNDLERS names no folder: run this with `cargo xtask e2e`");
    let packages = fs::read_dir(Path::new(&folder).join("node_modules/@cloudflare")).unwrap();
    let mut programs = packages.map(|it| it.unwrap().path().join("bin/workerd"));
    programs.find(|it| it.is_file()).expect("workerd")
}
