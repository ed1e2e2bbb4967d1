//! Where the bytes are: the wasm's by crate, from the names in the development entry (a small function that
//! is compiled into another counts as that one's), the script's by file, as esbuild tells.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::ops::Range;

use anyhow::{Context, Result};
use serde::Deserialize;
use wasmparser::{KnownCustom, Name, NameSectionReader, Parser, Payload};

use crate::build;

/// Sections, by their ids in the standard.
const CUSTOM: u8 = 0;
const CODE: u8 = 10;
const DATA: u8 = 11;

/// Raw bytes, the most first.
pub struct Places(Vec<(String, usize)>);

/// Of the release build in `pkg/`.
pub fn find() -> Result<Places> {
    let wasm = fs::read(build::named_wasm()).context("run `cargo xtask build` first")?;
    let script = fs::read(build::script_contents()).context("run `cargo xtask build` first")?;
    let places = [of_wasm(&wasm)?, of_script(&script)?].map(|it| {
        let mut places: Vec<_> = it.into_iter().collect();
        places.sort_by_key(|it| usize::MAX - it.1);
        places
    });
    Ok(Places(places.concat()))
}

fn of_wasm(wasm: &[u8]) -> Result<BTreeMap<String, usize>> {
    let mut bodies = Vec::new();
    let mut imported = 0;
    let mut names = BTreeMap::new();
    let mut places = BTreeMap::new();
    let mut add = |place: &str, bytes: usize| {
        *places.entry(["wasm: ", place].concat()).or_default() += bytes;
    };
    let length = |range: Range<u64>| (range.end - range.start) as usize;
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        match &payload {
            Payload::CodeSectionEntry(body) => bodies.push(length(body.range())),
            Payload::ImportSection(section) => imported = section.count(),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(subsections) = section.as_known() {
                    collect_names(subsections, &mut names)?;
                }
            }
            _ => {}
        }
        match payload.as_section() {
            Some((CUSTOM | CODE, _)) | None => {}
            Some((DATA, range)) => add("data", length(range)),
            Some((_, range)) => add("imports, exports, types", length(range)),
        }
    }
    for (index, bytes) in (imported..).zip(bodies) {
        let name = names.get(&index).copied().unwrap_or_default();
        add(owner(name), bytes);
    }
    Ok(places)
}

fn collect_names<'a>(
    subsections: NameSectionReader<'a>,
    names: &mut BTreeMap<u32, &'a str>,
) -> Result<()> {
    for subsection in subsections {
        if let Name::Function(functions) = subsection? {
            for naming in functions {
                let naming = naming?;
                names.insert(naming.index, naming.name);
            }
        }
    }
    Ok(())
}

/// Whose a function is, by the first crate in its name.
fn owner(name: &str) -> &'static str {
    let is_of_a_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let before = name.split('[').next().unwrap_or_default();
    let start = before.rfind(|it| !is_of_a_name(it)).map_or(0, |at| at + 1);
    match before.get(start..).unwrap_or_default() {
        "aurous_contract" => "crates/contract",
        "aurous_flow" => "crates/flow",
        "aurous_web" => "src",
        "core" | "alloc" | "std" | "compiler_builtins" => "standard library",
        "lol_alloc" => "allocator",
        _ => "wasm-bindgen, js-sys, gloo-net, …",
    }
}

#[derive(Deserialize)]
struct Bundled {
    outputs: BTreeMap<String, Output>,
}

#[derive(Deserialize)]
struct Output {
    inputs: BTreeMap<String, Input>,
}

#[derive(Deserialize)]
struct Input {
    #[serde(rename = "bytesInOutput")]
    bytes: usize,
}

fn of_script(contents: &[u8]) -> Result<BTreeMap<String, usize>> {
    let bundled: Bundled = serde_json::from_slice(contents)?;
    let mut outputs = bundled.outputs.into_iter();
    let script = outputs.find(|(name, _)| name.ends_with("/index.js"));
    let (_, script) = script.context("esbuild bundled no index.js")?;
    let inputs = script.inputs.into_iter();
    Ok(inputs
        // Told by crate.
        .filter(|(name, _)| name != build::WASM_TEXT)
        .map(|(name, input)| {
            let name = match name.as_str() {
                "aurous_web.js" => "wasm-bindgen's glue",
                name => name,
            };
            (["script: ", name].concat(), input.bytes)
        })
        .collect())
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, bytes) in &self.0 {
            writeln!(f, "{place:<44} {bytes:>6}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_of_the_first_crate_in_its_name() {
        for (name, expected) in [
            (
                "<aurous_flow[2479]::call::Call<aurous_web[1e6b]::value::Js>>::handle",
                "crates/flow",
            ),
            ("aurous_web[dfb3]::run::prepare", "src"),
            (
                "core[27cd]::ptr::drop_in_place::<alloc[2505]::rc::Rc>",
                "standard library",
            ),
            (
                "putFile externref shim",
                "wasm-bindgen, js-sys, gloo-net, …",
            ),
            ("", "wasm-bindgen, js-sys, gloo-net, …"),
        ] {
            assert_eq!(owner(name), expected, "{name}");
        }
    }

    #[test]
    fn a_script_is_made_of_its_inputs() {
        let contents = br#"{"outputs": {
            "../pkg-new/external.js": {"inputs": {"load.js": {"bytesInOutput": 1}}},
            "../pkg-new/index.js": {"inputs": {
                "aurous_web.js": {"bytesInOutput": 7}, "wasm-text.js": {"bytesInOutput": 9}
            }}
        }}"#;
        let places = of_script(contents).unwrap();
        assert_eq!(places.get("script: wasm-bindgen's glue"), Some(&7));
        assert_eq!(places.len(), 1);
    }
}
