//! `cargo xtask build`: the npm package in `pkg/`.
//!
//! 1. wasm-pack compiles the SDK, for a release with a [`small_std`], and writes the glue, into
//!    `target/wasm-pack`;
//! 2. [`wasm_opt`] shrinks the wasm, and the glue follows its [`short_names`];
//! 3. [`package`] puts them together with `pkg-template`, the glue's imports of our
//!    JavaScript rewritten by [`glue`], the JavaScript bundled by esbuild, with the wasm in it as [`text`];
//! 4. [`gateway`] and [`testing`] do the same for the entries of servers and tests, whose wasm is the gateway's or the
//!    emulator's [`wasm_core`].

mod documents;
pub mod gateway;
mod glue;
mod package;
mod short_names;
mod small_std;
mod testing;
pub mod text;
mod wasm_core;
mod wasm_opt;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::setup::toolbox::Toolbox;
use crate::{process, project};
pub use package::{WASM_TEXT, named_wasm, script_contents};
use wasm_opt::Shrunk;

#[derive(Clone, Copy, PartialEq)]
pub enum Profile {
    Dev,
    Release,
}

pub fn run(profile: Profile, tools: &Toolbox) -> Result<()> {
    let compiled = compile(profile, tools)?;
    let wasm = fs::read(compiled.join("aurous_web_bg.wasm")).context("wasm-pack left no wasm")?;
    let glue =
        fs::read_to_string(compiled.join("aurous_web.js")).context("wasm-pack left no glue")?;
    let glue = glue::without_work_at_import(&glue::import_from_the_package(&glue)?)?;
    let (named, build) = match profile {
        Profile::Dev => (
            wasm.clone(),
            Build {
                wasm,
                glue: glue.clone(),
            },
        ),
        Profile::Release => {
            let Shrunk { named, wasm, names } = wasm_opt::shrink(&wasm, tools)?;
            let glue = names.apply(&glue)?;
            (named, Build { wasm, glue })
        }
    };
    package::assemble(&build, &Build { wasm: named, glue }, profile, tools)
}

/// wasm-pack's flags: the wasm and its glue, and nothing that the package's own files or `wasm_opt` do.
const GLUE_ALONE: &[&str] = &[
    "--target",
    "web",
    "--mode",
    "no-install",
    "--no-pack",
    "--no-typescript",
    "--no-opt",
];

/// A wasm, and the glue that was written for it.
struct Build {
    wasm: Vec<u8>,
    glue: String,
}

fn compile(profile: Profile, tools: &Toolbox) -> Result<PathBuf> {
    let mut wasm_pack = match profile {
        Profile::Dev => tools.wasm_command("wasm-pack"),
        Profile::Release => tools.wasm_command_with("wasm-pack", small_std::RUSTFLAGS),
    };
    wasm_pack.arg("build").args(GLUE_ALONE);
    wasm_pack.args(["--out-dir", "target/wasm-pack", "--out-name", "aurous_web"]);
    match profile {
        Profile::Dev => wasm_pack.arg("--dev"),
        Profile::Release => {
            wasm_pack.env(small_std::ALLOW_UNSTABLE.0, small_std::ALLOW_UNSTABLE.1);
            wasm_pack.arg("--release").args(small_std::ARGUMENTS)
        }
    };
    process::run(&mut wasm_pack)?;
    Ok(project::target().join("wasm-pack"))
}
