//! wasm-opt shrinks what the compiler leaves, and drops the names, a third of it; the file with
//! names stays in `target/wasm-pack`. The features are named one by one: `--all-features` writes
//! encodings that browsers and tools refuse.

use std::fs;

use anyhow::{Context, Result};

use crate::toolbox::Toolbox;
use crate::{process, project};

const PASSES: &[&str] = &[
    "-Oz",
    "--converge",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// What rustc's wasm32-unknown-unknown and wasm-bindgen use.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The result is kept under its input's name: nothing is done again for an unchanged wasm.
pub fn shrink(wasm: &[u8], tools: &Toolbox) -> Result<Vec<u8>> {
    let flags = [PASSES, FEATURES].concat();
    let folder = project::target().join("wasm-opt");
    let version = tools
        .npm
        .as_deref()
        .map(|path| path.as_os_str().as_encoded_bytes().to_vec());
    let name = project::fingerprint([
        wasm.to_vec(),
        flags.join(" ").into_bytes(),
        version.unwrap_or_default(),
    ]);
    let result = folder.join(format!("{name}.wasm"));
    if !result.exists() {
        println!("Shrinking the wasm with wasm-opt (usually 5 seconds)");
        // One result is enough, and a half-written one may not be found.
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let input = folder.join("input.wasm");
        let output = folder.join("output.wasm");
        fs::write(&input, wasm)?;
        let mut wasm_opt = tools.node("binaryen/bin/wasm-opt");
        process::output(wasm_opt.args(flags).arg(&input).arg("-o").arg(&output))?;
        fs::rename(&output, &result)?;
    }
    fs::read(&result).with_context(|| format!("{} cannot be read", result.display()))
}
