//! A folder of small npm projects, beside one `node_modules` in which the package is what npm packs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow, ensure};

use crate::npm_project::NpmProject;
use crate::testbed::package;

#[derive(Clone, Debug)]
pub struct NpmWorkspace {
    folder: PathBuf,
}

impl NpmWorkspace {
    /// Returns the workspace of this process. The first test that asks for it has it made in `folder`, in the
    /// place of an earlier one.
    ///
    /// # Errors
    /// `cargo xtask` has not installed the packages, or the package is not built.
    pub fn shared(folder: &str) -> Result<&'static Self> {
        static SHARED: OnceLock<Result<NpmWorkspace, String>> = OnceLock::new();
        SHARED
            .get_or_init(|| Self::make(Path::new(folder)).map_err(|error| format!("{error:#}")))
            .as_ref()
            .map_err(|error| anyhow!("{error}"))
    }

    fn make(folder: &Path) -> Result<Self> {
        let packages = std::env::var_os("AUROUS_BUNDLERS")
            .map(PathBuf::from)
            .context("AUROUS_BUNDLERS names no folder: run this with `cargo xtask e2e`")?;
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        // Hard links where they can be: a gigabyte.
        let from = packages.join("node_modules");
        let linked = quietly(Command::new("cp").arg("-al").arg(&from).arg(folder));
        if linked.is_err() {
            quietly(Command::new("cp").arg("-a").arg(&from).arg(folder))?;
        }
        // Next.js takes the folder of the lock file for the root, and traces files below it alone.
        for file in ["package.json", "package-lock.json"] {
            fs::copy(packages.join(file), folder.join(file))?;
        }

        quietly(
            Command::new("npm")
                .args(["pack", "--pack-destination"])
                .arg(folder)
                .current_dir(package()),
        )?;
        let tarball = fs::read_dir(folder)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.extension().is_some_and(|it| it == "tgz"))
            .context("npm packed nothing")?;
        let workspace = Self {
            folder: folder.to_owned(),
        };
        fs::create_dir_all(workspace.installed())?;
        quietly(
            Command::new("tar")
                .args(["--extract", "--strip-components=1", "--file"])
                .arg(tarball)
                .arg("--directory")
                .arg(workspace.installed()),
        )?;
        Ok(workspace)
    }

    /// Makes a project of the files in these folders, the later ones over the earlier.
    ///
    /// # Errors
    /// A folder does not exist.
    pub fn project(&self, name: &str, parts: &[PathBuf]) -> Result<NpmProject> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder)?;
        for part in parts {
            copy_all(part, &folder)?;
        }
        Ok(NpmProject::new(self.clone(), folder))
    }

    /// Returns the folder of the installed package.
    pub fn installed(&self) -> PathBuf {
        self.folder.join("node_modules/aurous-web")
    }

    /// Finds a program of `node_modules`.
    pub(crate) fn program(&self, name: &str) -> Result<PathBuf> {
        match name {
            "bun" => self.platform_program("@oven", "bin/bun"),
            "deno" => self.platform_program("@deno", "deno"),
            "node" => Ok("node".into()),
            name => Ok(self.folder.join("node_modules/.bin").join(name)),
        }
    }

    /// Finds a program in its package for this platform. The packages `bun` and `deno` link to it in an
    /// install script, and those are not run.
    fn platform_program(&self, scope: &str, program: &str) -> Result<PathBuf> {
        let packages = fs::read_dir(self.folder.join("node_modules").join(scope))?;
        packages
            .filter_map(|package| Some(package.ok()?.path().join(program)))
            .find(|program| program.is_file())
            .with_context(|| format!("npm installed no package of {scope} for this platform"))
    }
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

/// Copies a folder's contents, at whatever depth.
///
/// # Errors
/// The folder does not exist.
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
