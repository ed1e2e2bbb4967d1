//! `pkg/`, ready for `npm pack`. It is put together beside its place and then swapped in, so that a
//! page served from it sees the old package or the new one.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::Profile;
use crate::toolbox::Toolbox;
use crate::{process, project};

/// From the checkout's root, where they are for readers of the repository as well.
const DOCUMENTS: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// The template's version, where the workspace's goes.
const VERSION_PLACEHOLDER: &str = "\"version\": \"0.0.0\"";

pub fn assemble(wasm: &[u8], glue: &str, profile: Profile, tools: &Toolbox) -> Result<()> {
    let folder = project::target().join("pkg-new");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;

    fs::write(folder.join("aurous_web_bg.wasm"), wasm)?;
    fs::write(folder.join("aurous_web.js"), glue)?;
    copy_template(&project::root().join("pkg-template"), &folder)?;
    for document in DOCUMENTS {
        let source = project::root().join(document);
        if source.exists() {
            fs::copy(source, folder.join(document))?;
        }
    }
    if profile == Profile::Release {
        minify(&folder, tools)?;
    }
    swap_in(&folder)
}

fn copy_template(template: &Path, folder: &Path) -> Result<()> {
    for entry in fs::read_dir(template).context("pkg-template/ cannot be read")? {
        let source = entry?.path();
        let Some(name) = source.file_name() else {
            continue;
        };
        if name == "package.json" {
            let manifest = fs::read_to_string(&source)?;
            fs::write(
                folder.join(name),
                with_version(&manifest, project::VERSION)?,
            )?;
        } else {
            fs::copy(&source, folder.join(name))
                .with_context(|| format!("cannot copy {}", source.display()))?;
        }
    }
    Ok(())
}

fn with_version(manifest: &str, version: &str) -> Result<String> {
    ensure!(
        manifest.matches(VERSION_PLACEHOLDER).count() == 1,
        "pkg-template/package.json should hold {VERSION_PLACEHOLDER} once, where the version goes"
    );
    Ok(manifest.replace(VERSION_PLACEHOLDER, &format!("\"version\": \"{version}\"")))
}

/// File by file, not bundled: the files' names are the package's interface.
fn minify(folder: &Path, tools: &Toolbox) -> Result<()> {
    let mut esbuild = tools.node("esbuild/bin/esbuild");
    esbuild.current_dir(folder).args([
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--log-level=warning",
    ]);
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "js") {
            esbuild.arg(path);
        }
    }
    process::run(esbuild.args(["--allow-overwrite", "--outdir=."]))
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
