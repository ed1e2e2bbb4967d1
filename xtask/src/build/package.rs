//! `pkg/`, ready for `npm pack`. It is put together beside its place and then swapped in, so that a
//! page served from it sees the old package or the new one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{Build, Profile, documents, gateway, testing, text};
use crate::setup::toolbox::Toolbox;
use crate::{process, project};

/// What the package exports, from `pkg-template`.
const ENTRIES: &[&str] = &["index.js", "external.js", "external-node.js", "describe.js"];

/// What is packed as it is written: scripts that import entries, the command line, a list of the documents.
const UNBUNDLED: &[&str] = &["testing.js", "cli.js", "cli", "llms.txt"];

/// The same entry as `index.js`, with a script and a wasm that people can read.
const DEVELOPMENT_ENTRY: &[&str] = &["development=index.js"];

/// The script that the build writes for `index.js`.
pub const WASM_TEXT: &str = "wasm-text.js";

/// The template's version, where the workspace's goes.
const VERSION_PLACEHOLDER: &str = "\"version\": \"0.0.0\"";

pub fn assemble(build: &Build, named: &Build, profile: Profile, tools: &Toolbox) -> Result<()> {
    let folder = project::target().join("pkg-new");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;

    let contents = format!("--metafile={}", script_contents().display());
    let flags: &[_] = match profile {
        Profile::Dev => &[contents.as_str()],
        Profile::Release => &[contents.as_str(), "--minify"],
    };
    let wasm = write_entries(build, ENTRIES, flags, &folder, tools)?;
    fs::write(folder.join("aurous_web_bg.wasm"), wasm)?;
    let wasm = write_entries(named, DEVELOPMENT_ENTRY, &[], &folder, tools)?;
    fs::write(named_wasm(), wasm)?;
    gateway::write_entries(&folder, tools)?;
    testing::write_emulator(&folder, tools)?;
    copy_unbundled(&folder)?;
    copy_template(&folder)?;
    documents::copy_into(&folder)?;
    swap_in(&folder)
}

/// What esbuild says that the entries are made of.
pub fn script_contents() -> PathBuf {
    project::target().join("pkg-scripts.json")
}

/// The wasm of the development entry, as a file.
pub fn named_wasm() -> PathBuf {
    project::target().join("pkg-named.wasm")
}

/// Writes the entries of a build, and gives the wasm that they load.
fn write_entries(
    build: &Build,
    entries: &[&str],
    flags: &[&str],
    folder: &Path,
    tools: &Toolbox,
) -> Result<Vec<u8>> {
    let fingerprint = &project::fingerprint([build.wasm.clone()])[..16];
    let wasm = stamped(&build.wasm, fingerprint);
    let scripts = project::target().join("pkg-scripts");
    write_scripts(&scripts, &wasm, &build.glue)?;
    let mut esbuild = esbuild(&scripts, folder, tools);
    esbuild.args(entries).args(flags);
    process::run(esbuild.arg(format!("--define:WASM_FINGERPRINT=\"{fingerprint}\"")))?;
    Ok(wasm)
}

/// The wasm with an empty custom section more, named after its fingerprint: script and wasm call each
/// other by names of one letter, and those of another version might fit by chance.
fn stamped(wasm: &[u8], fingerprint: &str) -> Vec<u8> {
    // Section 0, its length, the length of its name: each less than 128, and so one byte.
    let length = fingerprint.len() as u8;
    [wasm, &[0, length + 1, length], fingerprint.as_bytes()].concat()
}

/// The package's JavaScript as it is written, the glue and the wasm's text beside it.
fn write_scripts(folder: &Path, wasm: &[u8], glue: &str) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for source in template()? {
        if has_extension(&source, "js") {
            copy_into(folder, &source)?;
        }
    }
    fs::write(folder.join("aurous_web.js"), glue)?;
    let module = format!("export default \"{}\";\n", text::encode(wasm));
    fs::write(folder.join(WASM_TEXT), module)?;
    Ok(())
}

/// Bundles entries, each into one file, so that a page waits for one request. They are ASCII, so that a
/// page in any charset reads them right.
pub(super) fn esbuild(scripts: &Path, folder: &Path, tools: &Toolbox) -> Command {
    let mut esbuild = tools.node("esbuild/bin/esbuild");
    esbuild.current_dir(scripts).args([
        "--bundle",
        "--external:node:*",
        "--format=esm",
        "--target=es2022",
        "--charset=ascii",
        "--log-level=warning",
    ]);
    esbuild.arg(format!("--outdir={}", folder.display()));
    esbuild
}

pub(super) fn copy_unbundled(folder: &Path) -> Result<()> {
    let template = project::root().join("pkg-template");
    UNBUNDLED
        .iter()
        .try_for_each(|name| copy_all(&template.join(name), &folder.join(name)))
}

/// Copies a file, or a folder with all that is in it.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        return copy_into(to.parent().unwrap_or(to), from);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn copy_template(folder: &Path) -> Result<()> {
    for source in template()? {
        if has_extension(&source, "ts") {
            copy_into(folder, &source)?;
        }
    }
    let manifest = fs::read_to_string(project::root().join("pkg-template/package.json"))?;
    let manifest = with_version(&manifest, project::VERSION)?;
    fs::write(folder.join("package.json"), manifest)?;
    Ok(())
}

fn template() -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(project::root().join("pkg-template"))
        .context("pkg-template/ cannot be read")?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

pub(super) fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|it| it == extension)
}

pub(super) fn copy_into(folder: &Path, source: &Path) -> Result<()> {
    let name = source.file_name().unwrap_or_default();
    fs::copy(source, folder.join(name))
        .with_context(|| format!("cannot copy {}", source.display()))?;
    Ok(())
}

fn with_version(manifest: &str, version: &str) -> Result<String> {
    ensure!(
        manifest.matches(VERSION_PLACEHOLDER).count() == 1,
        "pkg-template/package.json should hold {VERSION_PLACEHOLDER} once, where the version goes"
    );
    Ok(manifest.replace(VERSION_PLACEHOLDER, &format!("\"version\": \"{version}\"")))
}

fn swap_in(folder: &Path) -> Result<()> {
    let pkg = project::pkg();
    let old = project::target().join("pkg-old");
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    if pkg.exists() {
        fs::rename(&pkg, &old).context("cannot move the old pkg/ away")?;
    }
    fs::rename(folder, &pkg).context("cannot move the new package to pkg/")?;
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspaces_version_takes_the_placeholders_place() {
        let manifest = "{\n  \"name\": \"aurous-web\",\n  \"version\": \"0.0.0\"\n}\n";
        assert!(
            with_version(manifest, "1.2.3")
                .unwrap()
                .contains("\"version\": \"1.2.3\"")
        );
        assert!(with_version("{ \"version\": \"0.1.0\" }", "1.2.3").is_err());
    }
}
