//! `cargo xtask bench loading`: measures how long a first visitor waits for the package, and for Uppy.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use super::compared::{UPPY, bundle};
use crate::build::{self, Profile};
use crate::setup::{self, Need};
use crate::{process, project};

/// As a CDN compresses static files.
const BROTLI_QUALITY: i32 = 11;

pub fn run() -> Result<ExitCode> {
    let tools = setup::ensure(&[Need::Wasm, Need::NodeTools, Need::Compared, Need::Chromium])?;
    build::run(Profile::Release, &tools)?;
    let site = lay_out_site(&bundle(&UPPY, &tools)?)?;
    process::become_command(
        tools
            .command("cargo")
            .args(["run", "--quiet", "-p", "aurous-e2e"])
            .args(["--bin", "aurous-loading-bench", "--"])
            .arg(site),
    )
}

/// Copies what a page of either library downloads into one folder, each file with its compressed form
/// beside it.
fn lay_out_site(uppy: &Path) -> Result<PathBuf> {
    let site = project::target().join("loading");
    let pkg = site.join("pkg");
    if site.exists() {
        fs::remove_dir_all(&site)?;
    }
    fs::create_dir_all(&pkg)?;
    add(uppy, &site)?;
    for entry in fs::read_dir(project::pkg())? {
        let path = entry?.path();
        if matches!(
            path.extension().and_then(OsStr::to_str),
            Some("js" | "wasm")
        ) {
            add(&path, &pkg)?;
        }
    }
    Ok(site)
}

fn add(file: &Path, folder: &Path) -> Result<()> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file.file_name().unwrap_or_default();
    let copy = folder.join(name);
    fs::write(&copy, &bytes)?;
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters)?;
    fs::write(copy.with_added_extension("br"), compressed)?;
    Ok(())
}
