//! `cargo xtask bench download` and `bench loading`: the package beside libraries that do a like job,
//! bundled the same way.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;

use crate::build::{self, Profile};
use crate::setup::{self, Need};
use crate::toolbox::Toolbox;
use crate::{process, project, size};

/// The library whose loading time ours is held against.
const UPPY: &str = "uppy";

const LIBRARIES: [(&str, &str); 5] = [
    (UPPY, "Uppy (core + aws-s3)"),
    ("fal", "fal"),
    ("uploadthing", "UploadThing"),
    ("vercel-blob", "Vercel Blob"),
    ("openai", "openai"),
];

/// Prints a table for docs/benchmarks.md.
pub fn download() -> Result<()> {
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
    for (name, title) in LIBRARIES {
        row(title, size::weight(&fs::read(bundle(name, &tools)?)?)?);
    }
    Ok(())
}

/// Prints how long importing takes, and the ratio.
pub fn loading() -> Result<ExitCode> {
    let tools = setup::ensure(&[Need::Wasm, Need::NodeTools, Need::Compared, Need::Chromium])?;
    build::run(Profile::Release, &tools)?;
    let uppy = bundle(UPPY, &tools)?;
    process::become_command(
        tools
            .command("cargo")
            .args([
                "run",
                "--quiet",
                "-p",
                "aurous-e2e",
                "--bin",
                "aurous-loading-bench",
                "--",
            ])
            .arg(uppy),
    )
}

/// What a page of that library would download.
fn bundle(name: &str, tools: &Toolbox) -> Result<PathBuf> {
    let source = project::root().join("xtask/compared").join(name);
    let bundle = project::target()
        .join("compared")
        .join(name)
        .with_extension("js");
    let packages = tools
        .compared
        .as_deref()
        .unwrap_or(Path::new(""))
        .join("node_modules");
    process::run(
        tools
            .node("esbuild/bin/esbuild")
            .arg(source.with_extension("js"))
            .args(["--bundle", "--minify", "--format=esm", "--platform=browser"])
            .args(["--target=es2022", "--log-level=error"])
            .arg(format!("--outfile={}", bundle.display()))
            .env("NODE_PATH", packages),
    )?;
    Ok(bundle)
}
