//! The entries for JavaScript servers: `server.js` with the gateway's wasm inside, `server-workerd.js` with the
//! wasm beside it, and the stores of several instances.
//!
//! The scripts are not minified: for an error, Node prints the whole line that threw it, and the wasm's text must
//! not be on that line.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::package::{copy_into, copy_unbundled, esbuild};
use super::testing;
use super::wasm_core::{self, Core};
use crate::setup::toolbox::Toolbox;
use crate::{process, project};

const ENTRIES: &[&str] = &[
    "server.js",
    "server-workerd.js",
    "server-durable-object.js",
    "server-stores.js",
];

/// The scripts that Redis runs. `server-stores.js` imports them as texts.
const REDIS_SCRIPTS: &[&str] = &["move.lua", "write.lua"];

/// The wasm that `server-workerd.js` imports.
const WASM: &str = "aurous_gateway_bg.wasm";

/// Builds the entries into a package of their own, with the command line, for what needs a server and no page.
/// Returns its folder.
pub fn build_alone(tools: &Toolbox) -> Result<PathBuf> {
    let folder = project::target().join("pkg-server");
    fs::create_dir_all(&folder)?;
    write_entries(&folder, tools)?;
    testing::write_emulator(&folder, tools)?;
    copy_unbundled(&folder)?;
    // It says that the scripts are modules.
    let manifest = project::root().join("pkg-template/package.json");
    copy_into(&folder, &manifest)?;
    Ok(folder)
}

/// Writes the entries and the wasm into a folder.
pub(super) fn write_entries(folder: &Path, tools: &Toolbox) -> Result<()> {
    let Core { wasm, glue } = wasm_core::compile("gateway", tools)?;
    let scripts = project::target().join("pkg-server-scripts");
    wasm_core::copy_scripts(&scripts, &glue, "server")?;
    let redis_scripts = scripts.join("redis");
    fs::create_dir_all(&redis_scripts)?;
    for name in REDIS_SCRIPTS {
        let source = project::root().join("crates/gateway-core/redis").join(name);
        copy_into(&redis_scripts, &source)?;
    }
    let text = STANDARD.encode(deflate(&wasm)?);
    fs::write(
        scripts.join("gateway-wasm.js"),
        format!("export default \"{text}\";\n"),
    )?;
    let mut esbuild = esbuild(&scripts, folder, tools);
    esbuild.args(ENTRIES).arg("--loader:.lua=text");
    process::run(esbuild.arg(format!("--external:./{WASM}")))?;
    fs::write(folder.join(WASM), wasm)?;
    Ok(())
}

fn deflate(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
