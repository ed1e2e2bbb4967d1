//! The tests of the hand-written JavaScript in `pkg-template` and of the handler for servers that a build makes
//! of it, by Node's own runner.

use std::fs;

use anyhow::{Context, Result};

use super::suites;
use crate::project;
use crate::report::Totals;
use crate::setup::toolbox::Toolbox;

const FOLDER: &str = "tests/javascript";

pub fn run(tools: &Toolbox) -> Result<Totals> {
    // File by file: versions of Node differ in what a folder or a pattern means to them.
    let entries = fs::read_dir(project::root().join(FOLDER))
        .with_context(|| format!("{FOLDER}/ cannot be read"))?;
    let files = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    let tests = files
        .iter()
        .filter(|it| it.to_string_lossy().ends_with(".test.mjs"));
    let mut node = tools.command("node");
    // A test that hangs is one that failed.
    node.args(["--test", "--test-reporter=tap", "--test-timeout=60000"]);
    suites(node.args(tests))
}
