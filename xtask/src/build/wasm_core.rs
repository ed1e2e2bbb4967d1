//! The wasm of a core that is not for pages: the gateway's and the emulator's. A few hundred kilobytes do no harm
//! there. The wasm is the same in every profile: an unoptimised one is ten times as large, and hides nothing that a
//! test needs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::package::{copy_into, has_extension};
use super::{GLUE_ALONE, wasm_opt};
use crate::setup::toolbox::Toolbox;
use crate::{process, project};

pub(super) struct Core {
    pub(super) wasm: Vec<u8>,
    /// The script that wasm-bindgen wrote for it.
    pub(super) glue: PathBuf,
}

/// Compiles `crates/<name>-js`.
pub(super) fn compile(name: &str, tools: &Toolbox) -> Result<Core> {
    let mut wasm_pack = tools.wasm_command("wasm-pack");
    // The SDK has other flags: in one folder, each would discard what the other has compiled.
    wasm_pack.env("CARGO_TARGET_DIR", project::target().join("wasm-cores"));
    wasm_pack.args(["build", &format!("crates/{name}-js"), "--release"]);
    wasm_pack.args(GLUE_ALONE);
    let out_name = format!("aurous_{name}");
    // A relative folder would be one of the crate's.
    let folder = project::target().join(format!("wasm-pack-{name}"));
    wasm_pack.args(["--out-name", &out_name, "--out-dir"]);
    process::run(wasm_pack.arg(&folder))?;
    let wasm = fs::read(folder.join(format!("{out_name}_bg.wasm")))
        .with_context(|| format!("wasm-pack left no wasm of the {name}"))?;
    Ok(Core {
        wasm: wasm_opt::optimise(&wasm, tools)?,
        glue: folder.join(format!("{out_name}.js")),
    })
}

/// Copies the package's scripts, those of one of its folders and a core's glue to where a bundler reads them.
pub(super) fn copy_scripts(scripts: &Path, glue: &Path, part: &str) -> Result<()> {
    if scripts.exists() {
        fs::remove_dir_all(scripts)?;
    }
    let template = project::root().join("pkg-template");
    for part in ["", part] {
        fs::create_dir_all(scripts.join(part))?;
        for source in fs::read_dir(template.join(part))? {
            let source = source?.path();
            if has_extension(&source, "js") {
                copy_into(&scripts.join(part), &source)?;
            }
        }
    }
    copy_into(scripts, glue)
}
