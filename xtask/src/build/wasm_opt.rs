//! wasm-opt shrinks what the compiler leaves, and drops the names, a third of it: once more with them, for
//! the package's development entry. The features are named one by one: `--all-features` writes
//! encodings that browsers and tools refuse.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::short_names::ShortNames;
use crate::setup::toolbox::Toolbox;
use crate::{process, project};

const PASSES: &[&str] = &[
    "-Oz",
    "--converge",
    // Larger functions that are called once stay functions: 0.24 KB less in brotli.
    "--one-caller-inline-max-function-size=20",
    // The first kilobyte of memory is the end of the stack, to which no pointer to data leads: 0.2 KB less.
    "--low-memory-unused",
    "--strip-producers",
    "--strip-target-features",
];

const KEEP_NAMES: &[&str] = &["--debuginfo"];
const DROP_NAMES: &[&str] = &["--strip-debug"];

/// What rustc's wasm32-unknown-unknown and wasm-bindgen use.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// A pass of its own: run among the others, it prints its list of names more than once.
const SHORTEN: &[&str] = &["--minify-imports-and-exports-and-modules"];

pub struct Shrunk {
    /// With the names of its functions, and those that the glue was written with.
    pub named: Vec<u8>,
    pub wasm: Vec<u8>,
    /// What became of the names that the glue calls by.
    pub names: ShortNames,
}

/// The result is kept under its input's name: nothing is done again for an unchanged wasm.
pub fn shrink(wasm: &[u8], tools: &Toolbox) -> Result<Shrunk> {
    let folder = project::target().join("wasm-opt");
    let version = tools
        .npm
        .as_deref()
        .map(|path| path.as_os_str().as_encoded_bytes().to_vec());
    let name = project::fingerprint([
        wasm.to_vec(),
        [PASSES, KEEP_NAMES, DROP_NAMES, SHORTEN, FEATURES]
            .concat()
            .join(" ")
            .into_bytes(),
        version.unwrap_or_default(),
    ]);
    let result = folder.join(name);
    if !result.exists() {
        println!("Shrinking the wasm with wasm-opt (usually 10 seconds)");
        // One result is enough, and a half-written one may not be found.
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let unfinished = folder.join("unfinished");
        fs::create_dir_all(&unfinished)?;
        let [input, named, small, output] =
            ["input.wasm", "named.wasm", "small.wasm", "output.wasm"]
                .map(|file| unfinished.join(file));
        fs::write(&input, wasm)?;
        wasm_opt(&[PASSES, KEEP_NAMES].concat(), &input, &named, tools)?;
        wasm_opt(&[PASSES, DROP_NAMES].concat(), &input, &small, tools)?;
        let names = wasm_opt(SHORTEN, &small, &output, tools)?;
        fs::write(unfinished.join("names.json"), names)?;
        fs::rename(&unfinished, &result)?;
    }
    let read = |file: &str| {
        let path = result.join(file);
        fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))
    };
    Ok(Shrunk {
        named: read("named.wasm")?,
        wasm: read("output.wasm")?,
        names: ShortNames::parse(&String::from_utf8_lossy(&read("names.json")?))?,
    })
}

/// Optimises a wasm for speed and size alike, and drops the names. The result is kept as above.
pub fn optimise(wasm: &[u8], tools: &Toolbox) -> Result<Vec<u8>> {
    let folder = project::target().join("wasm-opt-gateway");
    let result = folder.join(project::fingerprint([wasm.to_vec()]));
    if !result.exists() {
        println!("Optimising the wasm of a core with wasm-opt (usually 10 seconds)");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let [input, output] = ["input.wasm", "output.wasm"].map(|file| folder.join(file));
        fs::write(&input, wasm)?;
        wasm_opt(&[&["-Os"], DROP_NAMES].concat(), &input, &output, tools)?;
        fs::rename(&output, &result)?;
    }
    fs::read(&result).with_context(|| format!("{} cannot be read", result.display()))
}

fn wasm_opt(passes: &[&str], input: &Path, output: &Path, tools: &Toolbox) -> Result<String> {
    let mut wasm_opt = tools.node("binaryen/bin/wasm-opt");
    wasm_opt
        .args(passes)
        .args(FEATURES)
        .arg(input)
        .arg("-o")
        .arg(output);
    process::output(&mut wasm_opt)
}
