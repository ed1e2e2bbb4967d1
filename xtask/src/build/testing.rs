//! `emulator.js`, which `testing.js` and the command line import: with the emulator's wasm inside, as text, since
//! tests run wherever pages do. Not minified, for the same reason as the entries for servers.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::glue;
use super::package::esbuild;
use super::text;
use super::wasm_core::{self, Core};
use crate::process;
use crate::project;
use crate::setup::toolbox::Toolbox;

const ENTRY: &str = "emulator=testing/emulator.js";

pub(super) fn write_emulator(folder: &Path, tools: &Toolbox) -> Result<()> {
    let Core { wasm, glue } = wasm_core::compile("emulator", tools)?;
    let scripts = project::target().join("pkg-testing-scripts");
    wasm_core::copy_scripts(&scripts, &glue, "testing")?;
    let glue = glue::without_work_at_import(&fs::read_to_string(glue)?)?;
    fs::write(scripts.join("aurous_emulator.js"), glue)?;
    let module = format!("export default \"{}\";\n", text::encode(&wasm));
    fs::write(scripts.join("emulator-wasm.js"), module)?;
    process::run(esbuild(&scripts, folder, tools).arg(ENTRY))
}
