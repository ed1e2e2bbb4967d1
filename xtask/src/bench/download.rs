//! `cargo xtask bench download`: weighs the package and libraries that do a similar job.

use std::fs;

use anyhow::Result;

use super::compared::{LIBRARIES, bundle};
use crate::build::{self, Profile};
use crate::setup::{self, Need};
use crate::size;

/// Prints the table for docs/benchmarks.md.
pub fn run() -> Result<()> {
    let tools = setup::ensure(&[Need::Wasm, Need::NodeTools, Need::Compared])?;
    build::run(Profile::Release, &tools)?;
    let ours = size::weigh()?.entry;
    println!("| | raw | gzip | brotli | brotli, to ours |\n|---|---|---|---|---|");
    let row = |name: &str, it: size::Weight| {
        let ratio = it.brotli as f64 / ours.brotli as f64;
        println!(
            "| {name} | {} | {} | {} | {ratio:.2} |",
            it.raw, it.gzip, it.brotli
        );
    };
    row("aurous-web", ours);
    for library in &LIBRARIES {
        let bundle = fs::read(bundle(library, &tools)?)?;
        row(library.title, size::weight(&bundle)?);
    }
    Ok(())
}
