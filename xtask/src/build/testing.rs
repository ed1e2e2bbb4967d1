//! `testing.js`, the entry for tests: with the emulator's wasm inside, as text, since tests run wherever pages do.
//! Not minified, for the same reason as the entries for servers.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::package::esbuild;
use super::text;
use super::wasm_core::{self, Core};
use crate::setup::toolbox::Toolbox;
use crate::{process, project};

const ENTRY: &str = "testing.js";

/// An entry that this one imports, whose class it shares.
const SHARED_ENTRY: &str = "./index.js";

pub(super) fn write_entry(folder: &Path, tools: &Toolbox) -> Result<()> {
    let Core { wasm, glue } = wasm_core::compile("emulator", tools)?;
    let scripts = project::target().join("pkg-testing-scripts");
    wasm_core::copy_scripts(&scripts, &glue, "testing")?;
    let module = format!("export default \"{}\";\n", text::encode(&wasm));
    fs::write(scripts.join("emulator-wasm.js"), module)?;
    let mut esbuild = esbuild(&scripts, folder, tools);
    process::run(esbuild.arg(ENTRY).arg(format!("--external:{SHARED_ENTRY}")))
}
