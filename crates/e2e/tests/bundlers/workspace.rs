//! The folder of all projects, beside one `node_modules` in which the package is what npm packs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, ensure};
use aurous_e2e::testbed::package;

/// The folder of all projects, made by the first that asks.
pub fn workspace() -> Result<PathBuf> {
    static WORKSPACE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let made = WORKSPACE.get_or_init(|| make_workspace().map_err(|error| format!("{error:#}")));
    made.clone().map_err(anyhow::Error::msg)
}

/// Bun's program, from its package for this platform. The package `bun` links to it in an install script,
/// and those are not run.
pub fn bun() -> Result<PathBuf> {
    let packages = fs::read_dir(workspace()?.join("node_modules/@oven"))?;
    packages
        .filter_map(|package| Some(package.ok()?.path().join("bin/bun")))
        .find(|program| program.is_file())
        .context("npm installed no package of Bun's for this platform")
}

pub fn installed() -> Result<PathBuf> {
    Ok(workspace()?.join("node_modules/aurous-web"))
}

fn make_workspace() -> Result<PathBuf> {
    let bundlers = std::env::var_os("AUROUS_BUNDLERS")
        .map(PathBuf::from)
        .context("AUROUS_BUNDLERS names no folder: run `cargo xtask e2e bundlers`")?;
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bundlers");
    if workspace.exists() {
        fs::remove_dir_all(&workspace)?;
    }
    fs::create_dir_all(&workspace)?;
    // Hard links where they can be: half a gigabyte.
    let from = bundlers.join("node_modules");
    let linked = quietly(Command::new("cp").arg("-al").arg(&from).arg(&workspace));
    if linked.is_err() {
        quietly(Command::new("cp").arg("-a").arg(&from).arg(&workspace))?;
    }
    fs::copy(
        bundlers.join("package.json"),
        workspace.join("package.json"),
    )?;

    quietly(
        Command::new("npm")
            .args(["pack", "--pack-destination"])
            .arg(&workspace)
            .current_dir(package()),
    )?;
    let tarball = fs::read_dir(&workspace)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|it| it == "tgz"))
        .context("npm packed nothing")?;
    let installed = workspace.join("node_modules/aurous-web");
    fs::create_dir_all(&installed)?;
    quietly(
        Command::new("tar")
            .args(["--extract", "--strip-components=1", "--file"])
            .arg(tarball)
            .arg("--directory")
            .arg(installed),
    )?;
    Ok(workspace)
}

fn quietly(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    ensure!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

pub fn sources() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/bundlers"))
}

pub fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("no {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

pub fn wasm_files(folder: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            count += wasm_files(&path)?;
        } else if path.extension().is_some_and(|it| it == "wasm") {
            count += 1;
        }
    }
    Ok(count)
}
