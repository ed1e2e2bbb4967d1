//! What is held of the package as npm packs it, before anyone can install it: its files, its public
//! types, and how tools resolve its entries. The reviewed state is in `tests/package`, so that a change
//! of either shows up in a diff.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::setup::toolbox::Toolbox;
use crate::{process, project};

/// The types that are more than those of another entry.
const TYPES: [&str; 6] = [
    "index.d.ts",
    "describe.d.ts",
    "server.d.ts",
    "server-durable-object.d.ts",
    "server-stores.d.ts",
    "testing.d.ts",
];

#[derive(Deserialize)]
struct Packed {
    filename: String,
    files: Vec<PackedFile>,
}

#[derive(Deserialize)]
struct PackedFile {
    path: String,
}

/// Packs `pkg/` and checks the result; gives the tarball.
pub fn check(tools: &Toolbox) -> Result<PathBuf> {
    let folder = project::target().join("publishing");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let packed = pack(&folder, tools)?;
    let tarball = folder.join(&packed.filename);

    let mut files: Vec<String> = packed.files.into_iter().map(|it| it.path + "\n").collect();
    files.sort();
    hold(&folder, "contents.txt", &files.concat())?;
    let types = TYPES.map(|file| fs::read_to_string(project::pkg().join(file)));
    let types = types.into_iter().collect::<Result<Vec<_>, _>>()?;
    hold(&folder, "api.d.ts", &without_comments(&types.concat()))?;

    process::run(
        tools
            .node("publint/src/cli.js")
            .args(["run", "--strict"])
            .arg(project::pkg()),
    )?;
    // Modules only: `aurous-web/external` finds the wasm by `import.meta.url`, which CommonJS lacks.
    process::run(
        tools
            .node("@arethetypeswrong/cli/dist/index.js")
            .args([
                "--profile",
                "esm-only",
                "--no-color",
                "--format",
                "table-flipped",
            ])
            .arg(&tarball),
    )?;
    Ok(tarball)
}

/// All that a release does, but for the release.
pub fn dry_run(tools: &Toolbox) -> Result<()> {
    let tarball = check(tools)?;
    let mut publish = tools.command("npm");
    process::run(publish.args(["publish", "--dry-run"]).arg(&tarball))
}

fn pack(folder: &Path, tools: &Toolbox) -> Result<Packed> {
    let mut npm = tools.command("npm");
    npm.args(["pack", "--json", "--pack-destination"])
        .arg(folder)
        .current_dir(project::pkg());
    let printed = process::output(&mut npm)?;
    let packed: Vec<Packed> = serde_json::from_str(&printed).context("npm printed no list")?;
    packed.into_iter().next().context("npm packed nothing")
}

/// Compares with the reviewed file in `tests/package`.
fn hold(folder: &Path, name: &str, found: &str) -> Result<()> {
    let new = folder.join(name);
    fs::write(&new, found)?;
    let reviewed = project::root().join("tests/package").join(name);
    let expected = fs::read_to_string(&reviewed).unwrap_or_default();
    ensure!(
        found == expected.replace("\r\n", "\n"),
        "the package's {name} is no longer what was reviewed. If that is meant, say so in CHANGELOG.md \
         and copy {} to {}",
        new.display(),
        reviewed.display()
    );
    Ok(())
}

/// The declarations alone: what is said about them may change freely.
fn without_comments(types: &str) -> String {
    let is_code = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !["/*", "*", "//"].iter().any(|mark| line.starts_with(mark))
    };
    types
        .lines()
        .filter(is_code)
        .flat_map(|line| [line, "\n"])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_stay_and_comments_go() {
        let types =
            "/** One.\n * Two.\n */\nexport type A = 1;\n\n// ---\n  /** Of b. */\n  b: string;\n";
        assert_eq!(
            without_comments(types),
            "export type A = 1;\n  b: string;\n"
        );
    }
}
