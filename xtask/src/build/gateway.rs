//! The entries for JavaScript servers: `server.js` with the gateway's wasm inside, and `server-workerd.js`
//! with the wasm beside it.
//!
//! They are not for pages, so a few hundred kilobytes do no harm. The wasm is the
//! same in every profile: an unoptimised one is ten times as large, and hides nothing that a test needs. The
//! scripts are not minified: for an error, Node prints the whole line that threw it, and the wasm's text must
//! not be on that line.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::package::{copy_into, esbuild, has_extension};
use super::wasm_opt;
use crate::setup::toolbox::Toolbox;
use crate::{process, project};

const ENTRIES: &[&str] = &["server.js", "server-workerd.js"];

/// The wasm that `server-workerd.js` imports.
const WASM: &str = "aurous_gateway_bg.wasm";

/// Builds the entries into a package of their own, for what needs a server and no page. Returns its folder.
pub fn build_alone(tools: &Toolbox) -> Result<PathBuf> {
    let folder = project::target().join("pkg-server");
    fs::create_dir_all(&folder)?;
    write_entries(&folder, tools)?;
    // It says that the scripts are modules.
    let manifest = project::root().join("pkg-template/package.json");
    copy_into(&folder, &manifest)?;
    Ok(folder)
}

/// Writes the entries and the wasm into a folder.
pub(super) fn write_entries(folder: &Path, tools: &Toolbox) -> Result<()> {
    let compiled = compile(tools)?;
    let wasm = fs::read(compiled.join(WASM)).context("wasm-pack left no wasm of the gateway")?;
    let wasm = wasm_opt::optimise(&wasm, tools)?;
    let scripts = project::target().join("pkg-server-scripts");
    if scripts.exists() {
        fs::remove_dir_all(&scripts)?;
    }
    let template = project::root().join("pkg-template");
    for part in ["", "server"] {
        fs::create_dir_all(scripts.join(part))?;
        for source in fs::read_dir(template.join(part))? {
            let source = source?.path();
            if has_extension(&source, "js") {
                copy_into(&scripts.join(part), &source)?;
            }
        }
    }
    copy_into(&scripts, &compiled.join("aurous_gateway.js"))?;
    let text = STANDARD.encode(deflate(&wasm)?);
    fs::write(
        scripts.join("gateway-wasm.js"),
        format!("export default \"{text}\";\n"),
    )?;
    let mut esbuild = esbuild(&scripts, folder, tools);
    process::run(esbuild.args(ENTRIES).arg(format!("--external:./{WASM}")))?;
    fs::write(folder.join(WASM), wasm)?;
    Ok(())
}

fn compile(tools: &Toolbox) -> Result<PathBuf> {
    let mut wasm_pack = tools.wasm_command("wasm-pack");
    // The SDK has other flags: in one folder, each would discard what the other has compiled.
    wasm_pack.env("CARGO_TARGET_DIR", project::target().join("wasm-gateway"));
    wasm_pack.args([
        "build",
        "crates/gateway-js",
        "--release",
        "--target",
        "web",
        "--mode",
        "no-install",
        "--no-pack",
        "--no-typescript",
        "--no-opt",
        "--out-name",
        "aurous_gateway",
    ]);
    let folder = project::target().join("wasm-pack-gateway");
    // A relative folder would be one of the crate's.
    process::run(wasm_pack.arg("--out-dir").arg(&folder))?;
    Ok(folder)
}

fn deflate(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
