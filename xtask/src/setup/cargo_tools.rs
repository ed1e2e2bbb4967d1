//! Installs programs from cargo's registry, at pinned versions.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::cache::Cache;
use crate::process;

pub struct CargoTool<'a> {
    pub package: &'a str,
    pub program: &'a str,
    pub version: &'a str,
    /// Flags for `cargo install`.
    pub install_flags: &'a [&'a str],
}

impl CargoTool<'_> {
    /// Returns the folder of the program: in the cache, or on PATH if it has this version. Else installs it.
    pub fn ensure(&self, cache: &Cache) -> Result<PathBuf> {
        let name = format!("{}-{}", self.package, self.version);
        if cache.find(&name).is_none()
            && let Some(folder) = self.on_path()
        {
            return Ok(folder);
        }
        let notice = format!(
            "Installing {} {} (3 to 5 minutes if it has to be compiled)",
            self.package, self.version
        );
        let home = cache.ensure(&name, &notice, |root| {
            if self.download(root) {
                return Ok(());
            }
            let build = cache.scratch()?;
            self.compile(root, build.path())
        })?;
        Ok(home.join("bin"))
    }

    fn on_path(&self) -> Option<PathBuf> {
        let path = which::which(self.program).ok()?;
        let printed = process::output(Command::new(&path).arg("--version")).ok()?;
        // "geckodriver 0.37.1 (…)", "wasm-pack 0.15.1"
        let same = printed.split_whitespace().nth(1) == Some(self.version);
        path.parent().filter(|_| same).map(Path::to_owned)
    }

    fn download(&self, root: &Path) -> bool {
        if which::which("cargo-binstall").is_err() {
            return false;
        }
        let mut command = Command::new("cargo-binstall");
        command
            .args(["--no-confirm", "--disable-strategies", "compile", "--root"])
            .arg(root);
        command.arg(format!("{}@{}", self.package, self.version));
        process::output(&mut command).is_ok() && root.join("bin").is_dir()
    }

    fn compile(&self, root: &Path, build: &Path) -> Result<()> {
        let mut command = Command::new("cargo");
        command
            .args([
                "install",
                "--quiet",
                self.package,
                "--version",
                self.version,
            ])
            .args(self.install_flags);
        command
            .arg("--root")
            .arg(root)
            .env("CARGO_TARGET_DIR", build);
        process::run(&mut command).with_context(|| {
            format!(
                "install {} {} by hand and put it on PATH",
                self.package, self.version
            )
        })
    }
}
